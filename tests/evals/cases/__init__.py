"""Wrong answers that people corrected, given again: by today's rules, and by an engine where one is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from infra.local.endpoint import bedrock_on_loopback, chosen
from lambda_image import settings, wire
from lambda_image.domain.case import Case, Replayed
from lambda_image.domain.errors import TransientError
from lambda_image.steps.answering.diagnose import diagnose
from lambda_image.steps.cases import replay
from lambda_image.wiring import by_hand

FOLDER = Path(__file__).parent


def cases(folder: Path = FOLDER) -> Iterator[Case]:
    """Those in a folder, by name."""
    for file in sorted(folder.glob("*.json")):
        yield wire.decode(Case, file.read_bytes())


def evaluate(arguments: Sequence[str] = (), folder: Path = FOLDER) -> dict[str, Any]:
    """One row for each case, and how many are answered as they were when they were wrong, or not at all.

    A case that the engine did not answer in time says so.
    """
    engine = arguments[0] if arguments else ""
    console = Console(stderr=True)
    with bedrock_on_loopback(chosen(engine), console) if engine else nullcontext():
        rows = [_row(case, asked=bool(engine)) for case in cases(folder)]
    still = sum(row["still"] > 0 or not row["now"] for row in rows)
    return {"cases": len(rows), "still_wrong": still, "engine": engine or "as it answered then", "each": rows}


def _row(case: Case, *, asked: bool) -> dict[str, Any]:
    """A model that does not answer one case may answer the next."""
    try:
        now = _asked(case) if asked else replay(case)
    except TransientError as failed:
        return {"case": case.name, "now": [], "still": 0, "failed": str(failed)}
    return {
        "case": case.name,
        "then": list(case.said),
        "confidence_then": case.confidence,
        "now": list(now.said),
        "confidence_now": now.confidence,
        "still": now.still,
        "correction": case.correction,
        "held": now.held,
    }


def _asked(case: Case) -> Replayed:
    """The same evidence put to a model again, by today's prompt."""
    asked, basis = replace(settings.read(), index=""), case.basis
    reasoner = by_hand.for_people(asked, Console(stderr=True).print).reasoner
    assert basis.evidence
    draft = diagnose(
        basis.incident,
        basis.evidence,
        reasoner,
        asked.evidence_tokens,
        basis.audience.language,
    )
    return replay(case, draft)
