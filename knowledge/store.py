"""What every store does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from knowledge.passage import Hit, Passage


class KnowledgeStore(Protocol):
    """Passages by page, and the ranking of passages for words."""

    def digests(self) -> dict[str, str]:
        """The digest of each page that is in the store, by page id."""

    def replace(self, page_id: str, digest: str, passages: Iterable[Passage]) -> None:
        """Put a page's passages in place of those that it had."""

    def delete(self, page_id: str) -> None:
        """Forget a page."""

    def rank(self, words: Sequence[str], limit: int) -> tuple[Hit, ...]:
        """Passages with any of these words, best first."""
