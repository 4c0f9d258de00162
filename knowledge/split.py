"""Pages to passages along their structure: headings give the path, no block is cut, text stays verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt

from knowledge.passage import Page, Passage

# About 300 tokens: what a reranker and an embedding model take, and a person reads at once.
PASSAGE_CHARACTERS = 1_200


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines `start` to `end` (0-based, end exclusive); `level` is that of a heading, else 0."""

    start: int
    end: int
    level: int = 0
    heading: str = ""


def split(page: Page) -> tuple[Passage, ...]:
    """The page's passages in order, one or more for each section."""
    lines = page.text.splitlines(keepends=True)
    passages: list[Passage] = []
    path: list[tuple[int, str]] = []
    part: list[_Block] = []

    def close() -> None:
        text = "".join(lines[part[0].start : part[-1].end]).strip("\n") if part else ""
        if text.strip() and any(not block.level for block in part):
            heading = tuple(name for _, name in path)
            anchor = _anchor(heading[-1]) if len(heading) > 1 else ""
            passages.append(Passage(page.id, page.url + anchor, page.title, heading, text))
        part.clear()

    for block in _blocks(page.text):
        if block.level:
            close()
            path[:] = [each for each in path if each[0] < block.level] + [(block.level, block.heading)]
        elif part and _size(lines, part) + _size(lines, [block]) > PASSAGE_CHARACTERS:
            close()
        part.append(block)
    close()
    return tuple(passages)


def _blocks(text: str) -> Iterator[_Block]:
    """The top-level blocks of a Markdown text; a list, table or fence is one block."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for at, token in enumerate(tokens):
        if token.map is None or token.level or token.nesting < 0:
            continue
        if token.type == "heading_open":
            yield _Block(token.map[0], token.map[1], int(token.tag[1:]), tokens[at + 1].content)
        else:
            yield _Block(token.map[0], token.map[1])


def _size(lines: list[str], part: list[_Block]) -> int:
    return sum(len(line) for line in lines[part[0].start : part[-1].end])


def _anchor(heading: str) -> str:
    """As GitHub and most wikis make it from a heading."""
    words = re.sub(r"[^\w\s-]", "", heading.lower()).strip()
    return "#" + re.sub(r"\s+", "-", words)
