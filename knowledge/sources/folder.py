"""A local folder of Markdown and text: one page a file, front matter for title and address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from knowledge.errors import SourceUnusable
from knowledge.passage import Page
from knowledge.split import plain_heading

SUFFIXES = frozenset({".md", ".markdown", ".mdx", ".txt", ".rst"})
LARGEST_PAGE = 5_000_000
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?P<fields>.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^(?P<name>\w+):[ \t]*(?P<value>.+?)[ \t\r]*$", re.MULTILINE)
_FENCED = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1|\Z)", re.MULTILINE | re.DOTALL)
_H1 = re.compile(
    r"^#[ \t]+(?P<hashed>.+?)[ \t#\r]*$|^(?P<underlined>\S.*?)[ \t]*\r?\n=+[ \t\r]*$", re.MULTILINE
)

Skipped = Callable[[str, str], None]


def pages(root: Path, skipped: Skipped) -> Iterator[Page]:
    """The folder's pages in the order of their paths; a page's id is its path as seen from the caller's.

    Hidden files and folders are left out; files that are too large, lead out of the folder, cannot be
    read or hold no text are told to `skipped` with the reason. Raises SourceUnusable.
    """
    if not root.is_dir():
        raise SourceUnusable(f"{root} is not a folder. Name a folder of Markdown or text files")
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix.lower() not in SUFFIXES or any(part.startswith(".") for part in name.split("/")):
            continue
        try:
            content = _content(path, root.resolve())
        except (OSError, ValueError) as error:
            skipped(name, str(error))
        else:
            yield _page(path, content)


def _content(path: Path, base: Path) -> str:
    """Raises OSError, or ValueError saying why the file is left out."""
    if not path.resolve().is_relative_to(base):
        raise ValueError("a link out of the folder")
    if not path.is_file():
        raise ValueError("not a file")
    if path.stat().st_size > LARGEST_PAGE:
        raise ValueError(f"larger than {LARGEST_PAGE} bytes")
    raw = path.read_bytes()
    if b"\0" in raw:
        raise ValueError("not text")
    content = raw.decode("utf-8-sig", errors="replace")
    if not content.strip():
        raise ValueError("empty")
    return content


def _page(path: Path, content: str) -> Page:
    matter = _FRONT_MATTER.match(content)
    text = content[matter.end() :] if matter else content
    fields = {
        each["name"]: each["value"].strip("'\"")
        for each in _FIELD.finditer(matter["fields"] if matter else "")
    }
    heading = _H1.search(_FENCED.sub("", text))
    title = fields.get("title") or plain_heading(
        (heading["hashed"] or heading["underlined"]) if heading else ""
    )
    url = fields.get("url", "")
    return Page(
        id=path.as_posix(),
        url=url if url.startswith(("https://", "http://")) else path.resolve().as_uri(),
        title=title or path.stem.replace("-", " ").replace("_", " "),
        text=text,
    )
