"""What every store of passages does, for the job that fills it and for the search that reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge.passage import Hit, Passage
from knowledge.question import Question

# Of unit length, so that a product of two is their cosine.
Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a store remembers of a page: the digest of its content, and its source's mark."""

    digest: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an answer may come from: pages about this service and environment, or about all."""

    service: str = ""
    environment: str = ""


ANYWHERE = Scope()


class PassageStore(Protocol):
    """Passages by page, as ingest writes them."""

    def pages(self) -> Mapping[str, Kept]:
        """What is remembered of each page that is in the store, by page id."""

    def replace(
        self, page_id: str, kept: Kept, passages: Sequence[Passage], vectors: Sequence[Vector] = ()
    ) -> None:
        """Put a page's passages in place of those that it had; as many vectors as passages, or none."""

    def delete(self, page_id: str) -> None:
        """Forget a page; nothing happens if it is not there."""


class PassageIndex(Protocol):
    """Passages, as a search reads them. Both orders are best first; both raise IndexUnusable."""

    def rank(self, question: Question, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """Passages that have any of the question's words."""

    def near(self, vector: Vector, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """Passages by the cosine of their vector, which is the score; none in an index without vectors."""

    def model(self) -> str:
        """The embedding model whose vectors the index holds; empty where it holds none."""


@dataclass(frozen=True, slots=True)
class Content:
    """A page as a store holds it; as many vectors as passages, or none."""

    page_id: str
    kept: Kept
    passages: tuple[Passage, ...]
    vectors: tuple[Vector, ...] = ()


class Copyable(Protocol):
    """A store whose content can go into another one, without being embedded again."""

    def contents(self) -> Iterator[Content]:
        """Each page with its passages and their vectors. Raises IndexUnusable."""

    def model(self) -> str:
        """See `PassageIndex.model`."""


class Embedder(Protocol):
    """Texts to vectors of one model; an index that was made with another must not be asked with these."""

    @property
    def model(self) -> str:
        """The model's name and version, as the index records it."""

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text of a passage."""

    def question(self, text: str) -> Vector:
        """The vector of a question. Raises EmbeddingUnavailable, as `passages` does."""
