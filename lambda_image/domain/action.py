"""What people ask for in the channel, by a button below a card or by a command with words of their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What a button asks for, or the form of the Slack app (LOOK).

    The values are short: a custom action's command has 100 characters in all.
    """

    ANALYSE = "redo"
    REPAIR = "fix"
    MUTE = "mute"
    WRONG = "bad"
    WORKED = "ok"
    ASK = "ask"
    MANAGER = "say"
    SNOOZE = "nap"
    MERGE = "tie"
    SPLIT = "cut"
    LOOK = "look"


# What people may type words behind, as an alias; with the words the command has 100 characters too.
TYPED = (Verb.ASK, Verb.WRONG, Verb.SNOOZE, Verb.MERGE, Verb.SPLIT)


@dataclass(frozen=True, slots=True)
class Request:
    """One press, or what somebody typed with its `text`.

    `mark` is the same for each press of one button below one card, and for each repeat of the same words.
    `by` is who it was, where we are told; AWS Chatbot tells nobody's name.
    """

    verb: Verb
    thread_id: str
    mark: str
    text: str = ""
    by: str = ""

    @property
    def fingerprint(self) -> str:
        """Of the problem; its threads are named after it and the time when they began."""
        return self.thread_id.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Asked:
    """That somebody asked for something; `at` is in milliseconds since the epoch."""

    verb: str
    by: str
    at: int


class Noted(StrEnum):
    """What the ledger made of a request."""

    NOTED = "noted"
    BEFORE = "before"
    UNKNOWN = "unknown"
