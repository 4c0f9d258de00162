"""What becomes of a pull request is remembered with the answer that it came of, once for each fate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambda_image.aftercare.learning import LearningFixes
from lambda_image.domain.aftermath import Fate, Fix
from lambda_image.domain.diagnosis import DiagnosisDraft, Fault
from lambda_image.domain.lessons import Lesson, Verdict
from lambda_image.domain.notification import Basis
from lambda_image.domain.patch import PullRequest
from lambda_image.steps.answering.recall import subject_of
from lambda_image.steps.telling.decide import decide
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, incident
from tests.fakes.evidence import evidence
from tests.fakes.fixes import MemoryFixes
from tests.fakes.memory import MemoryOfLessons
from tests.fakes.situations import CLAIMS
from tests.fakes.stores import MemoryTraces

PULL = PullRequest("acme/shop", 12, "https://git.example.com/acme/shop/pull/12", "b", "open", draft=True)


class Shop:
    """An answer whose pull request is watched."""

    def __init__(self) -> None:
        asked = incident()
        traces, self.memory = MemoryTraces(), MemoryOfLessons()
        traces.save(decide(Basis(asked, evidence(), DiagnosisDraft(CLAIMS, Fault.CODE, (), ()))))
        self.fixes = LearningFixes(MemoryFixes(FixedClock(START)), traces, self.memory)
        self.fix = Fix(
            asked.fingerprint,
            1,
            asked.work_id,
            "/aws/lambda/shop",
            "Guard empty orders",
            PULL,
            START,
            at=START,
        )

    def becomes(self, *fates: Fate) -> tuple[Lesson, ...]:
        """What is remembered once the fix had these fates."""
        for fate in fates:
            self.fixes.keep(replace(self.fix, fate=fate))
        return self.memory.recall(subject_of(incident())).of_problem


@pytest.mark.parametrize(
    ("fates", "verdict", "note"),
    [
        ((Fate.OPEN, Fate.MERGED), Verdict.RIGHT, "Guard empty orders"),
        ((Fate.OPEN, Fate.MERGED, Fate.HELD), Verdict.RIGHT, "Guard empty orders"),
        ((Fate.MERGED, Fate.FIRING), Verdict.WRONG, ""),
        ((Fate.OPEN, Fate.CLOSED), Verdict.OPEN, ""),
    ],
)
def test_a_fate_is_a_verdict_on_the_answer(fates: tuple[Fate, ...], verdict: Verdict, note: str) -> None:
    (lesson,) = Shop().becomes(*fates)

    assert (lesson.verdict, lesson.note, lesson.pull_request_url) == (verdict, note, PULL.url)
    assert lesson.cause == CLAIMS[0].text


def test_what_is_still_open_teaches_nothing() -> None:
    assert Shop().becomes(Fate.OPEN) == ()


def test_what_people_say_after_a_merge_stands_until_the_fate_changes() -> None:
    shop = Shop()
    shop.becomes(Fate.MERGED)
    wrong = Lesson(shop.fix.work_id, Verdict.WRONG, START, note="it was the DNS")
    shop.memory.learn(subject_of(incident()), wrong)
    shop.fixes.keep(replace(shop.fix, fate=Fate.MERGED, count=3))
    (before,) = shop.memory.recall(subject_of(incident())).of_problem
    (after,) = shop.becomes(Fate.HELD)

    assert (before.verdict, after.verdict) == (Verdict.WRONG, Verdict.RIGHT)
