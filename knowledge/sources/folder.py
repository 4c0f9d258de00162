"""A local folder of documents: one page a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import DocumentUnreadable, SourceUnusable
from knowledge.passage import Page, Unchanged
from knowledge.sources.documents.formats import COSTLY, format_of, largest
from knowledge.sources.documents.page import File, page_from
from knowledge.sources.source import Skipped


@dataclass(frozen=True, slots=True)
class Folder:
    """Implements `Source`."""

    root: Path

    @property
    def name(self) -> str:
        """See `Source.name`."""
        return str(self.root)

    def pages(self, marks: Mapping[str, str], skipped: Skipped) -> Iterator[Page | Unchanged]:
        """The folder's pages in the order of their paths; a page's id is its path as seen from the caller's.

        Hidden files and folders are left out; files that are too large, lead out of the folder, cannot be
        read or hold no text are told to `skipped` with the reason. Raises SourceUnusable.
        """
        root = self.root
        if not root.is_dir():
            raise SourceUnusable(
                f"{root} is not a folder. Name a folder of Markdown, HTML, PDF or Word files"
            )
        base = root.resolve()
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if not format_of(name) or any(part.startswith(".") for part in name.split("/")):
                continue
            try:
                yield _page(path, base, marks)
            # RuntimeError: of a link to itself, before Python 3.13.
            except (ValueError, RuntimeError, DocumentUnreadable) as error:
                skipped(name, str(error))
            except OSError as error:
                skipped(name, str(error))
                if path.as_posix() in marks and path.exists():
                    yield Unchanged(path.as_posix())


def _page(path: Path, base: Path, marks: Mapping[str, str]) -> Page | Unchanged:
    """Raises OSError, ValueError or DocumentUnreadable saying why the file is left out."""
    real = path.resolve()
    if not real.is_relative_to(base):
        raise ValueError("a link out of the folder")
    if not path.is_file():
        raise ValueError("not a file")
    form, about = format_of(path.name), path.stat()
    if about.st_size > largest(form):
        raise ValueError(f"larger than {largest(form)} bytes")
    # Reading a text costs less than remembering it.
    mark = f"{about.st_mtime_ns}-{about.st_size}" if form in COSTLY else ""
    if mark and marks.get(path.as_posix()) == mark:
        return Unchanged(path.as_posix())
    return page_from(File(path.as_posix(), real.as_uri(), path.as_posix(), mark=mark), path.read_bytes())
