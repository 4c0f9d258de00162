"""What is remembered of answers: how people and time judged them, and what mended the problem."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# Of a problem, and of a kind in a service, so many lessons are kept.
KEPT = 20
# With fewer judgements a record says less than the word that it stands in for: of three that are all right
# the 95 % interval (Wilson) reaches down to 44 %, of five to 57 %.
ENOUGH = 5
# Characters of what people write.
NOTE = 500


class Verdict(StrEnum):
    """What an answer turned out to be; OPEN is not known, and is not counted."""

    RIGHT = "right"
    WRONG = "wrong"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Subject:
    """What lessons are remembered under: one problem, and all of its kind in its service."""

    fingerprint: str
    service: str
    kind: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """How one answer was judged; `at` is in milliseconds since the epoch.

    `work_id` names the answer: of several verdicts on one, the last holds. `cause` is what it said first,
    `note` what people wrote or what a pull request was called; both are redacted.
    """

    work_id: str
    verdict: Verdict
    at: int
    cause: str = ""
    note: str = ""
    pull_request_url: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """So many answers were right of the last that were judged."""

    right: int
    judged: int


@dataclass(frozen=True, slots=True)
class Remembered:
    """The lessons of a subject, the newest first; those of its kind hold its own."""

    subject: Subject
    of_problem: tuple[Lesson, ...] = ()
    of_kind: tuple[Lesson, ...] = ()

    @property
    def record(self) -> Record | None:
        """How good answers of this kind were; None while there is too little to tell."""
        judged = [each.verdict for each in self.of_kind if each.verdict is not Verdict.OPEN]
        return Record(judged.count(Verdict.RIGHT), len(judged)) if len(judged) >= ENOUGH else None


def with_lesson(known: tuple[Lesson, ...], lesson: Lesson) -> tuple[Lesson, ...]:
    """These and one more, the newest first; it takes the place of an earlier one on the same answer.

    What that one knew and this one does not say is kept: who pressed a button has no pull request to name.
    A note goes with its verdict.
    """
    before = next((each for each in known if each.work_id == lesson.work_id), None)
    if before:
        lesson = Lesson(
            lesson.work_id,
            lesson.verdict,
            lesson.at,
            lesson.cause or before.cause,
            lesson.note or (before.note if before.verdict is lesson.verdict else ""),
            lesson.pull_request_url or before.pull_request_url,
        )
    return (lesson, *(each for each in known if each.work_id != lesson.work_id))[:KEPT]
