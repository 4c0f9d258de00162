"""What every store does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from knowledge.passage import Hit, Passage
from knowledge.question import Question


class KnowledgeStore(Protocol):
    """Passages by page, and the ranking of passages for a question."""

    def digests(self) -> dict[str, str]:
        """The digest of each page that is in the store, by page id."""

    def replace(self, page_id: str, digest: str, passages: Iterable[Passage]) -> None:
        """Put a page's passages in place of those that it had."""

    def delete(self, page_id: str) -> None:
        """Forget a page; nothing happens if it is not there."""

    def rank(self, question: Question, limit: int) -> tuple[Hit, ...]:
        """Passages that have any of it, best first. Raises IndexUnusable."""
