"""What an index does that is somebody else's: it takes a text, and ranks by its own means."""

from __future__ import annotations

from typing import Protocol

from knowledge.passage import Hit
from knowledge.store import ANYWHERE, Scope


class SearchService(Protocol):
    """A managed search. It judges by itself what fits, so that our floor does not apply to its scores."""

    def ask(self, text: str, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """The passages that fit, best first, scores between 0 and 1; none where nothing does.

        Raises ServiceRefused.
        """
