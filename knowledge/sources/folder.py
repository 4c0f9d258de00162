"""A local folder of Markdown and text: one page a file, front matter for title and address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from knowledge.errors import SourceUnusable
from knowledge.passage import Page

SUFFIXES = frozenset({".md", ".markdown", ".mdx", ".txt", ".rst"})
LARGEST_PAGE = 5_000_000
_FRONT_MATTER = re.compile(r"\A---\r?\n(?P<fields>.*?)\r?\n---[ \t]*\r?\n", re.DOTALL)
_FIELD = re.compile(r"^(?P<name>\w+):[ \t]*(?P<value>.+?)[ \t]*$", re.MULTILINE)
_H1 = re.compile(r"^#[ \t]+(?P<title>.+?)[ \t#]*$", re.MULTILINE)

Skipped = Callable[[str, str], None]


def pages(root: Path, skipped: Skipped) -> Iterator[Page]:
    """The folder's pages in the order of their paths. Raises SourceUnusable.

    Hidden folders are left out; files that are too large, lead out of the folder or hold no text are
    told to `skipped` with the reason.
    """
    if not root.is_dir():
        raise SourceUnusable(f"{root} is not a folder. Name a folder of Markdown or text files")
    base = root.resolve()
    for path in sorted(base.rglob("*")):
        name = path.relative_to(base).as_posix()
        if path.suffix.lower() not in SUFFIXES or any(part.startswith(".") for part in name.split("/")):
            continue
        if not path.resolve().is_relative_to(base):
            skipped(name, "a link out of the folder")
        elif not path.is_file():
            continue
        elif path.stat().st_size > LARGEST_PAGE:
            skipped(name, f"larger than {LARGEST_PAGE} bytes")
        elif page := _page(name, path.read_bytes().decode("utf-8", errors="replace"), base):
            yield page
        else:
            skipped(name, "empty")


def _page(name: str, content: str, base: Path) -> Page | None:
    found = _FRONT_MATTER.match(content)
    fields = (
        {each["name"]: each["value"].strip("'\"") for each in _FIELD.finditer(found["fields"])}
        if found
        else {}
    )
    text = content[found.end() :] if found else content
    if not text.strip():
        return None
    heading = _H1.search(text)
    title = fields.get("title") or (heading["title"] if heading else Path(name).stem.replace("-", " "))
    return Page(name, fields.get("url") or (base / name).as_uri(), title, text)
