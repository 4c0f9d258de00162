"""Pages of our own in Kendra: a custom data source, filled by our ingest instead of Kendra's crawler."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from typing import Any

from knowledge.errors import IndexUnusable, ServiceRefused
from knowledge.homes.note import Note
from knowledge.passage import Passage
from knowledge.store import Kept, Vector
from knowledge.stores.calls import Calls, code_of
from knowledge.stores.kendra.attributes import JOB, SOURCE, URI, attribute, scope_attributes

# Kendra API Reference, BatchPutDocument and BatchDeleteDocument: documents of one call, and the text that
# Kendra takes of one.
AT_ONCE = 10
LARGEST_TEXT = 5_000_000
LONGEST_ID = 2_048
# Kendra API Reference, StartDataSourceSyncJob.
RUNNING = frozenset({"ConflictException", "ResourceInUseException"})
# Neither there as the page is now, nor surely as it was: the next run puts it again.
UNDONE = Kept("")


class KendraDocuments:
    """Implements `PassageStore`: one document for each page, which Kendra cuts into passages itself.

    Kendra cannot list its documents, so what is remembered of pages stands in the note `remembered`; where
    that is lost, delete and make the data source anew. A page without passages is not put. `open_documents`
    makes a store around a synchronisation.
    """

    def __init__(self, calls: Calls, index_id: str, source: str, job: str, remembered: Note) -> None:
        self._calls = calls
        self._index = index_id
        self._target = {"DataSourceId": source, "DataSourceSyncJobId": job}
        self._note = remembered
        self._kept = _read(remembered)
        self._put: dict[str, tuple[Kept, dict[str, Any]]] = {}
        self._gone: set[str] = set()

    def pages(self) -> dict[str, Kept]:
        """See `PassageStore.pages`."""
        waiting = {page: kept for page, (kept, _) in self._put.items()}
        return {page: kept for page, kept in {**self._kept, **waiting}.items() if page not in self._gone}

    def replace(
        self,
        page_id: str,
        kept: Kept,
        passages: Sequence[Passage],
        vectors: Sequence[Vector] = (),  # noqa: ARG002 - Kendra makes its own
    ) -> None:
        """See `PassageStore.replace`."""
        if not passages:
            self.delete(page_id)
            return
        self._gone.discard(page_id)
        self._put[page_id] = (kept, self._document(page_id, passages))
        if len(self._put) == AT_ONCE:
            self.flush()

    def delete(self, page_id: str) -> None:
        """See `PassageStore.delete`."""
        self._put.pop(page_id, None)
        if page_id in self._kept:
            self._gone.add(page_id)
        if len(self._gone) == AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Send what waits. Raises IndexUnusable naming every document that was refused."""
        put, self._put = self._put, {}
        gone, self._gone = self._gone, set()
        failed: dict[str, str] = {}
        # A run that is killed in the middle leaves no document that nobody remembers.
        self._kept |= dict.fromkeys(put, UNDONE)
        _write(self._note, self._kept)
        if put:
            documents = [document for _, document in put.values()]
            failed |= _failed(self._calls("batch_put_document", IndexId=self._index, Documents=documents))
        if gone:
            asked = {"DocumentIdList": sorted(gone), "DataSourceSyncJobMetricTarget": self._target}
            failed |= _failed(self._calls("batch_delete_document", IndexId=self._index, **asked))
        self._kept |= {page: kept for page, (kept, _) in put.items() if page not in failed}
        for page in gone - failed.keys():
            self._kept.pop(page, None)
        _write(self._note, self._kept)
        if failed:
            told = "; ".join(f"{page}: {why}" for page, why in failed.items())
            raise IndexUnusable(f"Kendra refused {len(failed)} documents: {told}. Mend them and run again")

    def _document(self, page_id: str, passages: Sequence[Passage]) -> dict[str, Any]:
        text = "\n\n".join(_told(each) for each in passages).encode()
        if len(text) > LARGEST_TEXT or not 0 < len(page_id) <= LONGEST_ID:
            raise IndexUnusable(
                f"{page_id[:200]} has {len(text)} bytes; Kendra takes {LARGEST_TEXT} of a page, and an id of"
                f" {LONGEST_ID} characters. Split the page, or leave it out"
            )
        first = passages[0]
        attributes = [
            attribute(SOURCE, self._target["DataSourceId"]),
            attribute(JOB, self._target["DataSourceSyncJobId"]),
            *scope_attributes(first.about),
        ]
        if first.url.startswith(("http://", "https://")):
            attributes.append(attribute(URI, first.url.partition("#")[0]))
        return {
            "Id": page_id,
            "Title": first.title,
            "Blob": text,
            "ContentType": "MD",
            "Attributes": attributes,
        }


@contextmanager
def open_documents(calls: Calls, index_id: str, source: str, remembered: Note) -> Iterator[KendraDocuments]:
    """The data source within one synchronisation, which ends with it. Raises IndexUnusable."""
    named = {"Id": source, "IndexId": index_id}
    job = _started(calls, named)
    try:
        documents = KendraDocuments(calls, index_id, source, job, remembered)
        yield documents
        documents.flush()
    finally:
        calls("stop_data_source_sync_job", **named)


def _started(calls: Calls, named: dict[str, str]) -> str:
    """A synchronisation that a killed run has left is ended first: whoever fills the source is alone."""
    try:
        return str(calls("start_data_source_sync_job", **named)["ExecutionId"])
    except ServiceRefused as refused:
        if code_of(refused) not in RUNNING:
            raise
    calls("stop_data_source_sync_job", **named)
    return str(calls("start_data_source_sync_job", **named)["ExecutionId"])


def _told(passage: Passage) -> str:
    heading = f"{'#' * min(len(passage.heading), 6)} {passage.heading[-1]}\n\n" if passage.heading else ""
    return heading + passage.text


def _failed(answer: dict[str, Any]) -> dict[str, str]:
    return {
        each.get("Id", "?"): f"{each.get('ErrorCode')} {each.get('ErrorMessage', '')}".strip()
        for each in answer.get("FailedDocuments") or ()
    }


def _read(note: Note) -> dict[str, Kept]:
    try:
        told = json.loads(note.read() or "{}")
        return {page: Kept(*kept) for page, kept in told.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise IndexUnusable(f"{note} does not hold what is in Kendra ({error}); name another one") from error


def _write(note: Note, kept: dict[str, Kept]) -> None:
    note.write(json.dumps({page: astuple(each) for page, each in kept.items()}))
