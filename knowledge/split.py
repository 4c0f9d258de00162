"""Pages to passages along their structure: headings give the path, no block is cut, text stays verbatim."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.names import names_in
from knowledge.passage import Page, Passage

# About 400 tokens: what an embedding model and a reranker take, and what a person reads at once.
PASSAGE_CHARACTERS = 1_600
# As markdown-it counts lines.
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_ANCHOR = re.compile(r"""<a\s+(?:name|id)=["']([^"']+)["']\s*>(?:\s*</a>)?|\{#([\w-]+)\}\s*$""")
_MARKUP = re.compile(r"<[^<>]*>|[`*]|\\(?=[^\w\s])")


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines `start` to `end` (0-based, end exclusive); `level` is that of a heading, else 0."""

    start: int
    end: int
    level: int = 0
    heading: str = ""
    anchor: str = ""
    continues: bool = False


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading (except before the first one) with the blocks up to the next heading, and the path to it."""

    path: tuple[_Block, ...]
    blocks: tuple[_Block, ...]

    @property
    def start(self) -> int:
        return self.blocks[0].start

    @property
    def end(self) -> int:
        return self.blocks[-1].end


def split(page: Page) -> tuple[Passage, ...]:
    """The page's passages in order. Small sections that follow each other share one, steps with their reason.

    A fenced block, a table or numbered steps are never cut, and stay with the line that announces them, so a
    passage with long ones may be larger than PASSAGE_CHARACTERS. A long paragraph is cut between lines, any
    other long list between its items.
    """
    lines = [*_LINE.findall(page.text), ""]
    ends = [0]
    for line in lines:
        ends.append(ends[-1] + len(line))
    pieces = [piece for section in _sections(page.text, lines) for piece in _pieces(section, ends)]
    found = []
    for part in _packed(pieces, ends):
        text = page.text[ends[part[0].start] : ends[part[-1].end]].strip("\r\n")
        if any(not block.level for each in part for block in each.blocks) and text.strip():
            path = _common([each.path for each in part])
            heading = tuple(block.heading for block in path)
            url, names = _url(page, part[0]), names_in(page.title, *heading, text)
            found.append(Passage(page.id, url, page.title, heading, text, page.about, names))
    return tuple(found)


def _url(page: Page, first: _Section) -> str:
    """The page's address, with the heading that the passage begins under; the page's own needs none."""
    is_top = len(first.path) < 2 or "#" in page.url
    return page.url if is_top else page.url + first.path[-1].anchor


def _sections(text: str, lines: list[str]) -> Iterator[_Section]:
    path: tuple[_Block, ...] = ()
    blocks: list[_Block] = []
    for block in _blocks(text, lines):
        if block.level:
            if blocks:
                yield _Section(path, tuple(blocks))
            path = (*(each for each in path if each.level < block.level), block)
            blocks = []
        blocks.append(block)
    if blocks:
        yield _Section(path, tuple(blocks))


def _pieces(section: _Section, ends: list[int]) -> Iterator[_Section]:
    """A section in as many pieces as it needs."""
    piece: list[_Block] = []
    for block in section.blocks:
        joined = block.continues or (bool(piece) and _announces(piece[-1]))
        if piece and not joined and ends[block.end] - ends[piece[0].start] > PASSAGE_CHARACTERS:
            yield _Section(section.path, tuple(piece))
            piece = []
        piece.append(block)
    yield _Section(section.path, tuple(piece))


def _announces(block: _Block) -> bool:
    return bool(block.level) or block.heading.endswith(":")


def _packed(sections: list[_Section], ends: list[int]) -> Iterator[list[_Section]]:
    """Neighbours as long as they fit into one passage."""
    part: list[_Section] = []
    for section in sections:
        if part and ends[section.end] - ends[part[0].start] > PASSAGE_CHARACTERS:
            yield part
            part = []
        part.append(section)
    if part:
        yield part


def _common(paths: list[tuple[_Block, ...]]) -> tuple[_Block, ...]:
    """The headings that stand above all of them."""
    return tuple(steps[0] for steps in zip(*paths, strict=False) if len(set(steps)) == 1)


def _blocks(text: str, lines: list[str]) -> Iterator[_Block]:
    """The top-level blocks of a Markdown text; steps, a table or a fence are one block.

    A paragraph carries its text as `heading`, which tells whether it announces what follows. Steps from
    10 on are seldom indented enough for Markdown: what is indented, or begins at another number than 1,
    continues the block before. A paragraph of several lines that is underlined is no title, only text.
    """
    tokens = _parser().parse(text)
    anchors: Counter[str] = Counter()
    for at, token in enumerate(tokens):
        if token.map is None or token.level or token.nesting < 0:
            continue
        start, end = token.map
        raw = tokens[at + 1].content if token.type in ("heading_open", "paragraph_open") else ""
        if token.type == "heading_open" and "\n" not in raw:
            yield _Block(start, end, int(token.tag[1:]), plain_heading(raw), _anchor(raw, anchors))
        else:
            continues = lines[start][:1] in (" ", "\t") or "start" in token.attrs
            cuts = [start, end]
            if raw:
                cuts = _cuts(lines, range(start, end), end)
            elif token.type == "bullet_list_open":
                items = [each.map[0] for each in _items(tokens, at) if each.map]
                cuts = _cuts(lines, items, end)
            for first, last in pairwise(cuts):
                said = raw.rstrip() if last == end else ""
                yield _Block(first, last, heading=said, continues=continues and first == start)


def _cuts(lines: list[str], starts: Sequence[int], end: int) -> list[int]:
    """Where lines begin the parts of what is longer than a passage: a page of a PDF, a log, a long list.

    A part begins at one of `starts`, the first of which is where the whole begins.
    """
    cuts, size = [starts[0]], 0
    for start, after in pairwise([*starts, end]):
        length = sum(map(len, lines[start:after]))
        if size and size + length > PASSAGE_CHARACTERS:
            cuts.append(start)
            size = 0
        size += length
    return [*cuts, end]


def _items(tokens: Sequence[Token], at: int) -> Iterator[Token]:
    """The items of the list that begins there; steps are numbered, and never cut."""
    for token in tokens[at + 1 :]:
        if not token.level:
            return
        if token.level == 1 and token.type == "list_item_open":
            yield token


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").disable("inline")


def plain_heading(heading: str) -> str:
    """A heading's words without markup and anchors."""
    return " ".join(_MARKUP.sub("", _ANCHOR.sub("", heading)).split())


def _anchor(heading: str, seen: Counter[str]) -> str:
    """The one that stands in the heading, else as GitHub makes it: dashed words, numbered from the second."""
    if given := _ANCHOR.search(heading):
        return f"#{given[1] or given[2]}"
    name = re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", plain_heading(heading).lower()))
    seen[name] += 1
    return f"#{name}-{seen[name] - 1}" if seen[name] > 1 else f"#{name}"
