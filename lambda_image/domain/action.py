"""What people ask for in the channel, by a button below a card."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What a button asks for. The values are short: a custom action's command has 100 characters in all."""

    ANALYSE = "redo"
    REPAIR = "fix"
    MUTE = "mute"
    WRONG = "bad"
    WORKED = "ok"


@dataclass(frozen=True, slots=True)
class Request:
    """One press. `mark` is the same for each press of one button below one card."""

    verb: Verb
    thread_id: str
    mark: str

    @property
    def fingerprint(self) -> str:
        """Of the problem; its threads are named after it and the time when they began."""
        return self.thread_id.rpartition("-")[0]


class Noted(StrEnum):
    """What the ledger made of a request."""

    NOTED = "noted"
    BEFORE = "before"
    UNKNOWN = "unknown"
