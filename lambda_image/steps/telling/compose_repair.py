"""Compose what the thread is told of a repair: the pull request and its proof, or what was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_image.domain.aftermath import Fix
from lambda_image.domain.card import (
    Audience,
    Block,
    Card,
    Line,
    Part,
    Section,
    items,
    section,
    text,
    words,
)
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.notification import Outcome
from lambda_image.domain.patch import Attempt, Proof, PullRequest
from lambda_image.languages import voice
from lambda_image.steps.repairing.verify import PROVED
from lambda_image.steps.telling import subject
from lambda_image.steps.telling.compose import BUTTONS, spent, with_card
from lambda_image.steps.words import aftermath_words, gate_words, messages
from lambda_image.steps.words.ink import code, listing, prose
from lambda_image.steps.words.length import cut, short

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice

REASONS_LIMIT, COMMAND_LIMIT = 300, 200


def compose_repair(incident: Incident, outcome: Outcome) -> Outcome:
    """The same outcome with its card, written for the audience of its basis."""
    audience = outcome.basis.audience if outcome.basis else Audience()
    say, event = voice(audience.language), incident.event
    result = _result(say, outcome)
    sections = (
        Section(Part.CHANGE, "", result),
        _proof(say, outcome.proof),
        section(Part.EVIDENCE, "", items(*_attempts(say, () if outcome.pull_request else outcome.attempts))),
        spent(say, outcome, audience),
    )
    card = Card(
        id=f"{incident.work_id}-{Task.REPAIR}",
        fingerprint=incident.fingerprint,
        thread_id=incident.thread_id,
        event_type=f"tracemend.{Task.REPAIR}",
        language=audience.language,
        title=subject.title(say, event),
        lead=words(result[0].lines[0]),
        sections=tuple(each for each in sections if each.blocks),
        keywords=subject.keywords(event, outcome.diagnosis.fault),
        resources=subject.resources(event),
        actions=BUTTONS,
    )
    return with_card(outcome, card, audience)


def _result(say: Voice, outcome: Outcome) -> tuple[Block, ...]:
    diff = listing(outcome.diff or "")
    if outcome.pull_request:
        return (text(*_pull_request(say, outcome.pull_request, outcome.fix)),)
    if outcome.plan is not None:
        reason = prose(outcome.refusal) if outcome.refusal else say.line(messages.NO_REASON)
        change = (text(say.line(messages.PROVED_DIFF)),) if diff else ()
        return (text(say.line(messages.NOT_OPENED, reason=reason)), *change, *diff)
    held = prose("; ".join(outcome.held))
    if held and not diff:
        return (text(say.line(gate_words.NOT_SHOWN, reasons=held)),)
    if diff and outcome.proof and outcome.proof.verdict == PROVED:
        return (text(say.line(gate_words.HELD, reasons=held)), *diff)
    if diff:
        return (text(say.line(messages.SUGGESTION)), *diff)
    tried = () if outcome.attempts else say.line(messages.NO_ATTEMPTS)
    return (text(messages.sentences(say.line(messages.NOT_FIXED), tried)),)


def _pull_request(say: Voice, pull: PullRequest, standing: Fix | None) -> tuple[Line, Line]:
    """One that was opened or brought up to date; or `standing` in the way of another."""
    opened = pull.state == "open" and standing is None
    said = messages.DRAFT_OPENED if opened else messages.PULL_REQUEST_STATES[pull.state]
    why = aftermath_words.stands(say, standing) if standing else ()
    return messages.sentences(say.line(said), why), prose(pull.url, {pull.url}.__contains__)


def _proof(say: Voice, proof: Proof | None) -> Section:
    if proof is None:
        return section(Part.CHANGE, "")
    said = messages.PROVED if proof.verdict == "proved" else messages.NOT_PROVED
    runs = ((messages.BEFORE, proof.red), (messages.AFTER, proof.green))
    lines = [say.line(form, run=messages.verdict(say, run)) for form, run in runs if run is not None]
    commands = dict.fromkeys(short(run.command, COMMAND_LIMIT) for _, run in runs if run is not None)
    lines += [say.line(messages.COMMAND, command=code(command)) for command in commands]
    reasons = [prose(reason) for reason in (*proof.reasons, *proof.gaps)]
    sandbox = say.line(messages.SANDBOX, sandbox=prose(proof.sandbox))
    return section(Part.CHANGE, say.say(messages.PROOF), text(say.line(said), *lines, *reasons, sandbox))


def _attempts(say: Voice, attempts: tuple[Attempt, ...]) -> tuple[Line, ...]:
    return tuple(
        say.line(
            messages.ATTEMPT,
            number=say.number(each.number),
            reasons=prose(cut("; ".join(each.reasons), REASONS_LIMIT)),
        )
        for each in attempts
    )
