"""What each function reports of its work: one log line that CloudWatch reads metrics out of.

Source: CloudWatch User Guide, "Embedded metric format specification". A line holds counts, times and names,
never text of a log, a page or a prompt.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from lambda_image.domain.notification import Outcome
    from lambda_image.intake import Taken

NAMESPACE = "Tracemend"
SECONDS = ("AnswerSeconds", "ModelSeconds", "WorkSeconds")


class NamedContext(Protocol):
    """The part of the Lambda context object that tells who reports."""

    function_name: str


def taken(context: NamedContext, batch: Taken) -> None:
    """A batch of logs: what came, what was held back by which rule, and what was new."""
    held = dict(batch.suppressed)
    counts = {
        "RecordsReceived": batch.records,
        "RecordsHeldBack": sum(held.values()),
        "ErrorsSeen": batch.seen,
        "ProblemsQueued": batch.queued,
        "BatchItemFailures": len(batch.failed),
    }
    _put(context, counts, held_back=held)


def answered(context: NamedContext, outcome: Outcome, first_seen: int, seconds: float) -> None:
    """An answered problem; `first_seen` in milliseconds since the epoch, `seconds` of this invocation."""
    diagnosis = outcome.diagnosis
    failed = any(gap.source == "model" for gap in diagnosis.gaps)
    measured = {
        "CardsPublished": int(outcome.notification is not None),
        "ModelFailures": int(failed),
        "ClaimsKept": len(diagnosis.claims),
        "ClaimsDropped": len(diagnosis.dropped),
        "AnswerSeconds": time.time() - first_seen / 1000,
        **_spent(outcome, seconds),
    }
    told = {"confidence": diagnosis.confidence, "fault": diagnosis.fault}
    _put(context, measured, **_incident(outcome), **told, gaps=[gap.source for gap in diagnosis.gaps])


def repaired(context: NamedContext, outcome: Outcome, seconds: float) -> None:
    """A tried repair."""
    pull = outcome.pull_request
    measured = {
        "RepairsTried": 1,
        "RepairsProved": int(outcome.plan is not None),
        "PullRequestsOpened": int(pull is not None),
        "AttemptsRefused": len(outcome.attempts),
        **_spent(outcome, seconds),
    }
    told = {"pull_request": pull.url} if pull else {}
    _put(context, measured, **_incident(outcome), **told)


def _spent(outcome: Outcome, seconds: float) -> dict[str, float]:
    return {
        "WorkSeconds": seconds,
        "ModelSeconds": sum(each.seconds for each in outcome.usage),
        "InputTokens": sum(each.input_tokens for each in outcome.usage),
        "OutputTokens": sum(each.output_tokens for each in outcome.usage),
    }


def _incident(outcome: Outcome) -> dict[str, Any]:
    engines = dict.fromkeys(each.engine for each in outcome.usage)
    return {"incident": outcome.thread_id, "fingerprint": outcome.fingerprint, "models": list(engines)}


def _put(context: NamedContext, measured: Mapping[str, float], **told: object) -> None:
    metrics = [{"Name": name, "Unit": "Seconds" if name in SECONDS else "Count"} for name in measured]
    directive = {"Namespace": NAMESPACE, "Dimensions": [["function"]], "Metrics": metrics}
    line = {
        "_aws": {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [directive]},
        "function": context.function_name,
        **{name: round(value, 3) for name, value in measured.items()},
        **told,
    }
    sys.stdout.write(json.dumps(line) + "\n")
