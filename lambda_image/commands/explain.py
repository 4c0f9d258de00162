"""The stages for people: a log file instead of a stream, one repository, and nothing is sent."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from lambda_image import settings, wire
from lambda_image.domain.affected import Affected, unmet
from lambda_image.domain.errors import InputRefused
from lambda_image.domain.events import ErrorEvent, RedactedEvent
from lambda_image.domain.evidence import RepositoryMapping, Revision
from lambda_image.domain.incident import Incident
from lambda_image.domain.notification import Basis, Outcome
from lambda_image.domain.patch import Patch, Proof, VerifyRequest
from lambda_image.domain.records import FILE
from lambda_image.pipeline import answer, mend
from lambda_image.settings import Settings
from lambda_image.steps.answering.context import context
from lambda_image.steps.editing.paths import PathPolicy
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import text_delivery, understand
from lambda_image.steps.redact import redact, redact_text
from lambda_image.steps.repairing.apply import make_patch
from lambda_image.steps.telling.compose_repair import compose_repair
from lambda_image.wiring import by_hand, operators, toolbox
from lambda_image.wiring.left_out import policy

CONTEXT_TOKENS = 8_000


@dataclass(frozen=True, slots=True)
class Request:
    """What `tracemend explain` was asked."""

    log: str
    index: Path | None = None
    repo: Path | None = None
    ref: str = "HEAD"
    engine: str = "auto"
    test: str = ""
    keep: Path | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """One problem: its answer, and its repair where one was tried."""

    answer: Outcome
    repair: Outcome | None = None

    @property
    def messages(self) -> tuple[str, ...]:
        """The notifications as they would be published, in order."""
        told = (message for each in (self.answer, self.repair) if each for message in each.messages)
        return tuple(by_hand.message(message) for message in told)

    def row(self) -> dict[str, Any]:
        """For programs: the outcome, `notification` as it would be published, the repair's in `repair`."""
        row = _row(self.answer)
        if self.repair:
            row["repair"] = _row(self.repair)
            row |= {name: row["repair"][name] for name in ("diff", "proof", "attempts")}
        return row

    def show(self, console: Console) -> None:
        """The cards, as a channel would show them."""
        from infra.local.channel.envelope import Envelope  # noqa: PLC0415 - an extra
        from infra.local.channel.inbox import Message, judged  # noqa: PLC0415
        from infra.local.channel.terminal import card  # noqa: PLC0415

        shown: tuple[Message, ...] = ()
        for number, message in enumerate(self.messages):
            arrival = judged(Envelope(str(number), datetime.now(UTC), message), shown)
            console.print(card(arrival))
            shown += (arrival,) if isinstance(arrival, Message) else ()


def _row(outcome: Outcome) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(wire.encode(outcome))
    row.pop("basis")
    first, *more = [json.loads(by_hand.message(each)) for each in outcome.messages] or [None]
    return row | {"notification": first, "more": more}


def explained(request: Request, console: Console) -> Iterator[Explained]:
    """Each problem in the log, answered. Progress on `console`."""
    incidents = incidents_in(request.log)
    if request.repo:
        _repository(request.repo, request.ref)
    if request.index and not request.index.is_file():
        raise InputRefused(f"there is no index {request.index}. Make one with `tracemend ingest`")
    if not incidents:
        return
    with endpoint(request.engine, console):
        tools = by_hand.for_people(_settings(request), console.print)
        for number, incident in enumerate(incidents, start=1):
            what = incident.event.exception_type or incident.event.message[:60]
            with console.status(f"{number} of {len(incidents)}: {what}"):
                answered = answer(incident, tools)
                repaired = None
                if answered.repair_wanted:
                    basis = Basis(incident, audience=tools.audience)
                    repaired = compose_repair(incident, mend(basis, answered, tools))
                _keep(request.keep, answered, repaired)
                yield Explained(answered, repaired)


def _keep(folder: Path | None, *outcomes: Outcome | None) -> None:
    """The traces of what was answered, for `tracemend ask` and `tracemend case export`."""
    for each in outcomes:
        if folder and each:
            operators.traces_in(folder).save(each)


