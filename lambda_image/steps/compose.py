"""Compose what the channel is told: the answer first, then what it rests on and what could not be seen."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from lambda_image.domain.action import Verb
from lambda_image.domain.diagnosis import Confidence, Diagnosis, Fault
from lambda_image.domain.evidence import Evidence
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.notification import (
    DESCRIPTION_LIMIT,
    KEYWORD_LIMIT,
    TITLE_LIMIT,
    Notification,
    Outcome,
)
from lambda_image.domain.patch import Attempt, Proof
from lambda_image.steps import gate_words, messages
from lambda_image.steps.escape import code, fence, label, links, plain
from lambda_image.steps.instructions import instructions, origin
from lambda_image.steps.length import cut, fit
from lambda_image.steps.quotes import numbered, quoted
from lambda_image.steps.verify import PROVED

EVIDENCE_LIMIT, GAPS_LIMIT, DIFF_LIMIT = 2_500, 1_200, 3_000
SUMMARY_LIMIT = 250
BUTTONS = (Verb.ANALYSE, Verb.MUTE, Verb.WRONG, Verb.WORKED)


def compose_answer(
    incident: Incident,
    diagnosis: Diagnosis,
    evidence: Evidence,
    hosts: Collection[str] = (),
    *,
    can_repair: bool = True,
) -> Outcome:
    """The answer to an incident, nothing sent yet; on `hosts` links may point beside the cited pages.

    Where nobody can repair, no repair is announced or wanted.
    """
    wanted = can_repair and repair_wanted(diagnosis, evidence)
    allowed = links(hosts, _pages(diagnosis, evidence))
    steps, commands = instructions(diagnosis.steps, allowed)
    parts = [
        _cause(incident, diagnosis),
        _returned(incident),
        messages.judged(diagnosis.confidence, diagnosis.fault, len(diagnosis.dropped)),
        messages.REPAIR_COMES if wanted else "",
        origin(diagnosis.steps, allowed),
        *commands,
        _proofs(diagnosis, allowed),
        _history(incident, evidence),
        _gaps(diagnosis),
        messages.cost(diagnosis.usage),
    ]
    return Outcome(
        fingerprint=incident.fingerprint,
        thread_id=incident.work_id,
        task=Task.RESPOND,
        diagnosis=diagnosis,
        notification=replace(
            _notification(incident, Task.RESPOND, parts, diagnosis, steps),
            actions=(*BUTTONS, *((Verb.REPAIR,) if can_repair and not wanted else ())),
        ),
        usage=diagnosis.usage,
        repair_wanted=wanted,
    )


def repair_wanted(diagnosis: Diagnosis, evidence: Evidence) -> bool:
    """Whether a patch may be tried: the fault is in code that we can see. Its proof decides the rest."""
    known = diagnosis.confidence is not Confidence.NOT_KNOWN
    return known and diagnosis.fault is Fault.CODE and bool(evidence.excerpts)


def _cause(incident: Incident, diagnosis: Diagnosis) -> str:
    if not diagnosis.claims:
        said = incident.event.lines[-1] if incident.event.lines else incident.event.message
        return f"{messages.NOT_KNOWN}\n{code(cut(said, 500))}"
    numbers = numbered(diagnosis.claims)
    return "\n".join(
        plain(claim.text) + " " + "".join(f"[{numbers[span.id]}]" for span in claim.citations)
        for claim in diagnosis.claims
    )


def _proofs(diagnosis: Diagnosis, allowed: Callable[[str], bool]) -> str:
    lines = quoted(diagnosis.claims, allowed)
    return cut("\n".join((messages.EVIDENCE, *lines)), EVIDENCE_LIMIT) if lines else ""


def _pages(diagnosis: Diagnosis, evidence: Evidence) -> frozenset[str]:
    cited = {span.url for span in diagnosis.steps if span.url}
    return frozenset(cited | {passage.url for passage in evidence.passages})


def _returned(incident: Incident) -> str:
    past = incident.history
    return messages.returned(past.silence, past.count, past.first_seen, past.pull_request_url) if past else ""


def _history(incident: Incident, evidence: Evidence) -> str:
    event = incident.event
    lines = [messages.seen(incident.count, incident.first_seen, incident.last_seen, code(event.log_group))]
    if evidence.changes:
        last = evidence.changes[0]
        author, subject = plain(last.author), plain(cut(last.subject, 200))
        lines.append(messages.touched(last.commit[:12], author, last.timestamp, subject))
    if evidence.revision:
        lines.append(messages.deployed(evidence.revision.commit[:12], plain(evidence.revision.how)))
    return "\n".join(lines)


def _gaps(diagnosis: Diagnosis) -> str:
    lines = [f"{plain(gap.source)}: {plain(gap.reason)}. {plain(gap.fix)}." for gap in diagnosis.gaps]
    lines = [line.replace("..", ".") for line in lines]
    return cut("\n".join((messages.NOT_SEEN, *lines)), GAPS_LIMIT) if lines else ""


def compose_repair(incident: Incident, outcome: Outcome) -> Outcome:
    """The same outcome with its message: the pull request and its proof, or what was tried and why not."""
    parts = [
        *_result(outcome),
        _proof(outcome.proof),
        _attempts(outcome.attempts) if outcome.pull_request is None else "",
        messages.cost(outcome.usage),
    ]
    notification = _notification(incident, Task.REPAIR, parts, outcome.diagnosis)
    return replace(outcome, notification=replace(notification, actions=BUTTONS))


def _result(outcome: Outcome) -> list[str]:
    diff = fence(cut(outcome.diff, DIFF_LIMIT)) if outcome.diff else ""
    if pull := outcome.pull_request:
        opened = pull.state == "open"
        said = messages.DRAFT_OPENED if opened else messages.DRAFT_EXISTS.format(state=pull.state)
        return [f"{said}\n{pull.url}"]
    if outcome.plan is not None:
        reason = plain(outcome.refusal or "no reason was given")
        return [messages.NOT_OPENED.format(reason=reason), f"{messages.PROVED_DIFF}\n{diff}" if diff else ""]
    reasons = plain("; ".join(outcome.held))
    if outcome.held and outcome.diff is None:
        return [gate_words.NOT_SHOWN.format(reasons=reasons)]
    if diff and outcome.proof and outcome.proof.verdict == PROVED:
        return [f"{gate_words.HELD.format(reasons=reasons)}\n{diff}"]
    if diff:
        return [f"{messages.SUGGESTION}\n{diff}"]
    return [messages.NOT_FIXED if outcome.attempts else f"{messages.NOT_FIXED} {messages.NO_ATTEMPTS}"]


def _proof(proof: Proof | None) -> str:
    if proof is None:
        return ""
    runs = [("Before", proof.red), ("After", proof.green)]
    lines = [f"{name}: {code(run.command)} {messages.verdict(run)}" for name, run in runs if run is not None]
    lines += [plain(reason) for reason in (*proof.reasons, *proof.gaps)]
    return "\n".join((f"Proof: {proof.verdict}.", *lines, f"Sandbox: {plain(proof.sandbox)}."))


def _attempts(attempts: tuple[Attempt, ...]) -> str:
    lines = [f"Attempt {each.number}: {plain(cut('; '.join(each.reasons), 300))}" for each in attempts]
    return "\n".join(lines)


def _notification(
    incident: Incident, task: Task, parts: list[str], diagnosis: Diagnosis, steps: tuple[str, ...] = ()
) -> Notification:
    event = incident.event
    service = event.log_group.rstrip("/").rpartition("/")[2]
    what = event.exception_type or event.message or event.kind
    said = f": {event.message}" if event.exception_type and event.message else ""
    title = cut(label(f"{what} in {service}{said}"), TITLE_LIMIT)
    about = [event.exception_type or event.kind, service, diagnosis.fault.value, event.language or ""]
    return Notification(
        id=f"{incident.work_id}-{task}",
        fingerprint=incident.fingerprint,
        thread_id=incident.thread_id,
        event_type=f"tracemend.{task}",
        title=title,
        description=fit(parts, DESCRIPTION_LIMIT),
        next_steps=steps,
        keywords=tuple(dict.fromkeys(cut(label(word), KEYWORD_LIMIT) for word in about if label(word))),
        summary=cut(title, SUMMARY_LIMIT),
        related_resources=(event.log_group,) if event.log_group else (),
    )
