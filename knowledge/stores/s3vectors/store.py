"""S3 Vectors behind both ports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from knowledge.errors import IndexUnusable
from knowledge.passage import Hit, Passage
from knowledge.question import Question
from knowledge.store import ANYWHERE, Kept, Scope, Vector
from knowledge.stores.calls import Calls
from knowledge.stores.candidates import scored
from knowledge.stores.s3vectors.record import (
    MODEL_KEY,
    TEXT_KEYS,
    Record,
    model_record,
    page_key,
    passage_of,
    records,
    told_of,
)

# Amazon S3 User Guide, "Limitations and restrictions" of S3 Vectors: vectors and, with room
# to spare, bytes of one call, results of one query; the S3 API reference, QueryVectors: characters of a text.
AT_ONCE = 500
LISTED = 1_000
MOST = 100
LONGEST_TEXT = 1_024
LARGEST_REQUEST = 15_000_000
# What each vector of a page tells of it, by the vector's key.
Told = dict[str, Mapping[str, Any]]
# A page that is not whole: the next run writes it again.
UNDONE = Kept("")


class S3VectorStore:
    """Implements `PassageStore` and `PassageIndex` on an index.

    Each change of a page is seen by searches at once; while a page is replaced they may see some of its old
    passages beside new ones. Words find candidates by BM25 of the service, which are then scored by the code
    of the embedded store; how rare a word is, it judges from the candidates. A page without passages is not
    remembered. `model` names what made the vectors, and is recorded by the first write. Raises IndexUnusable.
    """

    def __init__(self, calls: Calls, bucket: str, index: str, model: str = "") -> None:
        self._calls = calls
        self._named = {"vectorBucketName": bucket, "indexName": index}
        self._asked_model = model
        self._recorded: str | None = None
        self._listed: dict[str, Told] | None = None

    def pages(self) -> dict[str, Kept]:
        """See `PassageStore.pages`. The first call lists the whole index, a request for 1,000 passages."""
        return {
            next(iter(vectors.values()))["page"]: _kept(vectors)
            for vectors in self._known().values()
            if vectors
        }

    def replace(
        self, page_id: str, kept: Kept, passages: Sequence[Passage], vectors: Sequence[Vector] = ()
    ) -> None:
        """See `PassageStore.replace`; here every passage needs a vector."""
        made = records(page_id, kept, passages, vectors)
        if made:
            self._record_model(len(made[0]["data"]["float32"]))
        for some in _requests(made):
            self._calls("put_vectors", **self._named, vectors=some)
        key = page_key(page_id)
        now: Told = {each["key"]: told_of(each["metadata"]) for each in made}
        self._delete(each for each in self._known().get(key, {}) if each not in now)
        self._known()[key] = now

    def delete(self, page_id: str) -> None:
        """See `PassageStore.delete`."""
        self._delete(self._known().pop(page_key(page_id), {}))

    def rank(self, question: Question, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """See `PassageIndex.rank`. An index without full-text search refuses; `enable_words` adds it."""
        text = _text(question)
        if not text:
            return ()
        texts = [{"text": text, "metadataKey": key} for key in TEXT_KEYS]
        found = self._query(scope, queryTexts=texts)
        return tuple(islice(scored(question, [passage_of(each["metadata"]) for each in found]), limit))

    def near(self, vector: Vector, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """See `PassageIndex.near`."""
        if not any(vector):
            return ()
        found = self._query(
            scope, queryVector={"float32": [float(each) for each in vector]}, returnDistance=True
        )
        hits = [Hit(passage_of(each["metadata"]), 1 - each["distance"]) for each in found]
        return tuple(hits[:limit])

    def model(self) -> str:
        """See `PassageIndex.model`."""
        if self._recorded is None:
            answer = self._calls("get_vectors", **self._named, keys=[MODEL_KEY], returnMetadata=True)
            told = [told_of(each["metadata"])["model"] for each in answer["vectors"]]
            self._recorded = told[0] if told else ""
        return self._recorded or self._asked_model

    def clear(self) -> None:
        """Forget all pages, and last the model: a run that dies in the middle begins with this again."""
        self._delete([key for vectors in self._known().values() for key in vectors])
        self._delete([MODEL_KEY])
        self._recorded, self._listed = None, {}

    def enable_words(self) -> None:
        """Let the service search the words of passages too, where it does not yet; one who writes may."""
        index = self._calls("get_index", **self._named)["index"]
        configured = index.get("metadataConfiguration", {}).get("textSearchConfigurations", [])
        lacking = [key for key in TEXT_KEYS if key not in {each["metadataKey"] for each in configured}]
        if not lacking:
            return
        if index.get("indexMode") != "ENHANCED":
            self._calls("update_index_mode", **self._named, indexMode="ENHANCED")
        added = {"textSearchConfigurations": [{"metadataKey": key, "language": "en"} for key in lacking]}
        self._calls("update_metadata_configuration", **self._named, add=added)

    def _query(self, scope: Scope, **asked: Any) -> list[dict[str, Any]]:
        """As many as one request gives; the vector that names the model is none of them."""
        within = {"filter": told} if (told := _filter(scope)) else {}
        answer = self._calls(
            "query_vectors", **self._named, topK=MOST, returnMetadata=True, **within, **asked
        )
        return [each for each in answer["vectors"] if each["key"] != MODEL_KEY]

    def _record_model(self, dimensions: int) -> None:
        recorded = self.model()
        if self._asked_model and recorded != self._asked_model:
            raise IndexUnusable(
                f"the index holds vectors of {recorded}, and {self._asked_model} is asked for; they cannot be"
                " mixed: name an index of its own for the other model"
            )
        if not self._recorded:
            record = model_record(self._asked_model, dimensions)
            self._calls("put_vectors", **self._named, vectors=[record])
            self._recorded = self._asked_model

    def _known(self) -> dict[str, Told]:
        """What each vector tells of its page, by key of the page and of the vector."""
        if self._listed is None:
            self._listed = {}
            for vector in self._all():
                page = vector["key"].rpartition("-")[0]
                self._listed.setdefault(page, {})[vector["key"]] = told_of(vector["metadata"])
        return self._listed

    def _all(self) -> Iterator[Record]:
        token: dict[str, str] = {}
        while True:
            answer = self._calls(
                "list_vectors", **self._named, maxResults=LISTED, returnMetadata=True, **token
            )
            yield from (each for each in answer["vectors"] if each["key"] != MODEL_KEY)
            if not answer.get("nextToken"):
                return
            token = {"nextToken": answer["nextToken"]}

    def _delete(self, keys: Iterable[str]) -> None:
        for some in _pieces(sorted(keys), AT_ONCE):
            self._calls("delete_vectors", **self._named, keys=some)


def _kept(vectors: Mapping[str, Mapping[str, Any]]) -> Kept:
    """What a page's vectors agree on, if all of them are there."""
    told = {(each["digest"], each["mark"], each["of"]) for each in vectors.values()}
    if len(told) > 1:
        return UNDONE
    digest, mark, of = told.pop()
    return Kept(digest, mark) if of == len(vectors) else UNDONE


def _text(question: Question) -> str:
    """The words of a question, as many as one text takes."""
    told = " ".join(word for word, _ in question.words)
    return told if len(told) <= LONGEST_TEXT else told[: LONGEST_TEXT + 1].rpartition(" ")[0]


def _filter(scope: Scope) -> dict[str, Any]:
    """About the scope's service and environment, or about no one in particular.

    `$eq` is true of a list that has the value (Amazon S3 User Guide, "Metadata filtering").
    """
    named = (("services", scope.service), ("environments", scope.environment))
    each = [{"$or": [{key: {"$eq": name.lower()}}, {key: {"$exists": False}}]} for key, name in named if name]
    return {"$and": each} if len(each) > 1 else each[0] if each else {}


def _requests(made: Sequence[Record]) -> Iterator[list[Record]]:
    piece: list[Record] = []
    size = 0
    for each in made:
        added = len(json.dumps(each))
        if piece and (len(piece) == AT_ONCE or size + added > LARGEST_REQUEST):
            yield piece
            piece, size = [], 0
        piece.append(each)
        size += added
    if piece:
        yield piece


def _pieces(many: Sequence[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(many), size):
        yield list(many[start : start + size])
