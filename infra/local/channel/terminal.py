"""Prints what comes to the channel as cards, for people who watch the demo in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.style import Style
from rich.table import Table
from rich.text import Text

from infra.local.channel.inbox import Arrival, DroppedMessage, Message
from infra.local.channel.mrkdwn import Block, Span, parse
from lambda_image.commands.views import CONTROLS

REPLY_INDENT = 4
STYLES = {
    "bold": Style(bold=True),
    "italic": Style(italic=True),
    "strike": Style(strike=True),
    "code": Style(color="red"),
}
PING = Style(color="black", bgcolor="yellow", bold=True)


class Terminal:
    """Callable for `Channel(on_arrival=…)`: prints each arrival on the console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, arrival: Arrival) -> None:
        """Print one card."""
        self._console.print(card(arrival))


def card(arrival: Arrival) -> RenderableType:
    """The card of one arrival; a reply is indented under its thread."""
    if isinstance(arrival, DroppedMessage):
        return _drop_card(arrival)
    new = arrival.notification
    panel = Panel(
        Group(*_lines(arrival)),
        title=_joined(new.title) if new.title else None,
        subtitle=f"{arrival.timestamp:%H:%M:%S} UTC",
        title_align="left",
        subtitle_align="right",
        box=box.ROUNDED,
        border_style="cyan" if arrival.is_reply else "blue",
    )
    if arrival.is_reply:
        return Padding(panel, (0, 0, 0, REPLY_INDENT))
    return Group(_joined(new.summary), panel) if new.summary else panel


def _lines(message: Message) -> Iterator[RenderableType]:
    new = message.notification
    for block in parse(new.description):
        yield _block(block)
    if new.next_steps:
        yield Text("\nNext steps", style="bold")
        yield _bullets(new.next_steps)
    if new.keywords:
        yield Text("\n").append_text(Text(" ").join(_tag(word) for word in new.keywords))
    if message.pings:
        yield _notice(f"Notifies people: {', '.join(message.pings)}", "yellow")
    if message.is_repeat:
        yield _notice(f"Same id as an earlier message: {new.id}", "yellow")
    yield from (_notice(warning, "yellow") for warning in message.warnings)


def _drop_card(dropped: DroppedMessage) -> RenderableType:
    return Panel(
        Group(*(_notice(reason, "red") for reason in dropped.reasons)),
        title="Dropped: a real channel would show nothing",
        subtitle=f"{dropped.timestamp:%H:%M:%S} UTC",
        title_align="left",
        subtitle_align="right",
        border_style="red",
    )


def _block(block: Block) -> RenderableType:
    text = _text(block.spans)
    if block.kind == "fence":
        return Panel(text, box=box.SQUARE, border_style="dim")
    if block.kind == "quote":
        return Padding(text, (0, 0, 0, 2), style="dim")
    return text


def _bullets(items: Iterable[str]) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    for item in items:
        grid.add_row("•", _joined(item))
    return grid


def _joined(text: str) -> Text:
    """A short text on one run of lines, whatever blocks it has."""
    return Text("\n").join(_text(block.spans) for block in parse(text))


def _text(spans: Iterable[Span]) -> Text:
    text = Text()
    for span in spans:
        style = Style.combine((Style.null(), *(STYLES[name] for name in sorted(span.styles))))
        if span.url:
            style += Style(underline=True, link=span.url.translate(CONTROLS))
        text.append(span.text.translate(CONTROLS), style + PING if span.ping else style)
    return text


def _tag(word: str) -> Text:
    return Text(" ", style="reverse").append_text(_joined(word)).append(" ")


def _notice(text: str, color: str) -> Text:
    return Text(f"! {text}".translate(CONTROLS), style=color)
