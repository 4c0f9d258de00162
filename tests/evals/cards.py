"""10,000 hostile and enormous incidents, each message tried on Chatbot's schema, Slack, Teams and e-mail."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from tests.fakes.clients import faults
from tests.fakes.incidents import generated

CARDS, LOT = 10_000, 100


def evaluate() -> dict[str, Any]:
    """How many messages were made and what is wrong with them, with the first seeds that show it."""
    wrong: dict[str, list[int]] = {}
    tasks: Counter[str] = Counter()
    messages = 0
    with ProcessPoolExecutor(min(os.cpu_count() or 1, 2)) as pool:
        for lot in pool.map(_lot, range(0, CARDS, LOT)):
            for seed, task, count, found in lot:
                tasks[task] += 1
                messages += count
                for fault in found:
                    wrong.setdefault(fault[:60], []).append(seed)
    faulty = {fault: seeds[:5] for fault, seeds in wrong.items()}
    return {"incidents": sum(tasks.values()), "tasks": dict(tasks), "messages": messages, "wrong": faulty}


def _lot(first: int) -> list[tuple[int, str, int, list[str]]]:
    rows = []
    for seed in range(first, first + LOT):
        made = generated(seed)
        outcome = made.outcome
        said = outcome.messages, made.allowed, made.client
        found = faults(outcome.card, *said, public=True) if outcome.card else ["no card"]
        rows.append((seed, str(outcome.task), len(outcome.messages), found))
    return rows
