"""What became of our pull requests, in the ledger's table.

fix#<fingerprint>    the fixes of a problem, as JSON; replaced only by who read the last revision
fixes                an attribute for each problem of whose fix more may become: nobody scans for them
"""

from __future__ import annotations

from dataclasses import dataclass

from lambda_image.adapters.dynamodb.items import DAY, Change, key, n, number, s, text
from lambda_image.adapters.dynamodb.stored import incident, stored
from lambda_image.adapters.dynamodb.table import Table
from lambda_image.domain.aftermath import Fix
from lambda_image.domain.errors import TransientError
from lambda_image.domain.incident import Incident
from lambda_image.ports import Clock
from lambda_image.wire import decode, encode

FIX, FIXES = "fix#", "fixes"
# Seconds. Longer than the ledger keeps a problem, which may come back.
KEPT = 360 * DAY
ROUNDS = 10


@dataclass(frozen=True, slots=True)
class _Kept:
    """All fixes of a problem, oldest first."""

    fixes: tuple[Fix, ...] = ()


class DynamoFixes:
    """Implements `Fixes`."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def watched(self) -> tuple[str, ...]:
        """See `Fixes.watched`."""
        return tuple(name for item in self._table.get([FIXES]) for name in sorted(item) if name != "pk")

    def of(self, fingerprint: str) -> tuple[Fix, ...]:
        """See `Fixes.of`."""
        return self._fixes(fingerprint)[0]

    def keep(self, fix: Fix) -> None:
        """See `Fixes.keep`. The problem's state is written with it, unless the problem is forgotten."""
        problem = True
        for _ in range(ROUNDS):
            known, revision = self._fixes(fix.fingerprint)
            others = [each for each in known if each.attempt != fix.attempt]
            fixes = tuple(sorted([*others, fix], key=lambda each: each.attempt))
            changes = [self._record(fix.fingerprint, fixes, revision), _watching(fix.fingerprint, fixes)]
            if problem:
                pk = key(fix.fingerprint)
                changes.append(Change(pk, {"fate": s(fixes[-1].fate)}, expected={"pk": s(pk)}))
            refused = self._table.transact([{"Update": each.body()} for each in changes])
            if not refused:
                return
            problem = problem and 2 not in refused
        raise TransientError(f"DynamoDB: the fixes of {fix.fingerprint} were overtaken {ROUNDS} times")

    def incident(self, fingerprint: str) -> Incident | None:
        """See `Fixes.incident`."""
        item, event = stored(self._table, fingerprint)
        return incident(fingerprint, item, event, number(item, "round")) if item and event else None

    def _fixes(self, fingerprint: str) -> tuple[tuple[Fix, ...], int]:
        """The fixes, and the revision that they have."""
        for item in self._table.get([f"{FIX}{fingerprint}"]):
            return decode(_Kept, text(item, "fixes")).fixes, number(item, "revision")
        return (), 0

    def _record(self, fingerprint: str, fixes: tuple[Fix, ...], revision: int) -> Change:
        change = Change(f"{FIX}{fingerprint}", expected={"revision": n(revision) if revision else None})
        change.sets = {
            "fixes": s(encode(_Kept(fixes))),
            "revision": n(revision + 1),
            "ttl": n(self._clock.now() // 1000 + KEPT),
        }
        return change


def _watching(fingerprint: str, fixes: tuple[Fix, ...]) -> Change:
    if any(each.watched for each in fixes):
        return Change(FIXES, sets={fingerprint: n(1)})
    return Change(FIXES, removes={fingerprint})
