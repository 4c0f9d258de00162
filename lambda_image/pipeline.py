"""The story: from a new problem to an answered alert and a tested pull request.

It begins in `intake.py`. Work is claimed, decided, remembered, and only then done: once, also after a crash.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lambda_image.aftercare.attempts import Attempts
from lambda_image.desk import Desk
from lambda_image.domain.card import ANYBODY, Audience
from lambda_image.domain.diagnosis import DiagnosisDraft, Fault
from lambda_image.domain.errors import AnswerMalformed, DeadlineNear, PermanentError, TransientError
from lambda_image.domain.evidence import Gap
from lambda_image.domain.gate import UNCAPPED, RepairPolicy
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.notification import Basis, Outcome
from lambda_image.domain.patch import Attempt, Proposal
from lambda_image.observing.work import stage
from lambda_image.ports import Knowledge, Reasoner, Repository, Telemetry, Verifier, WorkQueue
from lambda_image.steps.answering.diagnose import diagnose
from lambda_image.steps.answering.gather import gather, without_model
from lambda_image.steps.answering.recall import FORGETFUL, Recollection
from lambda_image.steps.reading.neighbours import with_neighbours
from lambda_image.steps.redact import RULEBOOK, Rulebook
from lambda_image.steps.repairing.opening import open_pull_request
from lambda_image.steps.repairing.plan import plan_pull_request
from lambda_image.steps.repairing.propose import TERMS, Terms, Workbench, propose
from lambda_image.steps.telling.compose_repair import compose_repair
from lambda_image.steps.telling.decide import decide

NO_DRAFT = DiagnosisDraft(claims=(), fault=Fault.UNKNOWN, step_ids=(), usage=())


@dataclass(frozen=True, slots=True)
class Tools:
    """What answers and repairs an incident; where nobody `can_repair`, no repair is announced."""

    reasoner: Reasoner
    knowledge: Knowledge | None
    source: Repository | None
    verifier: Verifier | None = None
    telemetry: Telemetry | None = None
    can_repair: bool = True
    evidence_tokens: int = 6_000
    terms: Terms = TERMS
    redaction: Rulebook = RULEBOOK
    audience: Audience = ANYBODY
    memory: Recollection = FORGETFUL
    policy: RepairPolicy = UNCAPPED


def respond(
    incident: Incident, desk: Desk, tools: Tools, repairs: WorkQueue | None, *, final: bool = False
) -> Outcome | None:
    """Answer one problem once; None when it was. Raises WorkInProgress, TransientError and PermanentError."""
    with desk.claimed(incident, Task.RESPOND) as claim:
        if claim is None:
            return None
        told = desk.as_it_stands(incident, claim)
        seen, gaps = with_neighbours(told, tools.telemetry, tools.redaction)
        outcome = desk.remembered(incident, Task.RESPOND, lambda: answer(seen, tools, gaps, final=final))
        try:
            desk.publish(outcome, claim, incident.event.log_group, told)
        finally:  # a channel that is down holds up no repair; it is done once however often asked for
            if repairs is not None and outcome.repair_wanted:
                repairs.send(replace(incident, event=seen.event))
        desk.close(outcome, claim)
        return outcome


def answer(incident: Incident, tools: Tools, gaps: tuple[Gap, ...] = (), *, final: bool = True) -> Outcome:
    """What broke, why, and what to do, from verified evidence and known `gaps`; nothing is sent."""
    evidence = stage(gather)(incident, tools.knowledge, tools.source, gaps, past=tools.memory)
    try:
        asked = tools.reasoner, tools.evidence_tokens, tools.audience.language
        draft = stage(diagnose)(incident, evidence, *asked)
    except (AnswerMalformed, DeadlineNear, PermanentError, TransientError) as failed:
        if isinstance(failed, TransientError) and not final:
            raise
        draft, evidence = NO_DRAFT, without_model(evidence, failed)
    return stage(decide)(Basis(incident, evidence, draft, tools.can_repair, audience=tools.audience))


def repair(
    incident: Incident, desk: Desk, tools: Tools, attempts: Attempts, *, final: bool = False
) -> Outcome | None:
    """Try once to fix a diagnosed problem, and tell its thread how it went. Raises as `respond` does."""
    with desk.claimed(incident, Task.REPAIR) as claim:
        diagnosed = desk.traces.load(incident.work_id, Task.RESPOND)
        if claim is None or diagnosed is None:
            return None
        basis = Basis(incident, audience=tools.audience)
        planned = desk.remembered(
            incident,
            Task.REPAIR,
            lambda: attempts.decided(
                basis, diagnosed, lambda known: mend(known, diagnosed, tools, final=final), final=final
            ),
        )
        opened = open_pull_request(planned, stage(attempts.host.open), final=final)
        attempts.keep(incident, opened)
        outcome = compose_repair(incident, opened)
        desk.traces.save(outcome)
        desk.publish(outcome, claim, incident.event.log_group, incident)
        desk.close(outcome, claim)
        return outcome


def mend(basis: Basis, diagnosed: Outcome, tools: Tools, *, final: bool = True) -> Outcome:
    """A patch that was shown to fix the error, as a plan; or the attempts, and why they were not enough."""
    bench = Workbench(tools.source, tools.reasoner, tools.verifier, tools.terms)
    try:
        proposal = stage(propose)(basis.incident, diagnosed.diagnosis, bench)
    except TransientError as failed:
        if not final:
            raise
        proposal = Proposal(None, (Attempt(1, "", (str(failed),)),))
    return plan_pull_request(basis, diagnosed, proposal, tools.policy)
