"""Lessons in the ledger's table: one item for a problem, one for its kind in a service, both of bounded size.

lessons#<fingerprint>   the last lessons of a problem, as JSON, the newest first
lessons#<hash>          those of a kind in a service
"""

from __future__ import annotations

import hashlib
import json

from lambda_image.adapters.dynamodb.items import DAY, Change, n, number, s, text
from lambda_image.adapters.dynamodb.table import Item, Table
from lambda_image.domain.errors import TransientError
from lambda_image.domain.lessons import Lesson, Remembered, Subject, Verdict, with_lesson
from lambda_image.ports import Clock

LESSONS = "lessons#"
# Seconds. Longer than a problem is remembered: what was learned of its kind outlives it.
KEPT = 360 * DAY
# Each refusal is somebody else's lesson, and people are slow.
ROUNDS = 10


class DynamoMemory:
    """Implements `Memory`."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def recall(self, subject: Subject) -> Remembered:
        """See `Memory.recall`."""
        found = self._read(subject)
        return Remembered(subject, *(_lessons(found.get(key, {})) for key in _keys(subject)))

    def learn(self, subject: Subject, lesson: Lesson) -> None:
        """See `Memory.learn`. Both items are written as one, by who read their last state."""
        for _ in range(ROUNDS):
            found = self._read(subject)
            changes = [self._with(key, found.get(key, {}), lesson) for key in _keys(subject)]
            if not self._table.transact([{"Update": change.body()} for change in changes]):
                return
        raise TransientError(f"DynamoDB: the lessons of {subject.fingerprint} were overtaken {ROUNDS} times")

    def _read(self, subject: Subject) -> dict[str, Item]:
        return {item["pk"]["S"]: item for item in self._table.get(_keys(subject))}

    def _with(self, key: str, item: Item, lesson: Lesson) -> Change:
        known = [_plain(each) for each in with_lesson(_lessons(item), lesson)]
        change = Change(key, expected={"changes": n(number(item, "changes"))} if item else {"pk": None})
        change.sets = {
            "lessons": s(json.dumps(known)),
            "ttl": n(self._clock.now() // 1_000 + KEPT),
        }
        change.adds = {"changes": n(1)}
        return change


def _keys(subject: Subject) -> tuple[str, str]:
    """Names from a log may be long and strange, hence the hash."""
    kind = hashlib.sha256(f"{subject.service}\0{subject.kind}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{LESSONS}{subject.fingerprint}", f"{LESSONS}{kind[:32]}"


def _lessons(item: Item) -> tuple[Lesson, ...]:
    return tuple(
        Lesson(work, Verdict(verdict), *rest)
        for work, verdict, *rest in json.loads(text(item, "lessons") or "[]")
    )


def _plain(lesson: Lesson) -> list[str | int]:
    return [
        lesson.work_id,
        lesson.verdict.value,
        lesson.at,
        lesson.cause,
        lesson.note,
        lesson.pull_request_url,
    ]