def incidents_in(log: str) -> tuple[Incident, ...]:
    """The problems in a text, each with its occurrences counted."""
    now = time.time_ns() // 1_000_000
    rules = IntakePolicy(redaction=policy(settings.read()).redaction)
    sightings = understand(text_delivery(log, FILE, now), rules).sightings
    return tuple(
        Incident(
            fingerprint=seen.fingerprint,
            thread_id=f"{seen.fingerprint}-{now}",
            first_seen=now,
            last_seen=now,
            count=seen.count,
            event=seen.sample,
            decision=seen.decision,
            affected=Affected.of(unmet(seen.fingerprint, seen.named, {})),
        )
        for seen in sightings
    )


def excerpts(trace: str, repo: Path, ref: str) -> Iterator[dict[str, Any]]:
    """What the model would be shown of the code, within one budget. Raises InputRefused for an empty text."""
    found = problems_in(trace)
    source, revision = _repository(repo, ref)
    for event in found:
        for each in context(event, revision, source, CONTEXT_TOKENS // len(found)):
            yield asdict(each)


def problems_in(text: str) -> tuple[RedactedEvent, ...]:
    """The errors of a text that have a trace, each with all of the text; else the text as one message."""
    if not text.strip():
        raise InputRefused(
            "the text is empty. Give the log with its stack trace, or what is known of the error"
        )
    rules = policy(settings.read()).redaction
    lines = tuple(redact_text(text, rules).text.split("\n"))
    traced = [each.event for each in incidents_in(text) if each.event.frames]
    if traced:
        return tuple(replace(each, context=lines) for each in traced)
    said = ErrorEvent("text", FILE, "", 0, "log", None, None, lines[0], (), lines, ())
    return (redact(said, rules),)


def patch(edit: str, repo: Path, ref: str) -> Patch:
    """The edit as a checked diff against a commit. Raises PatchRefused."""
    source, revision = _repository(repo, ref)
    asked = settings.read()
    return make_patch(edit, revision, source, paths=PathPolicy(asked.edit_allow, asked.edit_deny))


def prove(repo: Path, ref: str, diff: str, trace: str, test: str | None) -> Proof:
    """The proof of a unified diff against a commit."""
    source, revision = _repository(repo, ref)
    found = incidents_in(trace)
    if trace and not found:
        raise InputRefused("no error found in the trace. Give the log with its stack trace")
    event = found[0].event if found else None
    request = VerifyRequest(
        archive=source.archive(revision),
        patch=make_patch(diff, revision, source),
        trace="\n".join(event.lines) if event else "",
        exception_type=event.exception_type if event else None,
        test_command=test,
    )
    return by_hand.local_verifier(_settings(Request("", repo=repo, ref=ref))).prove(request)


def _repository(repo: Path, ref: str) -> tuple[Any, Revision]:
    source = toolbox.source(_settings(Request("", repo=repo, ref=ref)))
    if source is None:
        raise InputRefused("no repository given")
    return source, source.revision(FILE)


def _settings(request: Request) -> Settings:
    found = settings.read()
    if request.index:
        found = replace(found, index=str(request.index))
    if request.repo:
        path = request.repo.resolve()
        ref = request.ref if request.ref != "HEAD" else None
        mapping = RepositoryMapping("*", str(path), path.name, ref)
        found = replace(found, repositories=(mapping,))
    if request.test:
        found = replace(found, test_command=request.test)
    return found


def endpoint(engine: str, console: Console) -> AbstractContextManager[object]:
    """Bedrock itself for those who have credentials, else an engine on loopback; it says which."""
    if engine == "bedrock" or (engine == "auto" and by_hand.has_credentials()):
        console.print("engine: Amazon Bedrock", markup=False)
        return nullcontext()
    from infra.local.endpoint import bedrock_on_loopback, chosen  # noqa: PLC0415 - an extra

    name = "llama" if engine == "auto" else engine
    console.print(f"engine: {name}, on this machine", markup=False)
    return bedrock_on_loopback(chosen(name), console)
