"""Every function killed before and after each of its calls: one card, one pull request, every record counted.

A run without crashes lists the calls of one answered and of one repaired problem; then each of them is the
last of its process once.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from infra.local.functions.faults import Call
from tests.integration.crashes.system import RECEIPT, REPAIR, VERIFY, Aftermath, Crash, survive

PATIENCE = 900.0
# Where the path of a call names a thread, a branch, a commit, a pull request or a day.
OF_ONE_PROBLEM = re.compile(r"v1-|year%3D|tracemend/fix|[0-9a-f]{40}|\d+/labels")


def evaluate() -> dict[str, Any]:
    """How many crashes were survived, those that could not be brought about, and what went wrong."""
    found: dict[str, Any] = {"crashes": 0, "missed": [], "wrong": []}
    for repaired in (False, True):
        crashes = _points(_calm(repaired=repaired), repaired=repaired)
        crashes += [Crash(VERIFY)] if repaired else []
        seen = _run(crashes)
        found["crashes"] += len(crashes) - len(seen.missed)
        found["missed"] += [str(crash) for crash in seen.missed]
        found["wrong"] += _wrong(seen, crashes, repaired=repaired)
    return found


def _calm(*, repaired: bool) -> tuple[Call, ...]:
    """The calls of a problem's whole life; a crash that never comes true decides what kind it is."""
    return _run([Crash(REPAIR if repaired else RECEIPT, operation="no such operation")]).calls


def _points(calls: tuple[Call, ...], *, repaired: bool) -> list[Crash]:
    """The calls of `repair`, or those of all others, each with its number among its like."""
    counted: Counter[tuple[str, str]] = Counter()
    points = []
    for call in calls:
        if (call.function == REPAIR) is repaired:
            operation = OF_ONE_PROBLEM.split(call.operation)[0]
            counted[call.function, operation] += 1
            nth = counted[call.function, operation]
            points += [
                Crash(call.function, "before", operation, nth),
                Crash(call.function, "after", operation, nth),
            ]
    return points


def _run(crashes: list[Crash]) -> Aftermath:
    with tempfile.TemporaryDirectory() as folder:
        return survive(Path(folder), crashes, PATIENCE, lambda line: sys.stderr.write(line + "\n"))


def _wrong(seen: Aftermath, crashes: list[Crash], *, repaired: bool) -> list[Any]:
    """What did not come out exactly once; empty when all is well."""
    counts = seen.cards + seen.pull_requests
    wrong: list[Any] = [f"{name}: {count} times" for name, count in counts.items() if count != 1]
    cards = len(crashes) * (2 if repaired else 1)
    pulls = len(crashes) if repaired else 0
    if (len(seen.cards), len(seen.pull_requests)) != (cards, pulls):
        wrong.append(
            f"{len(seen.cards)} cards of {cards}, {len(seen.pull_requests)} pull requests of {pulls}"
        )
    if seen.counted != seen.written or seen.waiting or seen.dead_letters or seen.failure:
        left = {"waiting": seen.waiting, "dead letters": seen.dead_letters, "failure": seen.failure}
        wrong.append({"written": seen.written, "counted": seen.counted, **left})
    return wrong
