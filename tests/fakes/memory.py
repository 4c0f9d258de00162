"""Lessons in memory; it passes the same contract suite as those on DynamoDB."""

from __future__ import annotations

from lambda_image.domain.lessons import Lesson, Remembered, Subject, with_lesson


class MemoryOfLessons:
    """Implements `Memory`."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], tuple[Lesson, ...]] = {}

    def recall(self, subject: Subject) -> Remembered:
        """See `Memory.recall`."""
        return Remembered(subject, *(self._known.get(name, ()) for name in _names(subject)))

    def learn(self, subject: Subject, lesson: Lesson) -> None:
        """See `Memory.learn`."""
        for name in _names(subject):
            self._known[name] = with_lesson(self._known.get(name, ()), lesson)


def _names(subject: Subject) -> tuple[tuple[str, ...], ...]:
    return (subject.fingerprint,), (subject.service, subject.kind)
