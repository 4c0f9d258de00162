"""What one part of a delivery does to the items of the ledger: judged by what was read, then written as one.

Which rule holds is decided in `lambda_image.domain.noise`; here it becomes a DynamoDB transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from lambda_image.adapters.dynamodb import recent
from lambda_image.adapters.dynamodb.items import (
    DAY,
    EVENT,
    GATE,
    HELD,
    HELD_IN,
    HOURLY,
    TOLD,
    Change,
    counts,
    fields,
    gate,
    key,
    marks,
    n,
    number,
    s,
    shard,
    standing,
    strings,
)
from lambda_image.adapters.dynamodb.part import Part
from lambda_image.adapters.dynamodb.storms import (
    APART,
    JOINED,
    MEMBERS,
    RECENT,
    grown,
    members_of,
    with_opened,
    written,
)
from lambda_image.adapters.dynamodb.table import Item
from lambda_image.adapters.dynamodb.tally import added, tally_key
from lambda_image.domain import noise
from lambda_image.domain.affected import Whom, unmet
from lambda_image.domain.incident import Sighting, Task, thread
from lambda_image.domain.joining import Joining, Neighbour, Opening
from lambda_image.domain.noise import Digest, NoisePolicy, State
from lambda_image.wire import encode

# Seconds. A redelivery comes within Kinesis' default retention of one day.
DELIVERY_KEPT = recent.KEPT
KEPT_AFTER_SILENCE = 90 * DAY
# A day longer than SQS keeps a dead letter, which may still be sent back.
DIGEST_KEPT = 15 * DAY


class Judged:
    """A part as it was judged at one time by what was read, and the writes that follow from it."""

    def __init__(
        self, part: Part, items: Mapping[str, Item], now: int, policy: NoisePolicy, near: Sequence[Neighbour]
    ) -> None:
        self._part = part
        self._gate = items.get(GATE, {})
        self._now = now
        self._policy = policy
        found = [items.get(key(each.fingerprint), {}) for each in part.sightings]
        judged = [
            noise.judge(standing(item), sighting.count, now, policy)
            for sighting, item in zip(part.sightings, found, strict=True)
        ]
        self._before = gate(self._gate)
        room = self._before.room(now, policy)
        self._joined = Joining(near, room, now, part.release).join(
            Opening(sighting, strings(item, APART))
            for sighting, item, state in zip(part.sightings, found, judged, strict=True)
            if state in noise.OPENED
        )
        told = zip(part.sightings, judged, strict=True)
        states = [State.JOINED if each.fingerprint in self._joined else state for each, state in told]
        self._states = noise.admit(states, room)
        self._sightings = tuple(zip(part.sightings, found, self._states, strict=True))
        self._after = self._before.after(self._states, now, policy)
        self._digest = self._after.running(policy)
        self._receipt = self._before.receipt(self._after)
        self._tally = tally_key(now, part.mark)

    @property
    def held(self) -> bool:
        """Whether something was held back for want of room."""
        return State.HELD in self._states

    @property
    def begins(self) -> bool:
        """Whether what was held back begins a digest."""
        return self._after.digest != self._before.digest

    @property
    def tells(self) -> bool:
        """Whether there is something to tell."""
        told = noise.TOLD | noise.ANSWERED
        return self.begins or bool(self._receipt) or any(state in told for state in self._states)

    @property
    def shard(self) -> str:
        """The key of the digest's counter for this part."""
        return f"{self._digest.fingerprint}#{shard(self._part.mark)}"

    def actions(self, *, named: bool) -> list[Item]:
        """The transaction; `named` where the digest is to keep the fingerprints."""
        changes = [self._sighted(*each) for each in self._sightings]
        changes.append(added(self._tally, self._rules(), self._now))
        if self.tells or self._after.day != self._before.day:
            changes.append(self._moved())
        if self.held:
            changes.append(self._into_digest(named=named))
        changes += grown(self._joined, {each.fingerprint for each in self._part.sightings})
        begun = [*([self._digest] if self.begins else []), *([self._receipt] if self._receipt else [])]
        puts = [self._mark(), *self._events(), *map(self._head, begun)]
        return [*puts, *({"Update": change.body()} for change in changes)]

    def _rules(self) -> Counter[str]:
        """The raw records by rule: of a problem that is to be answered, the first occurrence waits for it."""
        rules = Counter(dict(self._part.suppressed))
        for sighting, _, state in self._sightings:
            if state in noise.ANSWERED:
                rules[noise.WAITING] += sighting.opening
                rules[State.KNOWN] += sighting.records - sighting.opening
            else:
                rules[State.KNOWN if state is State.SPIKING else state] += sighting.records
        return rules

    def _mark(self) -> Item:
        item = {"pk": s(self._part.mark), "ttl": n(self._now // 1000 + DELIVERY_KEPT)}
        if self.begins:
            item["digest"] = s(self._digest.fingerprint)
        if self._receipt:
            item["receipt"] = s(self._receipt.fingerprint)
        if self._part.events:
            item["events"] = {"B": self._part.events}
        if self._part.again:
            item["again"] = {"SS": sorted(self._part.again)}
        return {"Put": {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}

    def _events(self) -> list[Item]:
        opened = (sighting for sighting, _, state in self._sightings if state in noise.ANSWERED)
        ttl = n(self._now // 1000 + KEPT_AFTER_SILENCE)
        return [_event(sighting, ttl) for sighting in opened]

    def _head(self, digest: Digest) -> Item:
        item = {
            "pk": s(digest.fingerprint),
            "began": n(digest.began),
            "closes": n(digest.closes),
            "ttl": n(self._now // 1000 + DIGEST_KEPT),
        }
        return {"Put": {"Item": item | ({"daily": n(1)} if digest.daily else {})}}

    def _into_digest(self, *, named: bool) -> Change:
        inside = f"{HELD_IN}{self._digest.began}"
        held = [(sighting, item) for sighting, item, state in self._sightings if state is State.HELD]
        first = [sighting.fingerprint for sighting, item in held if inside not in item]
        adds = {"records": n(sum(sighting.records for sighting, _ in held)), "problems": n(len(first))}
        if named and first:
            adds["names"] = {"SS": first}
        return Change(self.shard, sets={"ttl": n(self._now // 1000 + DIGEST_KEPT)}, adds=adds)

    def _moved(self) -> Change:
        """The gate, and who was opened lately."""
        opened = [sighting.fingerprint for sighting, _, state in self._sightings if state in noise.ANSWERED]
        return Change(
            GATE,
            sets={
                "passed": {"L": [n(at) for at in self._after.passed]},
                "digest": n(self._after.digest),
                "day": n(self._after.day),
                RECENT: with_opened(self._gate, opened, self._part.release, self._now),
            },
            adds={"changes": n(1)},
            expected=_unchanged(self._gate),
        )

    def _sighted(self, sighting: Sighting, item: Item, state: State) -> Change:
        """What a sighting adds to its problem; `changes` goes up where it changes its state."""
        change = Change(key(sighting.fingerprint), expected=_unchanged(item))
        hour = self._now // noise.HOUR
        lasts = max(self._now + int(self._policy.silence * 1000), number(item, "muted_until"))
        change.sets |= {
            "last_seen": n(sighting.last_seen),
            "arrived": n(self._now),
            "ttl": n(lasts // 1000 + KEPT_AFTER_SILENCE),
        }
        change.adds |= {"occurrences": n(sighting.count), "records": n(sighting.records)}
        change.adds[f"{HOURLY}{hour}"] = n(sighting.count)
        old = [at for at in counts(item, HOURLY) if at < hour - noise.HOURS_KEPT]
        change.removes |= {f"{HOURLY}{at}" for at in old}
        if not item or (state in noise.ANSWERED or state is State.HELD):
            self._begun(change, sighting, item)
        _hits(change, sighting, item, returned="silence" in change.sets)
        if members := members_of(sighting.fingerprint, self._joined):
            change.adds[MEMBERS] = members
        if state in noise.ANSWERED:
            self._opened(change, sighting)
        elif state is State.HELD:
            self._held_back(change, sighting, item)
        elif state is State.SPIKING:
            self._spiked(change, sighting, item)
        return change

    def _begun(self, change: Change, sighting: Sighting, item: Item) -> None:
        """The beginning of a problem, or of its return; one that was held back since has begun already."""
        known = standing(item)
        if known is None:
            change.sets |= {"first_seen": n(sighting.first_seen), "first_ever": n(sighting.first_seen)}
            change.sets["title"] = s(sighting.title)
        elif known.told:
            change.sets |= {
                "first_seen": n(sighting.first_seen),
                "seen_before": n(number(item, "occurrences")),
                "silence": n(self._now - known.arrived),
            }

    def _opened(self, change: Change, sighting: Sighting) -> None:
        change.sets |= {
            "standing": s(TOLD),
            "thread_id": s(thread(sighting.fingerprint, self._now)),
            "opened_by": s(self._part.delivery),
            "opened_at": n(self._now),
            "opened_with": n(sighting.opening),
            "opened_in": s(self._tally),
        }
        if sighting.decision:
            change.sets["decision"] = s(encode(sighting.decision))
        change.removes |= {name for task in (Task.RESPOND, Task.REPAIR, Task.SPIKE) for name in fields(task)}
        change.removes |= {"delivered", "spiked_at", "spiked_by", "round", "fate", JOINED, MEMBERS}
        change.adds["changes"] = n(1)
        if into := self._joined.get(sighting.fingerprint):
            change.sets[JOINED] = written(into)
        if members := change.adds.pop(MEMBERS, None):
            change.sets[MEMBERS] = members
        change.removes -= change.sets.keys()

    def _held_back(self, change: Change, sighting: Sighting, item: Item) -> None:
        inside = f"{HELD_IN}{self._digest.began}"
        change.adds[inside] = n(sighting.records)
        if inside in item:
            return
        # The digest before this one may still be to be told.
        older = sorted(counts(item, HELD_IN))[:-1]
        change.removes |= {f"{HELD_IN}{at}" for at in older}
        change.sets["standing"] = s(HELD)
        change.adds["changes"] = n(1)

    def _spiked(self, change: Change, sighting: Sighting, item: Item) -> None:
        known = standing(item)
        told = known and noise.spike(known, sighting.count, self._now, self._policy)
        if told:
            change.sets |= {
                "spiked_by": s(self._part.delivery),
                "spiked_at": n(told.at),
                "spike_count": n(told.count),
                "spike_usual": n(told.usual),
            }
            change.removes |= set(fields(Task.SPIKE))
            change.adds["changes"] = n(1)


def _hits(change: Change, sighting: Sighting, item: Item, *, returned: bool) -> None:
    """Whom it hits; a problem that returned begins to count anew."""
    fresh = unmet(sighting.fingerprint, sighting.named, {} if returned else marks(item))
    found: dict[str, Item] = {whom: {"SS": names} for whom, names in fresh.items()}
    if returned:
        change.sets |= found
        change.removes |= set(Whom) - set(found)
    else:
        change.adds |= found


def _event(sighting: Sighting, ttl: Item) -> Item:
    item = {"pk": s(f"{EVENT}{sighting.fingerprint}"), "event": s(encode(sighting.sample)), "ttl": ttl}
    return {"Put": {"Item": item}}


def _unchanged(item: Item) -> dict[str, Item | None]:
    return {"changes": n(number(item, "changes"))} if item else {"pk": None}
