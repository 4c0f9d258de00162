"""What it will take to embed some texts, before it begins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """Texts, an estimate of their tokens, US dollars, and calls of the model."""

    texts: int = 0
    tokens: int = 0
    dollars: float = 0.0
    calls: int = 0

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(
            self.texts + other.texts,
            self.tokens + other.tokens,
            self.dollars + other.dollars,
            self.calls + other.calls,
        )
