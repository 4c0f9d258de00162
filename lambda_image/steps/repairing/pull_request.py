"""What a pull request says: who made it, then all that a reviewer needs, every text made harmless."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lambda_image.domain.aftermath import Fix
from lambda_image.domain.audit import ModelPrice
from lambda_image.domain.card import words
from lambda_image.domain.diagnosis import Claim, Diagnosis
from lambda_image.domain.evidence import Span, SpanKind
from lambda_image.domain.gate import Verdict
from lambda_image.domain.incident import Incident
from lambda_image.domain.notification import Outcome
from lambda_image.domain.patch import Proposal, TestRun, VerifiedPatch
from lambda_image.steps.answering.quotes import cited, lifted, numbered
from lambda_image.steps.words import aftermath_words, gate_words, github_text, hit_words, messages
from lambda_image.steps.words.escape import is_web
from lambda_image.steps.words.length import cut

QUOTE_LIMIT = 300
TRACE_LIMIT = 4_000


@dataclass(frozen=True, slots=True)
class Found:
    """All that a pull request rests on, the prices of the models, and the pull request before this one."""

    incident: Incident
    diagnosed: Outcome
    proposal: Proposal
    verdict: Verdict
    prices: tuple[ModelPrice, ...] = ()
    before: Fix | None = None


def body(found: Found, verified: VerifiedPatch) -> str:
    """Machine-made, cause, evidence, the commit that last touched the line, proof, risk, log, and price."""
    incident, diagnosis, say = found.incident, found.diagnosed.diagnosis, messages.english()
    group = github_text.code(incident.event.log_group)
    parts = [
        messages.MACHINE_MADE,
        _before(found.before),
        "## Cause",
        _cause(diagnosis),
        "## Evidence",
        *_quotes(diagnosis),
        _blamed(found.diagnosed),
        "## Proof",
        *_runs(verified),
        "## Risk",
        *_risks(found.verdict),
        "## The logged error",
        words(hit_words.seen(say, incident.count, (incident.first_seen, incident.last_seen), group)),
        github_text.fence(cut("\n".join(incident.event.lines), TRACE_LIMIT)),
        f"Fingerprint: {github_text.code(incident.fingerprint)}. Base: {verified.patch.commit}.",
        words(messages.cost(say, (*diagnosis.usage, *found.proposal.usage), found.prices)),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _before(fix: Fix | None) -> str:
    """What became of the one before."""
    if fix is None:
        return ""
    url = github_text.line(fix.pull.url, lambda url: url == fix.pull.url)
    return aftermath_words.before(fix, url)


def _blamed(diagnosed: Outcome) -> str:
    """The commit that last touched the failing line, if the evidence has it."""
    evidence = diagnosed.basis.evidence if diagnosed.basis else None
    if evidence is None or not evidence.changes:
        return ""
    last = evidence.changes[0]
    author, subject = github_text.line(last.author), github_text.line(cut(last.subject, QUOTE_LIMIT))
    commit = github_text.code(last.commit[:12])
    return words(messages.touched(messages.english(), commit, author, last.timestamp, subject))


def _risks(verdict: Verdict) -> list[str]:
    return ["\n".join(f"- {github_text.line(risk)}" for risk in (*verdict.risks, gate_words.CHECKS_ONLY))]


def _cause(diagnosis: Diagnosis) -> str:
    numbers = numbered(diagnosis.claims)
    return "\n".join(
        f"{_said(claim)} " + " ".join(f"({numbers[span.id]})" for span in claim.citations)
        for claim in diagnosis.claims
    )


def _said(claim: Claim) -> str:
    """What was copied from the log, a page or the code is seen to be their words."""
    copied = lifted(replace(claim, said="")) is not None
    return github_text.code(claim.text) if copied else github_text.line(claim.text)


def _quotes(diagnosis: Diagnosis) -> list[str]:
    lines = [f"{number}. {_quote(span)}" for number, span in enumerate(cited(diagnosis.claims), start=1)]
    return ["\n".join(lines)] if lines else []


def _quote(span: Span) -> str:
    quote = github_text.code(cut(span.text, QUOTE_LIMIT))
    if span.kind is SpanKind.LOG:
        return f"log: {quote}"
    place = f"{span.source}:{span.line}" if span.line is not None else span.source
    url = span.url if span.url and is_web(span.url) else ""
    address = f" {github_text.line(url, lambda known: known == url)}" if url else ""
    return f"{github_text.line(place)}{address}: {quote}"


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
    return f"{github_text.code(run.command)}: {words(messages.verdict(messages.english(), run))}"
