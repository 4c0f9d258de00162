"""Wikis of any size for the benchmarks, as like real ones as can be made.

A page has the outline of a page of the first set: as many headings, tables, lists, blocks of code and
paragraphs, in their order. Each is another one of its kind, of any set; paragraphs are of sentences put
together anew, and names (services, hosts, alarms, tickets) are drawn so that few are common, most are rare,
and larger wikis have more of them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from markdown_it import MarkdownIt

from knowledge.passage import Page, Passage
from tests.evals.retrieval import Dataset

# One page in so many is HTML in a folder; the others are Markdown.
HTML_EACH = 20
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in ("a", "el", "in", "or")]
_FENCE = re.compile(r"^(```|~~~)")
_SENTENCE = re.compile(r"(?<=[.:;!?])\s+")
# What a page says about its own things; the names are its own.
SAYINGS = (
    "Seen on {0}-{1:04}, after a deployment of {2}.",
    "{2} and `{0}-{1}` wait for it.",
    "See OPS-{1}: {0} was restarted.",
    "The alarm `{2}-{0}-late` tells of it.",
    "Owner of {0} is the team of {2}.",
    "`kubectl -n {0} rollout restart deploy/{2}`",
)


class MadeWiki:
    """Pages without end. The same sets and seed give the same pages."""

    def __init__(self, sets: Sequence[Dataset], seed: int = 1) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - the same each time
        read = [[_blocks(page.text) for page in data.pages] for data in sets]
        self._outlines = [[kind for kind, _ in blocks] for blocks in read[0] if blocks]
        self._kinds: dict[str, list[str]] = {}
        for kind, text in (block for pages in read for blocks in pages for block in blocks):
            self._kinds.setdefault(kind, []).extend(_SENTENCE.split(text) if kind == "text" else [text])

    def pages(self) -> Iterator[Page]:
        """Each with an id, an address and a title of its own."""
        number = 0
        while True:
            number += 1
            about = [self._name(number) for _ in range(self._chance.randint(3, 8))]
            title = f"{about[0]} {about[1]} runbook {number}"
            text = f"# {title}\n\n" + "\n\n".join(self._body(about))
            yield Page(f"p{number}", f"https://wiki/p{number}", title, text)

    def passages(self) -> Iterator[list[Passage]]:
        """Those of a page at a time, four to a page, without the time that splitting pages takes."""
        number = 0
        while True:
            number += 1
            about = [self._name(number) for _ in range(4)]
            page, title = f"page-{number}", f"{about[0]} {about[1]} runbook {number}"
            yield [
                Passage(page, f"https://wiki/{page}#{part}", title, (title, each), self._paragraphs(about))
                for part, each in enumerate(about)
            ]

    def _paragraphs(self, about: Sequence[str]) -> str:
        return "\n\n".join(self._paragraph(about) for _ in range(self._chance.randint(2, 6)))

    def _body(self, about: Sequence[str]) -> Iterator[str]:
        for kind in self._chance.choice(self._outlines):
            yield self._paragraph(about) if kind == "text" else self._chance.choice(self._kinds[kind])

    def _paragraph(self, about: Sequence[str]) -> str:
        sentences = self._chance.choices(self._kinds["text"], k=self._chance.randint(1, 4))
        names = self._chance.choices(about, k=2)
        saying = self._chance.choice(SAYINGS).format(names[0], self._chance.randrange(9_999), names[1])
        return " ".join((*sentences, saying))

    def _name(self, pages: int) -> str:
        """The more pages, the more names there are; as with words, the rank has a heavy tail."""
        rank = int(self._chance.paretovariate(0.4)) % (2_000 + 2 * pages)
        name = ""
        while rank or len(name) < 4:
            rank, at = divmod(rank, len(SYLLABLES))
            name += SYLLABLES[at]
        return name


def write_folder(wiki: MadeWiki, root: Path, count: int) -> int:
    """So many pages as files, a hundred to a folder; how many bytes they have."""
    markdown = MarkdownIt("commonmark").enable("table")
    size = 0
    for number, page in zip(range(count), wiki.pages(), strict=False):
        folder = root / f"area-{number // 10_000}" / f"team-{number // 100}"
        folder.mkdir(parents=True, exist_ok=True)
        if number % HTML_EACH:
            size += (folder / f"{page.id}.md").write_text(page.text)
        else:
            head = f"<html><head><title>{page.title}</title></head>"
            body = f"<body>{markdown.render(page.text)}</body></html>"
            size += (folder / f"{page.id}.html").write_text(head + body)
    return size


def _blocks(text: str) -> list[tuple[str, str]]:
    """Kind and text of what stands between empty lines; a fenced block is one."""
    found: list[tuple[str, str]] = []
    lines: list[str] = []
    fenced = False
    for line in [*text.splitlines(), ""]:
        if _FENCE.match(line.lstrip()):
            fenced = not fenced
        if line.strip() or fenced:
            lines.append(line)
        elif lines:
            found.append((_kind(lines[0]), "\n".join(lines)))
            lines = []
    return found


def _kind(first: str) -> str:
    start = first.lstrip()
    if _FENCE.match(start) or first.startswith("    "):
        return "code"
    if start.startswith("#"):
        return "heading"
    if start.startswith("|"):
        return "table"
    return "list" if re.match(r"([-*+]|\d+[.)])\s", start) else "text"
