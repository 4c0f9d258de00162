"""The repair loop: a reproduction first, then edits, each held against the proof, within bounds.

The ladder: the models that answer everything try first; where they end without a proof, and only then, the
model for hard repairs, if one is set. What each did stands in the attempts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from lambda_image.domain.audit import ModelPrice
from lambda_image.domain.diagnosis import Diagnosis
from lambda_image.domain.errors import (
    AnswerMalformed,
    DeadlineNear,
    EvidenceUnavailable,
    PatchRefused,
    PermanentError,
)
from lambda_image.domain.incident import Incident
from lambda_image.domain.patch import Attempt, Bounds, Patch, Proposal, Reproduction
from lambda_image.domain.prompt import Prompt
from lambda_image.ports import Reasoner, Repository, Verifier
from lambda_image.prompts import render
from lambda_image.steps.editing.paths import ANY_PATH, PathPolicy
from lambda_image.steps.proof.languages import runner_of
from lambda_image.steps.proof.telling import excerpt
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.repairing.apply import make_patch
from lambda_image.steps.repairing.propose_case import Case, opened
from lambda_image.steps.repairing.reproduce import read_reproduction
from lambda_image.steps.repairing.verify import PROVED, certify

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Terms:
    """How a repair may be made, and how much it may cost.

    `larger` is asked where the first models came to no proof. `test_command` takes the place of the tests
    that are found in the repository.
    """

    bounds: Bounds = field(default_factory=Bounds)
    test_command: str | None = None
    larger: Reasoner | None = None
    prices: tuple[ModelPrice, ...] = ()
    paths: PathPolicy = ANY_PATH


TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Workbench:
    """What a repair is made with."""

    source: Repository | None
    reasoner: Reasoner
    verifier: Verifier | None
    terms: Terms = field(default_factory=Terms)


def propose(incident: Incident, diagnosis: Diagnosis, bench: Workbench) -> Proposal:
    """A verified patch, or what was tried. Raises TransientError where trying again may help."""
    if bench.source is None or bench.verifier is None or not diagnosis.claims:
        return Proposal(None)
    terms = bench.terms
    try:
        case = opened(incident, bench.source, bench.verifier, terms.bounds, terms.prices)
    except EvidenceUnavailable as error:
        return Proposal(None, (Attempt(1, "", (str(error),)),))
    if case is None:
        return Proposal(None, (Attempt(1, "", ("no line of the trace stands in the repository",)),))
    case.test_command, case.paths = terms.test_command, terms.paths
    try:  # before anything is asked about a file that may not be changed
        case.paths.check(case.file, (case.file,), None)
    except PatchRefused as refused:
        return Proposal(None, (Attempt(1, "", refused.reasons),))
    try:
        return _repaired(case, [each for each in (bench.reasoner, terms.larger) if each])
    except (AnswerMalformed, DeadlineNear, PermanentError) as error:
        case.failed("", str(error))
        return _given_up(case)


def _repaired(case: Case, ladder: list[Reasoner]) -> Proposal:
    """Each model in turn: a reproduction, unless the tests fail for the logged reason already; then edits."""
    shown = bool(case.test_command) or _tests_fail(case)
    reproduction = None
    for step, reasoner in enumerate(ladder):
        if step:
            case.failed("", "no proof so far: the model for hard repairs is asked")
        if not shown and reproduction is None and case.can_reproduce:
            reproduction = _reproduction(case, reasoner)
        # Without either a single edit is still shown to people, as a suggestion.
        if shown or reproduction or reasoner is ladder[-1]:
            proposal = _mended(case, reasoner, reproduction, tries=1 if not (shown or reproduction) else 0)
            if proposal:
                return proposal
    return _given_up(case)


def _tests_fail(case: Case) -> bool:
    proof = case.prove(None, None)
    if proof.gaps:
        case.can_reproduce = False
        case.failed("", *proof.reasons)
    return proof.verdict == PROVED


def _mended(case: Case, reasoner: Reasoner, reproduction: Reproduction | None, tries: int) -> Proposal | None:
    """A proposal with a proof, or None after the attempts: `tries` of them, 0 for as many as are allowed."""
    for _ in range(tries or case.bounds.attempts):
        prompt = render(
            "mend",
            excerpts=case.excerpts,
            file=case.file,
            whole=case.whole,
            log=case.log,
            test=reproduction.code if reproduction else "",
            attempts=case.told,
        )
        patch = _tried(case, reasoner, prompt, lambda text: _patch(case, text))
        if patch is None:
            continue
        proof = case.prove(patch, reproduction)
        case.last = (patch, proof)
        if proof.verdict == PROVED:
            verified = certify(patch, proof, reproduction)
            return Proposal(verified, tuple(case.attempts), patch.diff, proof, tuple(case.usage))
        case.failed(patch.diff, *proof.reasons, output=excerpt(proof.green or proof.red))
    return None


def _reproduction(case: Case, reasoner: Reasoner) -> Reproduction | None:
    """A test seen to fail for the logged reason, or None."""
    runner = runner_of(case.file)
    asked = (
        runner.asked(Tree.of(case.archive), case.file, case.function, case.incident.fingerprint)
        if runner and case.function
        else None
    )
    if asked is None:
        case.failed("", f"no test can be written for {case.file} here that stands by itself")
        return None
    for _ in range(case.bounds.attempts):
        prompt = render("reproduce", excerpts=case.excerpts, log=case.log, asked=asked, attempts=case.told)
        found = _tried(case, reasoner, prompt, lambda text: read_reproduction(text, asked))
        if found is None:
            continue
        proof = case.prove(None, found)
        if proof.verdict == PROVED:
            case.attempts.clear()
            return found
        case.failed(found.code, *proof.reasons, output=excerpt(proof.red))
    return None


def _tried(case: Case, reasoner: Reasoner, prompt: Prompt, read: Callable[[str], T]) -> T | None:
    """One answer, read; a refused one is noted with its reasons. Raises PermanentError at a bound."""
    case.hold()
    answered = reasoner.write(prompt)
    case.paid(answered.usage, prompt.name)
    try:
        return read(case.written(answered.value))
    except PatchRefused as refused:
        case.failed(answered.value, *refused.reasons)
        return None


def _given_up(case: Case) -> Proposal:
    patch, proof = case.last or (None, None)
    return Proposal(None, tuple(case.attempts), patch.diff if patch else None, proof, tuple(case.usage))


def _patch(case: Case, answer: str) -> Patch:
    return make_patch(answer, case.revision, case.source, (case.file,), case.paths)
