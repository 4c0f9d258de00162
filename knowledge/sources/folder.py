"""A local folder of Markdown and text: one page a file, front matter for title and address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import SourceUnusable
from knowledge.passage import Page
from knowledge.sources.source import Skipped
from knowledge.split import plain_heading

SUFFIXES = frozenset({".md", ".markdown", ".mdx", ".txt", ".rst"})
LARGEST_PAGE = 5_000_000


@dataclass(frozen=True, slots=True)
class Folder:
    """Implements `Source`."""

    root: Path

    @property
    def name(self) -> str:
        """See `Source.name`."""
        return str(self.root)

    def pages(self, marks: Mapping[str, str], skipped: Skipped) -> Iterator[Page]:  # noqa: ARG002 - reading a file costs less than remembering it
        """The folder's pages in the order of their paths; a page's id is its path as seen from the caller's.

        Hidden files and folders are left out; files that are too large, lead out of the folder, cannot be
        read or hold no text are told to `skipped` with the reason. Raises SourceUnusable.
        """
        root = self.root
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
    fields, text = _front_matter(content)
    title = fields.get("title") or plain_heading(_first_heading(text))
    url = fields.get("url", "")
    return Page(
        id=path.as_posix(),
        url=url if url.startswith(("https://", "http://")) else path.resolve().as_uri(),
        title=title or path.stem.replace("-", " ").replace("_", " "),
        text=text,
    )


def _front_matter(content: str) -> tuple[dict[str, str], str]:
    """The `name: value` lines between two lines of `---` at the very top, and what follows."""
    lines = content.split("\n")
    fence = next((at for at, line in enumerate(lines) if at and line.rstrip() == "---"), 0)
    if lines[0].rstrip() != "---" or not fence:
        return {}, content
    fields = (line.partition(":") for line in lines[1:fence])
    return {name: value.strip().strip("'\"") for name, _, value in fields}, "\n".join(lines[fence + 1 :])


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
