"""What people and time teach the system, and what it needs to keep that: Protocols, as in `ports.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lambda_image.ports import LedgerReport, Mutes

if TYPE_CHECKING:
    from lambda_image.domain.lessons import Lesson, Remembered, Subject


class Memory(Protocol):
    """How answers were judged, by problem and by kind. Both raise TransientError."""

    def recall(self, subject: Subject) -> Remembered:
        """What is remembered, in one read however much that is."""

    def learn(self, subject: Subject, lesson: Lesson) -> None:
        """Remember it under both names; a second verdict on the same answer takes the place of the first."""


class Merges(Protocol):
    """Problems that people say are one. Both raise TransientError."""

    def merge(self, fingerprint: str, into: str) -> bool:
        """Count the one as the other from now on.

        False unless both are known and different, the first was answered, and the other is not part of it.
        """

    def split(self, fingerprint: str) -> bool:
        """Count it by itself again from now on. False for one that is not merged."""


class OperatorsLedger(LedgerReport, Mutes, Merges, Protocol):
    """The ledger for those who run a deployment."""
