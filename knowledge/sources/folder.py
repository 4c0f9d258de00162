"""A local folder of documents: one page a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import DocumentUnreadable, SourceUnusable
from knowledge.passage import Page, Unchanged
from knowledge.sources.documents.formats import COSTLY, format_of, largest
from knowledge.sources.documents.kinds import UNREAD
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
        closed: list[OSError] = []
        paths = sorted(_files(root, closed.append))
        yield from _closed(root, closed, marks, skipped)
        base = root.resolve()
        for path in paths:
            name = path.relative_to(root).as_posix()
            try:
                if format_of(name):
                    yield _page(path, base, marks)
                elif path.is_dir():
                    skipped(name, "a link to a folder; name that folder as a source of its own")
                else:
                    skipped(name, UNREAD)
            # RuntimeError: of a link to itself, before Python 3.13.
            except (ValueError, RuntimeError, DocumentUnreadable) as error:
                skipped(name, str(error))
            except OSError as error:
                skipped(name, str(error))
                if path.as_posix() in marks and not isinstance(error, FileNotFoundError):
                    yield Unchanged(path.as_posix())


def _files(root: Path, closed: Callable[[OSError], None]) -> Iterator[Path]:
    """Files, and links to folders; `closed` hears of a folder that cannot be listed."""
    for place, folders, files in os.walk(root, onerror=closed):
        folders[:] = [each for each in folders if not each.startswith(".")]
        yield from (Path(place, each) for each in files if not each.startswith("."))
        yield from (path for each in folders if (path := Path(place, each)).is_symlink())


def _closed(
    root: Path, closed: Sequence[OSError], marks: Mapping[str, str], skipped: Skipped
) -> Iterator[Unchanged]:
    """What was in folders that cannot be listed stays. Raises SourceUnusable where all of it cannot be."""
    for error in closed:
        place = Path(error.filename)
        if place == root:
            raise SourceUnusable(
                f"{root} is not a folder that can be read ({error.strerror})."
                " Name a folder of Markdown, HTML, PDF or Word files"
            ) from error
        skipped(place.relative_to(root).as_posix(), f"a folder that cannot be read ({error.strerror})")
        yield from (Unchanged(page) for page in marks if page.startswith(f"{place.as_posix()}/"))


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
