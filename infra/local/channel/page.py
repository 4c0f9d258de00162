"""Writes the channel as one self-contained HTML page, as a person would see it in the chat client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.local.channel.inbox import Arrival, DroppedMessage, Message, Thread, grouped
from infra.local.channel.mrkdwn import parse

TEMPLATE = "channel.html.j2"


def page(arrivals: Sequence[Arrival], name: str = "incidents") -> str:
    """The HTML of a channel called `name`; it loads nothing and runs nothing."""
    messages = tuple(each for each in arrivals if isinstance(each, Message))
    dropped = tuple(each for each in arrivals if isinstance(each, DroppedMessage))
    entries: list[Thread | DroppedMessage] = [*grouped(messages), *dropped]
    entries.sort(key=_began)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["parse"] = parse
    return environment.get_template(TEMPLATE).render(
        name=name, entries=entries, shown=len(messages), dropped=len(dropped)
    )


def write_page(path: Path, arrivals: Sequence[Arrival]) -> None:
    """Write `page` so that a reader sees the old page or the new one, never half of one."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(page(arrivals), encoding="utf-8")
    draft.replace(path)


def _began(entry: Thread | DroppedMessage) -> datetime:
    return entry.top.timestamp if isinstance(entry, Thread) else entry.timestamp
