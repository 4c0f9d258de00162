"""QuixBugs with the demo's own model: what it mends, in how many tries, and how long that takes.

`make eval PART=quixbugs-model ARGS="FOLDER [PROGRAM…]"`, where the folder is as for `quixbugs`. Asked of the
programs that raise their error themselves: of the others no line of the program is in the log. The repair
has the product's own bounds, and the repository's failing test. Each program is told on standard error.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from infra.local.endpoint import bedrock_on_loopback, chosen
from lambda_image import settings
from lambda_image.adapters.clock import WallClock
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import TransientError
from lambda_image.ports import Reasoner
from lambda_image.steps.repairing.propose import Terms
from lambda_image.wiring import toolbox
from tests.evals.quixbugs import Bug, bugs


def evaluate(arguments: Sequence[str]) -> dict[str, Any]:
    """One row for each program, and the sums."""
    if not arguments:
        raise SystemExit("name a clone of jkoppel/QuixBugs: make eval PART=quixbugs-model ARGS=FOLDER")
    rows: list[dict[str, Any]] = []
    with bedrock_on_loopback(chosen("llama"), Console(stderr=True)):
        clock = WallClock()
        reasoner = toolbox.reasoner(settings.read(), clock, Retry(clock))
        for bug in bugs(Path(arguments[0]), arguments[1:]):
            if bug.inside:
                sys.stderr.write(f"{bug.name} is asked for\n")
                rows.append(_asked(bug, reasoner))
                sys.stderr.write(f"{rows[-1]}\n")
    return {
        "programs": len(rows),
        "proved": sum(row["proved"] for row in rows),
        **{name: round(sum(row[name] for row in rows)) for name in ("answers", "model seconds", "seconds")},
        "rows": rows,
    }


def _asked(bug: Bug, reasoner: Reasoner) -> dict[str, Any]:
    """What came of one program; `answers` are all that the model gave, `why` the last refusal."""
    began = time.monotonic()
    try:
        done = bug.loop(reasoner, Terms(), tests=True)
    except TransientError as error:
        return {"program": bug.name, "proved": False, "answers": 0, "model seconds": 0.0, "seconds": 0.0} | {
            "why": str(error)[:200]
        }
    why = "" if done.verified or not done.attempts else "; ".join(done.attempts[-1].reasons)
    return {
        "program": bug.name,
        "proved": done.verified is not None,
        "answers": len(done.usage),
        "tokens": sum(each.input_tokens + each.output_tokens for each in done.usage),
        "model seconds": round(sum(each.seconds for each in done.usage), 1),
        "seconds": round(time.monotonic() - began, 1),
        "why": why[:200],
    }
