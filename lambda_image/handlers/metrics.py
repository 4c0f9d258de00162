"""What each function reports of its work: one log line that CloudWatch reads metrics out of.

Source: CloudWatch User Guide, "Embedded metric format specification". A line holds counts, times and names,
never text of a log, a page or a prompt. It is also the log of what went well, so it has the keys of one.
A metric costs by the hour in which it is reported: those of `RARE` only are where there is something to tell.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from lambda_image.observing import work

if TYPE_CHECKING:
    from knowledge.report import IngestReport
    from lambda_image.aftercare.watch import Watched
    from lambda_image.domain.audit import ModelPrice
    from lambda_image.domain.notification import Outcome
    from lambda_image.domain.patch import Proof
    from lambda_image.intake import Taken

NAMESPACE = "Tracemend"
SERVICE = "tracemend"
# Counted while the work goes on (`lambda_image.observing.work.Work.counts`), or before.
RARE = (
    "AuditFailures",
    "BudgetExceeded",
    "ControlMessages",
    "FixesTold",
    "LooksFailed",
    "ModelErrors",
    "Redactions",
    "RetrievalEmpty",
    "RetrievalHits",
)
# Stages whose time is a metric of its own; that of the others stands in `stages`.
STAGES = {
    "gather": "GatherSeconds",
    "retrieval": "RetrievalSeconds",
    "diagnose": "DiagnoseSeconds",
    "propose": "ProposeSeconds",
    "verify": "VerifySeconds",
}


class NamedContext(Protocol):
    """The part of the Lambda context object that tells who reports."""

    function_name: str


def taken(context: NamedContext, batch: Taken, seconds: float) -> None:
    """A batch of logs: what came, what was held back by which rule, and what was new."""
    held = dict(batch.suppressed)
    counts = {
        "RecordsReceived": batch.records,
        "RecordsHeldBack": sum(held.values()),
        "ControlMessages": held.get("control message", 0),
        "ErrorsSeen": batch.seen,
        "ProblemsQueued": batch.queued,
        "Redactions": batch.redactions,
        "BatchItemFailures": len(batch.failed),
        "WorkSeconds": seconds,
    }
    _put(context, "batch taken", counts, held_back=held, incidents=batch.opened)


def answered(
    context: NamedContext,
    outcome: Outcome,
    first_seen: int,
    seconds: float,
    prices: tuple[ModelPrice, ...] = (),
) -> None:
    """An answered problem; `first_seen` in milliseconds since the epoch, `seconds` of this invocation."""
    diagnosis = outcome.diagnosis
    failed = any(gap.source == "model" for gap in diagnosis.gaps)
    measured = {
        "CardsPublished": int(outcome.notification is not None),
        "ModelFailures": int(failed),
        "ClaimsKept": len(diagnosis.claims),
        "ClaimsDropped": len(diagnosis.dropped),
        "AnswerSeconds": time.time() - first_seen / 1000,
        **_spent(outcome, seconds, prices),
    }
    told = {"confidence": diagnosis.confidence, "fault": diagnosis.fault}
    gaps = [gap.source for gap in diagnosis.gaps]
    _put(context, "problem answered", measured, **_incident(outcome), **told, gaps=gaps)


def repaired(
    context: NamedContext, outcome: Outcome, seconds: float, prices: tuple[ModelPrice, ...] = ()
) -> None:
    """A repair, tried or not because of an earlier pull request."""
    pull, planned = outcome.pull_request, outcome.plan is not None
    measured = {
        "RepairsTried": int(outcome.fix is None),
        "RepairsProved": int(planned),
        "PullRequestsOpened": int(planned and pull is not None),
        "AttemptsRefused": len(outcome.attempts),
        **_spent(outcome, seconds, prices),
    }
    told = {"pull_request": pull.url} if pull else {}
    _put(context, "repair tried", measured, **_incident(outcome), **told)


def verified(context: NamedContext, proof: Proof, seconds: float) -> None:
    """A proof that was made; what the tests printed is not told."""
    _put(context, "patch verified", {"WorkSeconds": seconds}, verdict=proof.verdict, sandbox=proof.sandbox)


def watched(context: NamedContext, seen: Watched, seconds: float) -> None:
    """A look at our pull requests; where there are none it is only a line of the log."""
    counts = {"FixesWatched": seen.looked, "FixesTold": seen.told, "LooksFailed": seen.failed}
    _put(context, "fixes watched", {**counts, "WorkSeconds": seconds} if seen.looked else {})


def ingested(context: NamedContext, reports: Sequence[IngestReport], seconds: float) -> None:
    """A wiki that was read into the index."""
    measured = {
        "PagesRead": sum(each.pages for each in reports),
        "PagesWritten": sum(each.written for each in reports),
        "PagesGone": sum(each.deleted for each in reports),
        "PagesLeftOut": sum(len(each.skipped) for each in reports),
        "SourcesFailed": sum(bool(each.failed) for each in reports),
        "WorkSeconds": seconds,
    }
    _put(context, "index filled", measured)


def failed(context: NamedContext) -> None:
    """A message that must come again, with what was counted until then."""
    _put(context, "message failed", {"MessagesFailed": 1}, level="ERROR")


def _spent(outcome: Outcome, seconds: float, prices: tuple[ModelPrice, ...]) -> dict[str, float]:
    from lambda_image.domain.prices import price  # noqa: PLC0415 - `intake` pays no model

    usd = price(outcome.usage, prices)
    return {
        "WorkSeconds": seconds,
        "ModelSeconds": sum(each.seconds for each in outcome.usage),
        "InputTokens": sum(each.input_tokens for each in outcome.usage),
        "OutputTokens": sum(each.output_tokens for each in outcome.usage),
        **({} if usd is None else {"PriceUSD": usd}),
    }


def _incident(outcome: Outcome) -> dict[str, Any]:
    engines = dict.fromkeys(each.engine for each in outcome.usage)
    return {"incident": outcome.work_id, "fingerprint": outcome.fingerprint, "models": list(engines)}


def _put(context: NamedContext, message: str, own: Mapping[str, float], **told: object) -> None:
    here = work.current()
    stages = {name: round(seconds, 3) for name, seconds in here.seconds.items()}
    measured = {
        **{name: value for name, value in own.items() if value or name not in RARE},
        **{name: here.counts[name] for name in RARE if here.counts[name]},
        **{metric: stages[stage] for stage, metric in STAGES.items() if stage in stages},
    }
    metrics = [
        {"Name": name, "Unit": "Seconds" if name.endswith("Seconds") else "Count"} for name in measured
    ]
    directive = {"Namespace": NAMESPACE, "Dimensions": [["function"]], "Metrics": metrics}
    now = time.time_ns() // 1_000_000
    line = {
        "level": "INFO",
        "message": message,
        "service": SERVICE,
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now / 1000)) + f".{now % 1000:03}Z",
        **here.names,
        "_aws": {"Timestamp": now, "CloudWatchMetrics": [directive]},
        "function": context.function_name,
        **{name: round(value, 6) for name, value in measured.items()},
        **told,
        **({"stages": stages} if stages else {}),
    }
    sys.stdout.write(json.dumps(line) + "\n")
