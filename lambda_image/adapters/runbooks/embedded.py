"""The embedded index as the pipeline's knowledge: a local file, or one in S3, fetched when it changed."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from knowledge.embeddings.recorded import RecordedEmbedders
from knowledge.errors import KnowledgeError
from knowledge.search import WORDS_ONLY, How, search
from knowledge.stores.embedded import EmbeddedStore
from lambda_image.adapters.aws import error_code, translated
from lambda_image.adapters.runbooks.asking import how
from lambda_image.domain.errors import EvidenceUnavailable, PermanentError, TransientError
from lambda_image.domain.evidence import KnowledgeQuery, Passage

FIX = "Set TRACEMEND_INDEX to an index that `tracemend ingest` made"


class EmbeddedKnowledge:
    """Implements `Knowledge`. `locate` gives the index file, fetched anew where that is needed.

    The file stays open for the next search, until another one takes its place.
    """

    def __init__(
        self,
        locate: Callable[[], Path],
        embedders: RecordedEmbedders | None = None,
        manner: How = WORDS_ONLY,
    ) -> None:
        self._locate = locate
        self._embedders = embedders
        self._manner = manner
        self._open: tuple[tuple[int, ...], EmbeddedStore] | None = None

    def search(self, query: KnowledgeQuery, limit: int) -> tuple[Passage, ...]:
        """See `Knowledge.search`."""
        try:
            store = self._store()
            embedder = self._embedders.of(store) if self._embedders else None
            hits = search(store, query.text, limit, how=how(query, embedder, self._manner))
            if not hits and not store.pages():
                raise EvidenceUnavailable("runbooks", "the index holds no pages", FIX)
        except (KnowledgeError, PermanentError, TransientError) as error:
            raise EvidenceUnavailable("runbooks", str(error), FIX) from error
        return tuple(
            Passage(hit.passage.id, hit.passage.title, hit.passage.url, hit.passage.text, hit.score)
            for hit in hits
        )

    def _store(self) -> EmbeddedStore:
        """The open one, if its file is still the same."""
        path = self._locate()
        now = _signature(path)
        if self._open is None or self._open[0] != now:
            if self._open is not None:
                self._open[1].close()
                self._open = None
            self._open = (now, EmbeddedStore(path))
        return self._open[1]


def _signature(path: Path) -> tuple[int, ...]:
    """Changes when a file is replaced; empty where there is none."""
    if not path.is_file():
        return ()
    told = path.stat()
    return (told.st_dev, told.st_ino, told.st_mtime_ns, told.st_size)


class S3Index:
    """An index file in S3. Calling it gives the local copy, downloaded only when its ETag changed.

    While S3 refuses for now, the copy of an earlier call serves.
    """

    def __init__(self, client: Any, url: str, cache: Path) -> None:
        parts = urlsplit(url)
        self._client = client
        self._bucket, self._key = parts.netloc, parts.path.lstrip("/")
        self._copy = cache / "index.sqlite"
        self._draft = cache / "index.draft"
        self._etag = ""

    def __call__(self) -> Path:
        """The local file. Raises PermanentError, or TransientError where there is no copy yet."""
        try:
            with translated("S3 GetObject of the index"):
                self._refresh()
        except TransientError:
            if not self._etag:
                raise
        return self._copy

    def _refresh(self) -> None:
        known = {"IfNoneMatch": self._etag} if self._etag else {}
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key, **known)
        except ClientError as error:
            if error_code(error) in {"304", "NotModified"}:
                return
            raise
        try:
            self._keep(answer["Body"])
        except OSError as error:
            self._draft.unlink(missing_ok=True)
            if error.errno != errno.ENOSPC:
                raise
            raise PermanentError(
                f"{self._key} has no room in {self._copy.parent} ({error}); give the function an ephemeral"
                " storage of more than twice its size"
            ) from error
        self._etag = answer["ETag"]

    def _keep(self, body: Any) -> None:
        """Whole or not at all: the old copy may be open, and serves until then."""
        self._copy.parent.mkdir(parents=True, exist_ok=True)
        with self._draft.open("wb") as file:
            for piece in body.iter_chunks(1 << 20):
                file.write(piece)
        self._draft.replace(self._copy)
