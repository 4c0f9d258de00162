"""Lambda `ingest`, and `python -m lambda_image.handlers.ingest JSON` as a task: the wiki into the index.

Both are handed `{"sources": [address], "index": setting}`, and `"to": setting` where the index is copied into
another store. A function that runs out of time fails, and Lambda
invokes it again, twice: it goes on where it was. A wiki that takes longer wants the task.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import uuid4

from knowledge.embeddings.estimate import Estimate
from knowledge.ingest import Job
from knowledge.report import IngestReport
from lambda_image import runbooks
from lambda_image.domain.errors import InputRefused
from lambda_image.handlers import metrics
from lambda_image.observing import log
from lambda_image.observing.work import Work, first_here, going_on
from lambda_image.wiring import librarian


@dataclass(frozen=True, slots=True)
class Task:
    """In place of Lambda's context, where nobody stops the work."""

    function_name: str = "ingest"
    aws_request_id: str = field(default_factory=lambda: uuid4().hex)

    def get_remaining_time_in_millis(self) -> int:
        """A year."""
        return 31_536_000_000


def handler(event: Any, context: Any) -> dict[str, Any]:
    """What each source gave. Raises PermanentError or DeadlineNear, and the index is as it was."""
    function = librarian.ingest()
    function.clock.begin(context)
    sources, index, to = _asked(event)
    with going_on(Work(context.function_name, context.aws_request_id, first_here(), tracer=function.tracer)):
        began = time.monotonic()
        try:
            job = Job(
                time_left=function.time_left,
                remake=True,
                grow=function.target(to, index) if to else None,
                grown=lambda pages: log.info("index copied", written=pages),
            )
            job = runbooks.job_for(function.embedder(), _noted, job)
            with function.tracer.span("ingest", "consumer", {"tracemend.sources": len(sources)}):
                reports = runbooks.fill(function.wanted(sources), function.home(index), job)
        except Exception as error:
            log.error("ingest failed", index=index, **log.of(error))
            raise
        finally:
            function.tracer.flush()
        _tell(reports)
        metrics.ingested(context, reports, time.monotonic() - began)
        return {"sources": [asdict(each) for each in reports]}


def _noted(total: Estimate) -> bool:
    """Vectors are made whatever they take, and that is told: the budget of the deployment bounds it."""
    told = {"passages": total.texts, "tokens": total.tokens, "usd": round(total.dollars, 4)}
    log.info("vectors are made", **told)
    return True


def _asked(event: Any) -> tuple[list[str], str, str]:
    try:
        sources, index, to = event["sources"], event["index"], event.get("to", "")
    except (TypeError, KeyError, AttributeError) as error:
        raise InputRefused('give {"sources": ["https://..."], "index": "s3://bucket/key"}') from error
    if not isinstance(sources, list) or not sources or not isinstance(index, str) or not isinstance(to, str):
        raise InputRefused("`sources` is a list of addresses, `index` and `to` where the index is and goes")
    return [str(each) for each in sources], index, to


def _tell(reports: tuple[IngestReport, ...]) -> None:
    """One line for each source. Of pages that were left out only the number: a reason may quote a page."""
    for each in reports:
        told = {
            "source": each.source,
            "pages": each.pages,
            "left_out": len(each.skipped),
            "unread": dict(each.unread),
        }
        if each.failed:
            log.warning("a source cannot be read; its old pages stay", **told, reason=each.failed)
        else:
            log.info("source read", **told, new=each.new, changed=each.changed, moved=each.moved)


def main() -> None:
    """The task. Its end is told by the exit code."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m lambda_image.handlers.ingest JSON")
    try:
        handler(json.loads(sys.argv[1]), Task())
    except ValueError as error:
        sys.exit(f"that is not JSON: {error}")
    except Exception:  # noqa: BLE001 - it has been told in the log
        sys.exit(1)


if __name__ == "__main__":
    main()
