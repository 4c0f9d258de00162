"""A file as a page: front matter, the first heading or the file's name give its title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from knowledge.about import about_from
from knowledge.errors import DocumentUnreadable
from knowledge.passage import NOTHING_KNOWN, About, Page
from knowledge.sources.documents.formats import FORMATS, TEXTS, document, format_of
from knowledge.sources.documents.front_matter import front_matter
from knowledge.sources.documents.markdown import tidy
from knowledge.split import plain_heading

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
# Names that say nothing of a page, but that it is the first of its folder.
_FIRST = re.compile(r"_?(?:index|readme|home)", re.IGNORECASE)
_LANGUAGE = re.compile(r"\.[a-z]{2}(?:[-_][A-Za-z]{2,4})?$")


@dataclass(frozen=True, slots=True)
class File:
    """Where a file is: `id` and `url` of its page, its path as `name`; see `Page` for the others."""

    id: str
    url: str
    name: str
    about: About = NOTHING_KNOWN
    mark: str = ""


def page_from(file: File, raw: bytes, form: str = "") -> Page:
    """The file's page; its format is that of its name if none is given. Raises DocumentUnreadable."""
    form = form or format_of(file.name)
    found = document(form, raw)
    fields, text = front_matter(found.text) if form in TEXTS else ({}, found.text)
    if form == "markdown":
        text = tidy(text)
    if not text.strip():
        raise DocumentUnreadable("empty")
    title = fields.get("title") or found.title or plain_heading(_top_heading(text)) or _named(file.name)
    url = fields.get("url", "")
    url = url if url.startswith(("https://", "http://")) else file.url
    return Page(file.id, url, title, text, about_from(fields, file.about), file.mark)


def _named(path: str) -> str:
    """What a file's name says; of the first page of a folder, the folder's."""
    names = [name for name in PurePosixPath(unquote(path)).parts if name != "/"] or [path]
    stem = PurePosixPath(names[-1])
    while stem.suffix.lower() in FORMATS:
        stem = stem.with_suffix("")
    said = _LANGUAGE.sub("", stem.name)
    if _FIRST.fullmatch(said) and len(names) > 1:
        said = names[-2]
    return " ".join(re.split(r"[-_\s]+", said)).strip() or path


def _top_heading(text: str) -> str:
    """The heading that stands for the page: of the first level, and above all others.

    Where there are several of the first level they are parts of a page that its file names, unless the
    first one opens it.
    """
    headings = list(_headings(text))
    tops = [heading for level, heading, _ in headings if level == 1]
    if not tops or headings[0][0] != 1:
        return ""
    return tops[0] if len(tops) == 1 or headings[0][2] else ""


def _headings(text: str) -> Iterator[tuple[int, str, bool]]:
    """Level and words of each heading outside fenced blocks, and whether nothing stands above it."""
    fence, above = "", False
    lines = text.splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=False):
        mark = line.strip()[:3]
        if mark in ("```", "~~~") and fence in ("", mark):
            fence = "" if fence else mark
        elif not fence and (found := _HEADING.match(line)):
            yield len(found[1]), (found[2] or "").rstrip("# \t"), not above
        elif not fence and line.strip() and below.startswith("=") and not below.strip().strip("="):
            yield 1, line.strip(), not above
        above = above or bool(line.strip())
