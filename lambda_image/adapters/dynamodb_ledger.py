"""The ledger on DynamoDB: every write is conditional or atomic, so any number of functions may race.

incident#<fingerprint>   counts, times, thread, sample, leases, receipts, pull request
delivery#<id>#<n>        marks a counted delivery, so that a redelivery counts nothing
tally                    raw records of no incident, by the rule that held them back
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from lambda_image.adapters.dynamodb_table import Item, Table
from lambda_image.domain.incident import (
    Incident,
    Intake,
    Problem,
    Sighting,
    Tally,
    Task,
    TaskState,
    WorkClaim,
)
from lambda_image.ports import Clock
from lambda_image.wire import encode

DAY = 86_400
# A redelivery comes within Kinesis' default retention of one day.
DELIVERY_TTL = 2 * DAY
KEPT_AFTER_WINDOW = 90 * DAY
# TransactWriteItems takes 100 actions, two of which are the delivery's mark and the tally, and 4 MB in all
# (DynamoDB Developer Guide, "Transactions"): the texts of the samples may be most of that.
SIGHTINGS_PER_WRITE = 98
BYTES_PER_WRITE = 3_500_000
# The place of the delivery's mark among the actions; the sightings follow it.
MARK = 0
TALLY = "tally"
INCIDENT = "incident#"
KNOWN = "known"
WAITING = "waiting for its answer"


class DynamoLedger:
    """Implements `Ledger`, `Receipts` and `LedgerReport`.

    `window` is the time in seconds without an occurrence after which a problem counts as new again.
    """

    def __init__(self, table: Table, clock: Clock, window: float = DAY) -> None:
        self._table = table
        self._clock = clock
        self._window = window

    def observe(self, intake: Intake) -> tuple[Incident, ...]:
        """See `Ledger.observe`."""
        keys = [_key(sighting.fingerprint) for sighting in intake.sightings]
        updates = [self._sighted(intake.delivery_id, sighting) for sighting in intake.sightings]
        for start, end in _parts(updates):
            self._count(intake, start, updates[start:end])
        items = {item["pk"]["S"]: item for item in self._table.get(keys)}
        return tuple(
            _incident(sighting, item)
            for sighting in intake.sightings
            if _waits(item := items.get(_key(sighting.fingerprint), {}), intake.delivery_id)
        )

    def claim(self, fingerprint: str, task: Task, lease_seconds: float) -> WorkClaim:
        """See `Ledger.claim`. A fingerprint that the ledger has forgotten counts as done."""
        now = self._clock.now()
        owner = uuid.uuid4().hex
        until = now + int(lease_seconds * 1000)
        updated = self._table.update(
            _key(fingerprint),
            {
                "UpdateExpression": "SET #owner = :owner, #lease = :until",
                "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(#done)"
                " AND (attribute_not_exists(#lease) OR #lease < :now)",
                "ExpressionAttributeNames": _names(task, "owner", "lease", "done"),
                "ExpressionAttributeValues": {":owner": {"S": owner}, ":until": _n(until), ":now": _n(now)},
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
            lease_until=_number(item, f"{task}_lease"),
            count=_number(item, "occurrences"),
            last_seen=_number(item, "last_seen"),
            delivered=frozenset(item.get("delivered", {}).get("SS", ())),
        )

    def complete(self, claim: WorkClaim, pull_request_url: str | None = None) -> None:
        """See `Ledger.complete`."""
        url = {":url": {"S": pull_request_url}} if pull_request_url else {}
        self._table.update(
            _key(claim.fingerprint),
            {
                "UpdateExpression": "SET #done = :now"
                + (", pull_request = :url" if url else "")
                + " REMOVE #owner, #lease",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeNames": _names(claim.task, "owner", "lease", "done"),
                "ExpressionAttributeValues": {":now": _n(self._clock.now()), **url},
            },
        )

    def release(self, claim: WorkClaim) -> None:
        """See `Ledger.release`. A lease that went to another owner is left alone."""
        self._table.update(
            _key(claim.fingerprint),
            {
                "UpdateExpression": "REMOVE #owner, #lease",
                "ConditionExpression": "#owner = :owner",
                "ExpressionAttributeNames": _names(claim.task, "owner", "lease"),
                "ExpressionAttributeValues": {":owner": {"S": claim.owner}},
            },
        )

    def confirm(self, fingerprint: str, notification_id: str) -> None:
        """See `Receipts.confirm`. The receipt of a forgotten incident is of no use to anyone."""
        self._table.update(
            _key(fingerprint),
            {
                "UpdateExpression": "ADD delivered :ids",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": {":ids": {"SS": [notification_id]}},
            },
        )

    def delivered(self, fingerprint: str) -> frozenset[str]:
        """See `LedgerReport.delivered`."""
        items = self._table.get([_key(fingerprint)])
        return frozenset(each for item in items for each in item.get("delivered", {}).get("SS", ()))

    def tally(self) -> Tally:
        """See `LedgerReport.tally`. Reads the whole table."""
        shown = 0
        held: dict[str, int] = {}
        for item in self._table.scan():
            counts = _tallied(item)
            shown += counts.pop("shown", 0)
            for rule, count in counts.items():
                held[rule] = held.get(rule, 0) + count
        held = {rule: count for rule, count in sorted(held.items()) if count}
        return Tally(shown + sum(held.values()), shown, held)

    def problems(self) -> tuple[Problem, ...]:
        """See `LedgerReport.problems`. Reads the whole table."""
        items = (item for item in self._table.scan() if item["pk"]["S"].startswith(INCIDENT))
        return tuple(sorted(map(_problem, items), key=lambda each: each.last_seen, reverse=True))

    def _count(self, intake: Intake, start: int, part: Sequence[Item]) -> None:
        """Add one part of a delivery in one atomic write, marked so that it is added once."""
        mark = {
            "Item": {
                "pk": {"S": f"delivery#{intake.delivery_id}#{start}"},
                "ttl": _n(self._clock.now() // 1000 + DELIVERY_TTL),
            },
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        actions: list[Item] = [{"Put": mark}, *({"Update": update} for update in part)]
        if intake.suppressed and start == 0:
            actions.append({"Update": _added(dict(intake.suppressed))})
        refused = self._table.transact(actions)
        while refused and MARK not in refused:
            for item in self._table.get([part[at - 1]["Key"]["pk"]["S"] for at in refused]):
                self._retire(item)
            refused = self._table.transact(actions)

    def _sighted(self, delivery_id: str, sighting: Sighting) -> Item:
        expires = self._clock.now() + int(self._window * 1000)
        kept = {
            "first_seen": _n(sighting.first_seen),
            "thread_id": {"S": f"{sighting.fingerprint}-{sighting.first_seen}"},
            "opened_by": {"S": delivery_id},
            "opened_with": _n(sighting.told.records),
            "first_event": {"S": encode(sighting.sample)},
            **({"decision": {"S": encode(sighting.decision)}} if sighting.decision else {}),
        }
        values = {f":{name}": value for name, value in kept.items()}
        values |= {":last_seen": _n(sighting.last_seen), ":expires_at": _n(expires)}
        values |= {":now": _n(self._clock.now())}
        values |= {":ttl": _n(expires // 1000 + KEPT_AFTER_WINDOW)}
        values |= {":occurrences": _n(sighting.count), ":records": _n(sighting.records)}
        sets = [f"{name} = if_not_exists({name}, :{name})" for name in kept]
        sets += ["last_seen = :last_seen", "expires_at = :expires_at", "#ttl = :ttl"]
        return {
            "Key": {"pk": {"S": _key(sighting.fingerprint)}},
            "UpdateExpression": f"SET {', '.join(sets)} ADD occurrences :occurrences, records :records",
            "ConditionExpression": "attribute_not_exists(pk) OR NOT expires_at < :now",
            "ExpressionAttributeNames": {"#ttl": "ttl"},
            "ExpressionAttributeValues": values,
        }

    def _retire(self, item: Item) -> None:
        """Make room for a problem that comes back after its window; its counts move to the tally.

        Another function may have done so first, or counted: then the condition fails and nothing is moved.
        """
        delete = {
            "Key": {"pk": item["pk"]},
            "ConditionExpression": "records = :records",
            "ExpressionAttributeValues": {":records": item["records"]},
        }
        self._table.transact([{"Delete": delete}, {"Update": _added(_tallied(item))}])


def _parts(updates: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """From where to where each write goes: one at least, and the same for each delivery of the records."""
    start = size = 0
    for at, update in enumerate(updates):
        more = len(update["ExpressionAttributeValues"][":first_event"]["S"].encode())
        if at - start == SIGHTINGS_PER_WRITE or (at > start and size + more > BYTES_PER_WRITE):
            yield start, at
            start, size = at, 0
        size += more
    yield start, len(updates)


def _key(fingerprint: str) -> str:
    return f"{INCIDENT}{fingerprint}"


def _problem(item: Item) -> Problem:
    answered, begun = f"{Task.RESPOND}_done" in item, f"{Task.RESPOND}_lease" in item
    return Problem(
        fingerprint=item["pk"]["S"].removeprefix(INCIDENT),
        state="answered" if answered else "being answered" if begun else "waiting",
        count=_number(item, "occurrences"),
        first_seen=_number(item, "first_seen"),
        last_seen=_number(item, "last_seen"),
        pull_request_url=item.get("pull_request", {}).get("S"),
    )


def _n(value: int) -> Item:
    return {"N": str(value)}


def _number(item: Item, name: str) -> int:
    return int(item.get(name, {}).get("N", 0))


def _names(task: Task, *names: str) -> dict[str, str]:
    return {f"#{name}": f"{task}_{name}" for name in names}


def _waits(item: Item, delivery_id: str) -> bool:
    """Whether this delivery opened the incident and nobody has begun to answer it."""
    ours = item.get("opened_by", {}).get("S") == delivery_id
    return ours and f"{Task.RESPOND}_done" not in item and f"{Task.RESPOND}_lease" not in item


def _incident(sighting: Sighting, item: Item) -> Incident:
    return Incident(
        fingerprint=sighting.fingerprint,
        thread_id=item["thread_id"]["S"],
        first_seen=_number(item, "first_seen"),
        last_seen=_number(item, "last_seen"),
        count=_number(item, "occurrences"),
        event=sighting.sample,
        decision=sighting.decision,
    )


def _tallied(item: Item) -> dict[str, int]:
    """What one item adds to the tally: of an incident, its opening is shown and the rest was known."""
    if item["pk"]["S"] == TALLY:
        return {name: _number(item, name) for name in item if name != "pk"}
    if not item["pk"]["S"].startswith(INCIDENT):
        return {}
    opened = _number(item, "opened_with")
    answered = f"{Task.RESPOND}_done" in item
    return {"shown" if answered else WAITING: opened, KNOWN: _number(item, "records") - opened}


def _added(counts: dict[str, int]) -> Item:
    """An update that adds to the tally."""
    names = {f"#n{index}": name for index, name in enumerate(counts)}
    values = {f":n{index}": _n(count) for index, count in enumerate(counts.values())}
    added = ", ".join(f"#n{index} :n{index}" for index in range(len(counts)))
    return {
        "Key": {"pk": {"S": TALLY}},
        "UpdateExpression": f"ADD {added}",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }
