"""The story: from a new problem to an answered alert and a tested pull request.

It begins in `intake.py`, which counts a batch of logs and queues what is new. `respond` and `repair` follow,
with queues between them. Work is claimed in the ledger, decided, remembered, and only then done: after
a crash at any point the same message goes out once, and nothing is thought through twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lambda_image.desk import Desk
from lambda_image.domain.diagnosis import Diagnosis, DiagnosisDraft, Fault
from lambda_image.domain.errors import AnswerMalformed, DeadlineNear, PermanentError
from lambda_image.domain.evidence import Evidence, Gap
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.notification import Outcome
from lambda_image.ports import CodeHost, Knowledge, Reasoner, Repository, Verifier, WorkQueue
from lambda_image.steps.check import check
from lambda_image.steps.compose import compose_answer, compose_repair
from lambda_image.steps.diagnose import diagnose
from lambda_image.steps.gather import gather
from lambda_image.steps.plan import plan_pull_request
from lambda_image.steps.propose import propose

NO_DRAFT = DiagnosisDraft(claims=(), fault=Fault.UNKNOWN, step_ids=(), usage=())


@dataclass(frozen=True, slots=True)
class Tools:
    """What an incident is answered and repaired with; without a source there is nothing to repair."""

    reasoner: Reasoner
    knowledge: Knowledge | None
    source: Repository | None
    verifier: Verifier | None = None
    evidence_tokens: int = 1_000
    test_command: str | None = None


def respond(incident: Incident, desk: Desk, tools: Tools, repairs: WorkQueue | None) -> Outcome | None:
    """Answer one problem once; None when it has been answered. Raises WorkInProgress.

    Without `repairs` nobody stands ready to repair, and the answer promises nothing.
    """
    able = repairs is not None
    with desk.claimed(incident, Task.RESPOND) as claim:
        if claim is None:
            return None
        seen = replace(incident, count=claim.count, last_seen=claim.last_seen)
        outcome = desk.remembered(incident, Task.RESPOND, lambda: answer(seen, tools, can_repair=able))
        desk.publish(outcome, claim)
        if repairs is not None and outcome.repair_wanted:
            repairs.send(incident)
        desk.close(outcome, claim)
        return outcome


def answer(incident: Incident, tools: Tools, *, can_repair: bool = True) -> Outcome:
    """What broke, why, and what to do, from verified evidence; nothing is sent."""
    evidence = gather(incident, tools.knowledge, tools.source)
    try:
        draft = diagnose(incident, evidence, tools.reasoner, tools.evidence_tokens)
    except (AnswerMalformed, DeadlineNear, PermanentError) as failed:
        draft, evidence = NO_DRAFT, without_model(evidence, failed)
    return compose_answer(incident, check(draft, evidence), evidence, can_repair=can_repair)


def without_model(evidence: Evidence, failed: Exception) -> Evidence:
    """The evidence with a gap in place of the model: people still get the log, the pages and the code."""
    gap = Gap("model", str(failed), "See docs/configuration.md, TRACEMEND_MODELS, and the model's access")
    return replace(evidence, gaps=(*evidence.gaps, gap))


def repair(incident: Incident, desk: Desk, tools: Tools, host: CodeHost) -> Outcome | None:
    """Try once to fix a diagnosed problem, and tell its thread how it went."""
    with desk.claimed(incident, Task.REPAIR) as claim:
        diagnosed = desk.traces.load(incident.thread_id, Task.RESPOND)
        if claim is None or diagnosed is None:
            return None
        planned = desk.remembered(incident, Task.REPAIR, lambda: mend(incident, diagnosed.diagnosis, tools))
        outcome = compose_repair(incident, open_pull_request(planned, host))
        desk.publish(outcome, claim)
        desk.close(outcome, claim)
        return outcome


def mend(incident: Incident, diagnosis: Diagnosis, tools: Tools) -> Outcome:
    """A patch that was shown to fix the error, as a plan; or the attempts, and why they were not enough."""
    proposal = propose(incident, diagnosis, tools.source, tools.reasoner, tools.verifier, tools.test_command)
    return plan_pull_request(incident, diagnosis, proposal)


def open_pull_request(planned: Outcome, host: CodeHost) -> Outcome:
    """Carry out the plan, if there is one; a refusal by the code host is part of the outcome."""
    if planned.plan is None:
        return planned
    try:
        return replace(planned, pull_request=host.open(planned.plan))
    except PermanentError as refused:
        return replace(planned, refusal=str(refused))
