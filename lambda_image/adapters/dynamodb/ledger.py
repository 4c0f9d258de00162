"""The ledger on DynamoDB: every write is conditional or atomic, so any number of functions may race.

What its items hold stands in items.py, how a delivery is counted in intake.py.
"""

from __future__ import annotations

import uuid

from lambda_image.adapters.dynamodb.intake import Counting
from lambda_image.adapters.dynamodb.items import Change, fields, key, marks, n, number, s, strings, text
from lambda_image.adapters.dynamodb.part import parts
from lambda_image.adapters.dynamodb.storms import storm
from lambda_image.adapters.dynamodb.table import Table
from lambda_image.adapters.dynamodb.tally import SHOWN, TOLD, added, tally_key
from lambda_image.domain.affected import Affected
from lambda_image.domain.incident import Incident, Intake, Task, TaskState, WorkClaim
from lambda_image.domain.noise import WAITING, Digest, NoisePolicy
from lambda_image.domain.storm import Storm
from lambda_image.ports import Clock


class DynamoLedger:
    """Implements `WorkLedger` and `Receipts`."""

    def __init__(self, table: Table, clock: Clock, policy: NoisePolicy | None = None) -> None:
        self._table = table
        self._clock = clock
        self._counting = Counting(table, clock, policy or NoisePolicy())

    def observe(self, intake: Intake) -> tuple[Incident | Digest, ...]:
        """See `Ledger.observe`."""
        return tuple(work for part in parts(intake) for work in self._counting.count(part))

    def claim(self, fingerprint: str, task: Task, lease_seconds: float) -> WorkClaim:
        """See `Ledger.claim`. A fingerprint that the ledger has forgotten counts as done."""
        now = self._clock.now()
        owner = uuid.uuid4().hex
        until = now + int(lease_seconds * 1000)
        updated = self._table.update(
            key(fingerprint),
            {
                "UpdateExpression": "SET #owner = :owner, #lease = :until",
                "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(#done)"
                " AND (attribute_not_exists(#lease) OR #lease < :now)",
                "ExpressionAttributeNames": _names(task, "owner", "lease", "done"),
                "ExpressionAttributeValues": {":owner": {"S": owner}, ":until": n(until), ":now": n(now)},
            },
        )
        item = updated.item
        if updated.done:
            state = TaskState.CLAIMED
        else:
            state = TaskState.DONE if not item or f"{task}_done" in item else TaskState.BUSY
        return WorkClaim(
            fingerprint=fingerprint,
            task=task,
            state=state,
            owner=owner if updated.done else "",
            lease_until=number(item, f"{task}_lease"),
            count=number(item, "occurrences") - number(item, "seen_before"),
            last_seen=number(item, "last_seen"),
            delivered=strings(item, "delivered"),
            affected=Affected.of(marks(item)),
            thread_id=text(item, "thread_id"),
        )

    def complete(self, claim: WorkClaim, pull_request_url: str | None = None) -> None:
        """See `Ledger.complete`. What waited for an answer is shown now, in the hour that counted it."""
        change = Change(key(claim.fingerprint))
        owner, lease, done = fields(claim.task)
        change.sets[done] = n(self._clock.now())
        change.removes |= {owner, lease}
        if pull_request_url:
            change.sets["pull_request"] = s(pull_request_url)
        now = self._clock.now()
        for item in self._table.get([change.pk]):
            counter, counts = tally_key(now, claim.fingerprint), {TOLD: 1}
            change.expected = {"pk": s(change.pk), done: None}
            if claim.task is Task.RESPOND and "opened_in" in item:
                change.expected["opened_in"] = item["opened_in"]
                counter = text(item, "opened_in")
                counts |= {SHOWN: number(item, "opened_with"), WAITING: -number(item, "opened_with")}
            actions = (change, added(counter, counts, now))
            self._table.transact([{"Update": each.body()} for each in actions])

    def release(self, claim: WorkClaim) -> None:
        """See `Ledger.release`. A lease that went to another owner is left alone."""
        self._table.update(
            key(claim.fingerprint),
            {
                "UpdateExpression": "REMOVE #owner, #lease",
                "ConditionExpression": "#owner = :owner",
                "ExpressionAttributeNames": _names(claim.task, "owner", "lease"),
                "ExpressionAttributeValues": {":owner": {"S": claim.owner}},
            },
        )

    def storm(self, fingerprint: str) -> Storm:
        """See `Storms.storm`."""
        return storm(self._table, fingerprint)

    def confirm(self, fingerprint: str, notification_id: str) -> None:
        """See `Receipts.confirm`. The receipt of a forgotten incident is of no use to anyone."""
        self._table.update(
            key(fingerprint),
            {
                "UpdateExpression": "ADD delivered :ids",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": {":ids": {"SS": [notification_id]}},
            },
        )


def _names(task: Task, *names: str) -> dict[str, str]:
    return {f"#{name}": f"{task}_{name}" for name in names}
