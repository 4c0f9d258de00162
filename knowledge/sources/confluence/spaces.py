"""Spaces of a Confluence: pages and what is attached to them, read again when their version is another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knowledge.errors import DocumentUnreadable, SourceUnusable
from knowledge.passage import About, Page, Unchanged
from knowledge.sources.confluence.content import Api, Attached, Listed
from knowledge.sources.confluence.rest import NotAllowed, NotThere, Rest
from knowledge.sources.documents.formats import format_of, largest
from knowledge.sources.documents.kinds import UNREAD
from knowledge.sources.documents.page import File, page_from
from knowledge.sources.source import Skipped


@dataclass(frozen=True, slots=True)
class Spaces:
    """Implements `Source`."""

    name: str
    rest: Rest
    api: Api
    with_attachments: bool = True

    def pages(self, marks: Mapping[str, str], skipped: Skipped) -> Iterator[Page | Unchanged]:
        """See `Source.pages`; a page's id is its address by number, which a new title does not change."""
        seen: set[str] = set()
        try:
            for listed in self.api.pages():
                # A page that moves while pages are counted is listed twice.
                if listed.id not in seen:
                    seen.add(listed.id)
                    yield from self._page(listed, marks, skipped)
                    yield from self._attached(listed, marks, skipped) if self.with_attachments else ()
        except (KeyError, TypeError, ValueError) as error:
            raise SourceUnusable(
                f"{self.name} does not answer as Confluence does ({type(error).__name__})"
            ) from error
        except (NotThere, NotAllowed) as error:
            raise SourceUnusable(
                f"a space of {self.name} {error}; check its key and what the secret may see"
            ) from error

    def _page(self, listed: Listed, marks: Mapping[str, str], skipped: Skipped) -> Iterator[Page | Unchanged]:
        from knowledge.sources.confluence.storage import markdown  # noqa: PLC0415 - needs the extra

        page = self._id(listed)
        if marks.get(page) == listed.version:
            yield Unchanged(page)
            return
        try:
            storage, about = self.api.body(listed)
        except NotThere:
            return
        except NotAllowed as reason:
            skipped(page, str(reason))
            if page in marks:
                yield Unchanged(page)
            return
        text = markdown(storage, self.rest.home, listed.space)
        if text.strip():
            yield Page(page, self.rest.home + listed.path, listed.title, text, about, listed.version)
        else:
            skipped(page, "empty")

    def _attached(
        self, listed: Listed, marks: Mapping[str, str], skipped: Skipped
    ) -> Iterator[Page | Unchanged]:
        try:
            files = list(self.api.attachments(listed))
        except (NotThere, NotAllowed):
            return
        for each in files:
            form = format_of(each.name, each.media_type)
            page = f"{self._id(listed)}#{each.id}"
            if not form:
                skipped(each.name, UNREAD)
            elif marks.get(page) == each.version:
                yield Unchanged(page)
            elif each.size > largest(form):
                skipped(page, f"larger than {largest(form)} bytes")
            else:
                yield from self._file(listed, each, marks, skipped)

    def _file(
        self, listed: Listed, each: Attached, marks: Mapping[str, str], skipped: Skipped
    ) -> Iterator[Page | Unchanged]:
        page = f"{self._id(listed)}#{each.id}"
        try:
            raw = self.rest.download(each.link)
            file = File(page, self.rest.home + listed.path, each.name, About(), each.version)
            yield page_from(file, raw, format_of(each.name, each.media_type))
        except (DocumentUnreadable, NotThere) as reason:
            skipped(page, str(reason))
        except SourceUnusable as reason:
            # Where it is kept cannot be reached; the wiki itself can.
            skipped(page, str(reason))
            if page in marks:
                yield Unchanged(page)

    def _id(self, listed: Listed) -> str:
        return f"{self.rest.home}/pages/viewpage.action?pageId={listed.id}"
