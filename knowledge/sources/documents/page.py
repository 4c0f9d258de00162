"""A file as a page: front matter and the first heading give its title and address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from knowledge.about import about_from
from knowledge.passage import NOTHING_KNOWN, About, Page
from knowledge.sources.documents.formats import document, format_of
from knowledge.split import plain_heading

_ITEM = re.compile(r"\s*-\s+(.*\S)")


@dataclass(frozen=True, slots=True)
class File:
    """Where a file is: `id` and `url` of its page, its `name` with its ending; see `Page` for the others."""

    id: str
    url: str
    name: str
    about: About = NOTHING_KNOWN
    mark: str = ""


def page_from(file: File, raw: bytes, form: str = "") -> Page:
    """The file's page; its format is that of its name if none is given. Raises DocumentUnreadable."""
    form = form or format_of(file.name)
    found = document(form, raw)
    fields, text = _front_matter(found.text) if form == "text" else ({}, found.text)
    stem = PurePosixPath(file.name).stem.replace("-", " ").replace("_", " ")
    title = fields.get("title") or found.title or plain_heading(_first_heading(text)) or stem
    url = fields.get("url", "")
    url = url if url.startswith(("https://", "http://")) else file.url
    return Page(file.id, url, title, text, about_from(fields, file.about), file.mark)


def _front_matter(content: str) -> tuple[dict[str, str], str]:
    """The `name: value` lines between two lines of `---` at the very top, and what follows.

    A list may stand below its name, an item a line.
    """
    if not content.startswith("---"):
        return {}, content
    lines = content.split("\n")
    fence = next((at for at, line in enumerate(lines) if at and line.rstrip() == "---"), 0)
    if lines[0].rstrip() != "---" or not fence:
        return {}, content
    fields: dict[str, str] = {}
    last = ""
    for line in lines[1:fence]:
        if last and (item := _ITEM.match(line)):
            fields[last] = ", ".join(filter(None, (fields[last], item[1])))
        elif line.strip():
            last, _, value = line.partition(":")
            fields[last] = value.strip().strip("'\"")
    return fields, "\n".join(lines[fence + 1 :])


def _first_heading(text: str) -> str:
    """Of the first level, outside fenced blocks; empty where there is none."""
    fence = ""
    lines = text.splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        mark = line.strip()[:3]
        if mark in ("```", "~~~") and fence in ("", mark):
            fence = "" if fence else mark
        elif not fence and line.startswith("# "):
            return line.strip("# \t")
        elif not fence and line.strip() and below.startswith("=") and not below.strip().strip("="):
            return line.strip()
    return ""
