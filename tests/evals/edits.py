"""Answers to patches: applied as meant, refused, or applied wrongly, which is the dangerous one.

`python -m tests.evals edits FOLDER`: the folder holds clones of the sets' repositories, named owner+name.
What is not there is left out.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.evals.editing import failed, peers, synthetic
from tests.evals.editing.case import Applier, Case, ours, verdict

PEERS: Mapping[str, tuple[Applier, frozenset[str]]] = {
    "tracemend": (ours, frozenset({"block", "whole", "diff"})),
    "aider's rules": (peers.aider, frozenset({"block", "whole"})),
    "git apply": (peers.git_apply, frozenset({"diff"})),
    "patch": (peers.patch, frozenset({"diff"})),
}


def evaluate(data: Path, arguments: Sequence[str]) -> dict[str, Any]:
    """Counts by kind of case for us; for the others their sums, beside ours, on what they take."""
    if not arguments:
        return {"skipped": "name a folder of clones: make eval PART=edits ARGS=FOLDER"}
    folder = Path(arguments[0])
    started = time.process_time()
    models = [*failed.cases(data, folder)]
    spoiled = [*synthetic.cases(data, folder)]
    return {
        "models' blocks": _told(models),
        "true fixes, plain and spoiled": _told(spoiled),
        "seconds": round(time.process_time() - started, 1),
    }


def _told(cases: Sequence[Case]) -> dict[str, Any]:
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        kinds[case.kind][_outcome(case, ours)] += 1
    sides = {}
    for name, (apply, forms) in PEERS.items():
        taken = [case for case in cases if case.form in forms]
        for form in sorted({case.form for case in taken}):
            sides[f"{name}, {form}"] = _sums([case for case in taken if case.form == form], apply)
    return {
        "cases": len(cases),
        "kinds": {kind: dict(counts) for kind, counts in kinds.items()},
        "sums": sides,
    }


def _sums(cases: Iterable[Case], apply: Applier) -> dict[str, float]:
    """The share that was applied of what has a place; of all, what was applied or refused, or wrong."""
    outcomes = Counter((_meant(case), _outcome(case, apply)) for case in cases)
    total = outcomes.total()
    possible = sum(count for (meant, _), count in outcomes.items() if meant)
    wrong = sum(count for (_, outcome), count in outcomes.items() if outcome == "wrong")
    return {
        "cases": total,
        "applied of those with a place": round(outcomes[(True, "applied")] / possible, 3) if possible else 0,
        "applied or refused": round(1 - wrong / total, 3) if total else 0,
        "wrong": wrong,
    }


def _meant(case: Case) -> bool:
    return case.expected is not None or case.place is not None


def _outcome(case: Case, apply: Applier) -> str:
    """What became of it; those that must be refused are told apart."""
    found = verdict(case, apply(case))
    return found if found != "refused" or _meant(case) else "rightly refused"
