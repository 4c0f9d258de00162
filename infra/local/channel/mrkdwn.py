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
    r"|(?P<run>\*+|_+|~+)"
    r"|(?P<line>\n)"
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
            blocks.append(Block("fence", tuple(_verbatim(listing, frozenset()))))
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


@dataclass(slots=True)
class _Piece:
    """One token, with what has been found out about it so far."""

    spans: tuple[Span, ...]
    delimiter: str = ""
    opens: bool = False
    closes: bool = False


def _inline(text: str) -> Iterator[Span]:
    pieces = list(_pieces(text))
    starts, ends = _pairs(pieces)
    styles: set[Style] = set()
    for index, piece in enumerate(pieces):
        if index in starts:
            styles.add(EMPHASIS[piece.delimiter])
        elif index in ends:
            styles.discard(EMPHASIS[piece.delimiter])
        else:
            for span in piece.spans:
                yield replace(span, styles=span.styles | styles)


def _pairs(pieces: Sequence[_Piece]) -> tuple[set[int], set[int]]:
    """The delimiters that have a partner: where a style starts and where it ends, properly nested."""
    starts: set[int] = set()
    ends: set[int] = set()
    opened: list[int] = []  # at most one of each delimiter
    for index, piece in enumerate(pieces):
        if piece.delimiter == "\n":
            opened.clear()
            continue
        partner = next((at for at in opened if pieces[at].delimiter == piece.delimiter), None)
        if piece.closes and partner is not None and partner < index - 1:
            starts.add(partner)
            ends.add(index)
            del opened[opened.index(partner) :]
        elif piece.opens and partner is None:
            opened.append(index)
    return starts, ends


def _pieces(text: str) -> Iterator[_Piece]:
    at = 0
    for token in TOKEN.finditer(text):
        if token.start() > at:
            yield _Piece(tuple(_plain(text[at : token.start()])))
        yield _piece(token)
        at = token.end()
    if at < len(text):
        yield _Piece(tuple(_plain(text[at:])))


def _piece(token: re.Match[str]) -> _Piece:
    text = token[0]
    match token.lastgroup:
        case "code":
            return _Piece(tuple(_verbatim(text[1:-1], frozenset({"code"}))))
        case "angle":
            return _Piece(tuple(_angle(text[1:-1])))
        case "url":
            return _Piece((Span(_decoded(text), url=_decoded(text)),))
        case "emoji":
            return _Piece((Span(Emoji.replace(text)),))
        case "line":
            return _Piece((Span("\n"),), delimiter="\n")
        case _:
            return _delimiter(token)


def _delimiter(token: re.Match[str]) -> _Piece:
    """A single `*`, `_` or `~` at the edge of a word; a run of several is text."""
    text, span = token.string, (Span(token[0]),)
    before = text[token.start() - 1] if token.start() else " "
    after = text[token.end()] if token.end() < len(text) else " "
    single = len(token[0]) == 1
    return _Piece(
        span,
        delimiter=token[0],
        opens=single and not before.isalnum() and not after.isspace(),
        closes=single and not before.isspace() and not after.isalnum(),
    )


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
        yield from _plain(f"<{inner}>")


def _plain(text: str) -> Iterable[Span]:
    return _called(_decoded(text), frozenset())


def _verbatim(text: str, styles: frozenset[Style]) -> Iterator[Span]:
    """Code: nothing is markup but what is resolved before the markup."""
    at = 0
    for token in RESOLVED.finditer(text):
        yield from _called(_decoded(text[at : token.start()]), styles)
        for span in _angle(token[0][1:-1]):
            yield replace(span, styles=styles)
        at = token.end()
    yield from _called(_decoded(text[at:]), styles)


def _called(text: str, styles: frozenset[Style]) -> Iterator[Span]:
    for index, part in enumerate(CALL.split(text)):
        if part:
            yield Span(part, styles, ping=index % 2 == 1)


def _decoded(text: str) -> str:
    return ENTITY.sub(lambda found: ENTITIES[found[1]], text)
