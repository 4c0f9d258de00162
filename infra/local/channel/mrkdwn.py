"""Reads Slack's mrkdwn: text to blocks of spans, in time linear in the text.

Follows Slack's "Formatting text for app surfaces": `*bold*`, `_italic_`, `~strike~`, `code`, fences,
quotes, `<url|label>`, mentions, the three entities, bare links and emoji names. A delimiter without a
partner is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from rich.emoji import Emoji

Style = Literal["bold", "italic", "strike", "code"]
BlockKind = Literal["text", "quote", "fence"]

FENCE = "```"
EMPHASIS: dict[str, Style] = {"*": "bold", "_": "italic", "~": "strike"}
LINK_SCHEMES = ("http://", "https://", "mailto:")
# Each alternative ends at the next character of its own kind, so no character is looked at twice in vain.
TOKEN = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|(?P<angle><[^<>\n]+>)"
    r"|(?P<url>https?://[^\s<>|*`]*[^\s<>|*`.,;:!?)\]'\"_~])"
    r"|(?P<emoji>(?<![\w:]):[a-z0-9_+-]+:(?![\w:]))"
    r"|(?P<edge>(?<!\*)\*(?!\*)|(?<!_)_(?!_)|(?<!~)~(?!~))"
)
ENTITY = re.compile(r"&(amp|lt|gt);")
ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
QUOTE = re.compile(r"(?:>|&gt;) ?")
# What Slack resolves inside `<…>` to people who are then notified: users, groups, everybody.
LIVE = re.compile(r"@[UW][A-Z0-9]+|!(?:here|channel|everyone|subteam\^[A-Z0-9]+)")
# What Slack resolves before it looks at other markup, and so inside code as well.
RESOLVED = re.compile(r"<(?:[@!#]|https?://|mailto:)[^<>\n]+>")
# Those that ring everybody's phone also as plain text, once the client links names.
CALL = re.compile(r"(?<![\w@.])(@(?:here|channel|everyone))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Text as people see it; `url` is where it leads, `ping` says that it notifies somebody."""

    text: str
    styles: frozenset[Style] = frozenset()
    url: str = ""
    ping: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines, a quotation, or a fenced listing."""

    kind: BlockKind
    spans: tuple[Span, ...]


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a text, in order."""
    parts = text.split(FENCE)
    if len(parts) % 2 == 0:
        last = parts.pop()
        parts[-1] += FENCE + last
    blocks: list[Block] = []
    for index, part in enumerate(parts):
        if index % 2:
            listing = part.removeprefix("\n").removesuffix("\n")
            blocks.append(Block("fence", tuple(_verbatim(listing))))
            continue
        # The line breaks around a fence belong to it.
        lines = part.removeprefix("\n") if index else part
        blocks.extend(_paragraphs(lines.removesuffix("\n") if index < len(parts) - 1 else lines))
    return tuple(blocks)


def pings(text: str) -> tuple[str, ...]:
    """Everything in a text that would notify people; inside code too, to be on the strict side."""
    return tuple(span.text for block in parse(text) for span in block.spans if span.ping)


def _paragraphs(text: str) -> Iterator[Block]:
    if not text:
        return
    for quoted, lines in groupby(text.split("\n"), key=lambda line: QUOTE.match(line) is not None):
        if quoted:
            inner = "\n".join(QUOTE.sub("", line, count=1) for line in lines)
            yield Block("quote", tuple(_inline(inner)))
        else:
            yield Block("text", tuple(_inline("\n".join(lines))))


def _inline(text: str) -> Iterator[Span]:
    tokens = list(TOKEN.finditer(text))
    starts, ends = _pairs(text, tokens)
    styles: frozenset[Style] = frozenset()
    at = 0
    for index, token in enumerate(tokens):
        is_edge = token.lastgroup == "edge"
        if is_edge and index not in starts and index not in ends:
            continue  # no partner: it stays in the text around it
        yield from _styled(_called(_decoded(text[at : token.start()])), styles)
        at = token.end()
        if is_edge:
            styles ^= {EMPHASIS[token[0]]}
        else:
            yield from _styled(_atom(token), styles)
    yield from _styled(_called(_decoded(text[at:])), styles)


def _pairs(text: str, tokens: Sequence[re.Match[str]]) -> tuple[set[int], set[int]]:
    """Which tokens start a style and which end one, properly nested and on one line."""
    starts: set[int] = set()
    ends: set[int] = set()
    opened: dict[str, int] = {}  # delimiter to token, the outermost first
    at = 0
    for index, token in enumerate(tokens):
        if token.lastgroup != "edge":
            continue
        if text.find("\n", at, token.start()) >= 0:
            opened.clear()
        at = token.start()
        before = text[at - 1] if at else " "
        after = text[at + 1] if at + 1 < len(text) else " "
        if text[at] not in opened:
            if not before.isalnum() and not after.isspace():
                opened[text[at]] = index
        elif not before.isspace() and not after.isalnum():
            starts.add(opened[text[at]])
            ends.add(index)
            while opened.popitem()[0] != text[at]:
                pass  # what was opened inside has no partner
    return starts, ends


def _styled(spans: Iterable[Span], styles: frozenset[Style]) -> Iterable[Span]:
    return (replace(span, styles=span.styles | styles) for span in spans) if styles else spans


def _atom(token: re.Match[str]) -> Iterable[Span]:
    """A token inside of which the ordinary rules do not hold."""
    text = token[0]
    match token.lastgroup:
        case "code":
            return _styled(_verbatim(text[1:-1]), frozenset({"code"}))
        case "angle":
            return _angle(text[1:-1])
        case "url":
            return (Span(_decoded(text), url=_decoded(text)),)
        case _:
            return (Span(Emoji.replace(text)),)


def _angle(inner: str) -> Iterator[Span]:
    """What stands between `<` and `>`: a link, a mention, a date, or just text."""
    target, _, label = inner.partition("|")
    if target.startswith(LINK_SCHEMES):
        url = _decoded(target)
        for span in _inline(label) if label else (Span(url),):
            yield replace(span, url=url)
    elif target.startswith("!date^"):
        yield Span(_decoded(label))
    elif LIVE.fullmatch(target):
        name = label or target[1:]
        yield Span("@" + _decoded(name).removeprefix("@"), ping=True)
    elif target.startswith("#"):
        yield Span("#" + _decoded(label or target[1:]))
    else:
        yield from _called(_decoded(f"<{inner}>"))


def _verbatim(text: str) -> Iterator[Span]:
    """Code: nothing is markup but what is resolved before the markup."""
    at = 0
    for token in RESOLVED.finditer(text):
        yield from _called(_decoded(text[at : token.start()]))
        yield from _angle(token[0][1:-1])
        at = token.end()
    yield from _called(_decoded(text[at:]))


def _called(text: str) -> Iterator[Span]:
    for index, part in enumerate(CALL.split(text)):
        if part:
            yield Span(part, ping=index % 2 == 1)


def _decoded(text: str) -> str:
    return ENTITY.sub(lambda found: ENTITIES[found[1]], text)
