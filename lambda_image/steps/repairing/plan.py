"""Plan the pull request for a proved patch: all of it as data, nothing opened yet."""

from __future__ import annotations

from lambda_image.domain.gate import UNCAPPED, Level, RepairPolicy
from lambda_image.domain.hosts import BRANCH_PREFIX
from lambda_image.domain.incident import Task
from lambda_image.domain.notification import Basis, Outcome
from lambda_image.domain.patch import FileChange, Proposal, PullRequestPlan, Reproduction, VerifiedPatch
from lambda_image.steps.repairing.gate import judge
from lambda_image.steps.repairing.pull_request import Found, body
from lambda_image.steps.words import github_text
from lambda_image.steps.words.length import cut

TITLE_LIMIT = 120
LABELS = ("tracemend", "machine-made")


def plan_pull_request(
    basis: Basis, diagnosed: Outcome, proposal: Proposal, policy: RepairPolicy = UNCAPPED
) -> Outcome:
    """The outcome of a repair: with a plan if it is proved and the gate lets it, else with what was tried."""
    incident, verified, diagnosis = basis.incident, proposal.verified, diagnosed.diagnosis
    verdict = judge(diagnosis, proposal, policy)
    found = Found(incident, diagnosed, proposal, verdict, basis.audience.prices, basis.before)
    opened = verified is not None and verdict.level is Level.PULL_REQUEST
    diff = verified.patch.diff if verified else proposal.diff
    return Outcome(
        fingerprint=incident.fingerprint,
        work_id=incident.work_id,
        task=Task.REPAIR,
        diagnosis=diagnosis,
        plan=_plan(found, verified) if verified and opened else None,
        diff=None if verdict.level is Level.DIAGNOSIS else diff,
        proof=verified.proof if verified else proposal.proof,
        attempts=proposal.attempts,
        usage=proposal.usage,
        basis=basis,
        held=verdict.held if diff and not opened else (),
    )


def branch_of(fingerprint: str, attempt: int) -> str:
    """One branch, and so one pull request, for each attempt at a problem."""
    return f"{BRANCH_PREFIX}fix-{fingerprint}{f'-{attempt}' if attempt > 1 else ''}"


def _plan(found: Found, verified: VerifiedPatch) -> PullRequestPlan:
    event = found.incident.event
    where = next((frame.function for frame in reversed(event.frames) if frame.in_app and frame.function), "")
    what = event.exception_type or event.message
    return PullRequestPlan(
        repository=verified.patch.repository,
        base_commit=verified.patch.commit,
        branch=branch_of(found.incident.fingerprint, found.before.attempt + 1 if found.before else 1),
        title=cut(github_text.title(f"Fix {what} in {where}" if where else f"Fix {what}"), TITLE_LIMIT),
        body=body(found, verified),
        labels=LABELS,
        files=(*verified.patch.files, *_test_file(verified.reproduction)),
        proof=verified.proof.verdict,
    )


def _test_file(reproduction: Reproduction | None) -> tuple[FileChange, ...]:
    return (FileChange(reproduction.path, reproduction.code.encode()),) if reproduction else ()
