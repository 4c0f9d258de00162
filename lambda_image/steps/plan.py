"""Plan the pull request for a proved patch: all of it as data, nothing opened yet."""

from __future__ import annotations

from lambda_image.domain.diagnosis import Diagnosis
from lambda_image.domain.evidence import Span, SpanKind
from lambda_image.domain.hosts import BRANCH_PREFIX
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.notification import Basis, Outcome
from lambda_image.domain.patch import (
    FileChange,
    Proposal,
    PullRequestPlan,
    Reproduction,
    TestRun,
    VerifiedPatch,
)
from lambda_image.steps import github_text, messages
from lambda_image.steps.length import cut
from lambda_image.steps.quotes import cited, numbered

TITLE_LIMIT = 120
QUOTE_LIMIT = 300
LABELS = ("tracemend", "machine-made")


def plan_pull_request(incident: Incident, diagnosis: Diagnosis, proposal: Proposal) -> Outcome:
    """The outcome of a repair: with a plan if the patch was proved, else with what was tried."""
    verified = proposal.verified
    return Outcome(
        fingerprint=incident.fingerprint,
        thread_id=incident.work_id,
        task=Task.REPAIR,
        diagnosis=diagnosis,
        plan=_plan(incident, diagnosis, proposal, verified) if verified else None,
        diff=verified.patch.diff if verified else proposal.diff,
        proof=verified.proof if verified else proposal.proof,
        attempts=proposal.attempts,
        usage=proposal.usage,
        basis=Basis(incident),
    )


def branch_of(fingerprint: str) -> str:
    """One branch, and so one pull request, for each problem."""
    return f"{BRANCH_PREFIX}fix-{fingerprint}"


def _plan(
    incident: Incident, diagnosis: Diagnosis, proposal: Proposal, verified: VerifiedPatch
) -> PullRequestPlan:
    event = incident.event
    where = next((frame.function for frame in reversed(event.frames) if frame.in_app and frame.function), "")
    what = event.exception_type or event.message
    return PullRequestPlan(
        repository=verified.patch.repository,
        base_commit=verified.patch.commit,
        branch=branch_of(incident.fingerprint),
        title=cut(github_text.title(f"Fix {what} in {where}" if where else f"Fix {what}"), TITLE_LIMIT),
        body=_body(incident, diagnosis, proposal, verified),
        labels=LABELS,
        files=(*verified.patch.files, *_test_file(verified.reproduction)),
        proof=verified.proof.verdict,
    )


def _test_file(reproduction: Reproduction | None) -> tuple[FileChange, ...]:
    return (FileChange(reproduction.path, reproduction.code.encode()),) if reproduction else ()


def _body(incident: Incident, diagnosis: Diagnosis, proposal: Proposal, verified: VerifiedPatch) -> str:
    """Said first: who made it. Then cause, proof and the trace, all untrusted text made harmless."""
    trace = cut("\n".join(incident.event.lines), 4_000)
    parts = [
        messages.MACHINE_MADE,
        "## Cause",
        _cause(diagnosis),
        *_quotes(diagnosis),
        "## Proof",
        *_runs(verified),
        "## The logged error",
        messages.seen(
            incident.count,
            incident.first_seen,
            incident.last_seen,
            github_text.code(incident.event.log_group),
        ),
        github_text.fence(trace),
        f"Fingerprint: {github_text.code(incident.fingerprint)}. Base: {verified.patch.commit}.",
        messages.cost((*diagnosis.usage, *proposal.usage)),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _cause(diagnosis: Diagnosis) -> str:
    numbers = numbered(diagnosis.claims)
    return "\n".join(
        f"{github_text.line(claim.text)} " + " ".join(f"({numbers[span.id]})" for span in claim.citations)
        for claim in diagnosis.claims
    )


def _quotes(diagnosis: Diagnosis) -> list[str]:
    lines = [f"{number}. {_quote(span)}" for number, span in enumerate(cited(diagnosis.claims), start=1)]
    return ["\n".join(lines)] if lines else []


def _quote(span: Span) -> str:
    words = github_text.code(cut(span.text, QUOTE_LIMIT))
    if span.kind is SpanKind.LOG:
        return f"log: {words}"
    place = f"{span.source}:{span.line}" if span.line is not None else span.source
    address = f" {github_text.line(span.url, lambda url: url == span.url)}" if span.url else ""
    return f"{github_text.line(place)}{address}: {words}"


def _runs(verified: VerifiedPatch) -> list[str]:
    proof = verified.proof
    runs = [("Before the change", proof.red), ("With the change", proof.green)]
    lines = [f"- {name}: {_run(run)}" for name, run in runs if run is not None]
    lines += [
        f"- Newly failing tests: {len(proof.newly_red)}",
        f"- Sandbox: {github_text.line(proof.sandbox)}",
    ]
    if verified.reproduction:
        path = github_text.code(verified.reproduction.path)
        lines.append(f"- {path} reproduces the logged error; it is part of this pull request")
    return ["\n".join(lines)]


def _run(run: TestRun) -> str:
    return f"{github_text.code(run.command)}: {messages.verdict(run)}"
