"""Stored traces read again: what was said, and what the rules of today make of the same evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

from lambda_image import wire
from lambda_image.domain.errors import InputRefused
from lambda_image.domain.incident import Task
from lambda_image.domain.notification import Outcome
from lambda_image.prompts.templates import version
from lambda_image.settings import Settings
from lambda_image.steps.telling.decide import decide_again
from lambda_image.wiring import operators

Row = dict[str, Any]


def rows(named: str, settings: Settings) -> Iterator[Row]:
    """One row for each task of a thread, or for a file. Raises InputRefused where nothing is stored."""
    found = _of_file(Path(named)) if Path(named).is_file() else _of_thread(named, settings)
    if not found:
        raise InputRefused(
            f"there is no trace of {named}. A thread is a fingerprint and a time: tracemend status"
        )
    for stored in found:
        yield _row(stored)


def lines(row: Row) -> str:
    """A row for people."""
    told = row["notification"] or {"title": "nothing was to be said", "description": ""}
    prompt = f"prompt {row['prompt']}, {'as today' if row['prompt_is_current'] else 'changed since'}"
    parts = [
        f"{row['task']} of {row['thread']}",
        told["title"],
        told["description"],
        *(f"pull request: {row['pull_request']}" for _ in [0] if row["pull_request"]),
        *(f"{prompt}" for _ in [0] if row["prompt"]),
        row["verdict"],
        *row["differences"],
    ]
    # What is stored is input: what a terminal would act on is left out.
    text = "\n".join(part for part in parts if part)
    return "".join(each for each in text if each.isprintable() or each == "\n")


def _of_file(path: Path) -> list[Outcome]:
    return [wire.decode_outcome(path.read_bytes())]


def _of_thread(thread: str, settings: Settings) -> list[Outcome]:
    if not settings.trace_bucket:
        raise InputRefused(f"{thread} is no file. For a thread name the bucket of traces with --bucket")
    store = operators.traces(settings)
    return [stored for task in Task if (stored := store.load(thread, task))]


def _row(stored: Outcome) -> Row:
    prompt = stored.basis.draft.prompt if stored.basis and stored.basis.draft else ""
    name = prompt.partition("@")[0]
    differences: list[str] = []
    try:
        differences = _differences(stored, decide_again(stored))
        verdict = (
            "the rules of today say something else:" if differences else "the rules of today say the same"
        )
    except InputRefused as refused:
        verdict = str(refused)
    return {
        "thread": stored.work_id,
        "task": stored.task,
        "notification": json.loads(wire.encode(stored.notification)) if stored.notification else None,
        "pull_request": stored.pull_request.url if stored.pull_request else None,
        "prompt": prompt,
        "prompt_is_current": bool(prompt) and prompt == f"{name}@{version(name)}",
        "verdict": verdict,
        "differences": differences,
    }


def _differences(before: Outcome, now: Outcome) -> list[str]:
    """What differs, as a diff of both, field by field; the basis is the same."""
    return list(unified_diff(_comparable(before), _comparable(now), "stored", "today", lineterm="", n=0))


def _comparable(outcome: Outcome) -> list[str]:
    fields: Row = json.loads(wire.encode(outcome))
    fields.pop("basis")
    return json.dumps(fields, indent=1, ensure_ascii=False).split("\n")
