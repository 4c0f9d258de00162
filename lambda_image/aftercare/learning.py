"""What becomes of a pull request is a lesson about the answer that it came of."""

from __future__ import annotations

from lambda_image.domain.aftermath import Fate, Fix
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.lessons import Verdict
from lambda_image.ports import Fixes, Memory, TraceStore
from lambda_image.steps.answering.learn import lesson, subject_of_answer

# Whoever merges a fix says that the answer was right, and so does a problem that stays away. One that was
# closed may have been wrong, or only unwanted.
VERDICTS = {
    Fate.MERGED: Verdict.RIGHT,
    Fate.HELD: Verdict.RIGHT,
    Fate.FIRING: Verdict.WRONG,
    Fate.CLOSED: Verdict.OPEN,
}


class LearningFixes:
    """Implements `Fixes` by another, and remembers each new fate that says something of the answer.

    It is remembered before it is kept, so that a crash in between repeats the lesson and loses none.
    """

    def __init__(self, inner: Fixes, traces: TraceStore, memory: Memory) -> None:
        self._inner = inner
        self._traces = traces
        self._memory = memory

    def watched(self) -> tuple[str, ...]:
        """See `Fixes.watched`."""
        return self._inner.watched()

    def of(self, fingerprint: str) -> tuple[Fix, ...]:
        """See `Fixes.of`."""
        return self._inner.of(fingerprint)

    def incident(self, fingerprint: str) -> Incident | None:
        """See `Fixes.incident`."""
        return self._inner.incident(fingerprint)

    def keep(self, fix: Fix) -> None:
        """See `Fixes.keep`."""
        before = next((each.fate for each in self.of(fix.fingerprint) if each.attempt == fix.attempt), None)
        if fix.fate is not before and fix.fate in VERDICTS:
            self._learn(fix, VERDICTS[fix.fate])
        self._inner.keep(fix)

    def _learn(self, fix: Fix, verdict: Verdict) -> None:
        answered = self._traces.load(fix.work_id, Task.RESPOND)
        subject = subject_of_answer(answered) if answered else None
        if answered and subject:
            note = fix.title if verdict is Verdict.RIGHT else ""
            self._memory.learn(subject, lesson(answered, verdict, fix.at, note, url=fix.pull.url))
