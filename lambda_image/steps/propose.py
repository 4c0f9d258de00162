"""The repair loop: a reproduction first, then edits, each held against the proof, within bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TypeVar

from lambda_image.domain.diagnosis import Diagnosis, Usage
from lambda_image.domain.errors import (
    AnswerMalformed,
    DeadlineNear,
    EvidenceUnavailable,
    PatchRefused,
    PermanentError,
)
from lambda_image.domain.evidence import Revision, SourceExcerpt
from lambda_image.domain.incident import Incident
from lambda_image.domain.patch import Attempt, Patch, Proof, Proposal, Reproduction, VerifyRequest
from lambda_image.domain.prompt import Prompt
from lambda_image.ports import Reasoner, Repository, Verifier
from lambda_image.prompts import render
from lambda_image.prompts.fence import neutralise
from lambda_image.steps.apply import make_patch
from lambda_image.steps.context import context, enclosing, locate, path_of
from lambda_image.steps.reproduce import read_reproduction
from lambda_image.steps.verify import PROVED, certify

T = TypeVar("T")

CODE_TOKENS = 3_000
# A file up to this size is asked for whole, which small models can do; of a larger one only edits are asked.
WHOLE_FILE_LINES, WHOLE_FILE_CHARACTERS = 150, 12_000
CONTEXT_LINES = 3


@dataclass(frozen=True, slots=True)
class Workbench:
    """What a repair is made with, and how often: `attempts` for the reproduction and again for the patch.

    `test_command` takes the place of the tests that are found in the repository.
    """

    source: Repository | None
    reasoner: Reasoner
    verifier: Verifier | None
    attempts: int = 3
    test_command: str | None = None


@dataclass(slots=True)
class _Case:
    """One repair under way: what it works on, and what it has learnt and spent so far."""

    incident: Incident
    source: Repository
    verifier: Verifier
    reasoner: Reasoner
    limit: int
    revision: Revision
    file: str
    function: str
    excerpts: tuple[SourceExcerpt, ...]
    whole: bool
    archive: bytes
    test_command: str | None
    attempts: list[Attempt] = field(default_factory=list)
    usage: list[Usage] = field(default_factory=list)
    last: tuple[Patch, Proof | None] | None = None

    @property
    def log(self) -> str:
        """The error's lines without caret lines, after the last lines that stood before it."""
        event = self.incident.event
        lines = [line for line in event.lines if line.strip(" ~^")]
        return "\n".join((*event.context[-CONTEXT_LINES:], *lines))

    def request(self, patch: Patch | None, reproduction: Reproduction | None) -> VerifyRequest:
        """What is to be proved."""
        return VerifyRequest(
            archive=self.archive,
            patch=patch,
            reproduction=reproduction,
            trace="\n".join(self.incident.event.lines),
            exception_type=self.incident.event.exception_type,
            test_command=self.test_command,
        )

    def failed(self, diff: str, *reasons: str) -> None:
        """Note an attempt that was not enough."""
        self.attempts.append(Attempt(len(self.attempts) + 1, diff, reasons))


def propose(incident: Incident, diagnosis: Diagnosis, bench: Workbench) -> Proposal:
    """A verified patch, or what was tried. Raises TransientError where trying again may help."""
    if bench.source is None or bench.verifier is None or not diagnosis.claims:
        return Proposal(None)
    try:
        case = _opened(incident, bench, bench.source, bench.verifier)
    except EvidenceUnavailable as error:
        return Proposal(None, (Attempt(1, "", (str(error),)),))
    if case is None:
        return Proposal(None, (Attempt(1, "", ("no line of the trace stands in the repository",)),))
    try:
        return _repaired(case)
    except (AnswerMalformed, DeadlineNear, PermanentError) as error:
        case.failed("", str(error))
        return _given_up(case)


def _opened(incident: Incident, bench: Workbench, source: Repository, verifier: Verifier) -> _Case | None:
    event = incident.event
    revision = source.revision(event.log_group)
    files = source.files(revision)
    own = [
        (frame, file) for frame in event.frames if frame.in_app and (file := locate(path_of(frame), files))
    ]
    if not own:
        return None
    frame, file = own[-1]
    text = source.read(revision, file).decode("utf-8", "replace")
    small = text.count("\n") <= WHOLE_FILE_LINES and len(text) <= WHOLE_FILE_CHARACTERS
    whole = small and neutralise(text) == text
    around = enclosing(text, frame.line or 1)
    function = around.name if around else (frame.function or "").rpartition(".")[2]
    if whole:
        excerpts: tuple[SourceExcerpt, ...] = (
            SourceExcerpt(file, 1, text.count("\n") + 1, function, "raised the error", text),
        )
    else:
        excerpts = context(event, revision, source, CODE_TOKENS)
    return _Case(
        incident=incident,
        source=source,
        verifier=verifier,
        reasoner=bench.reasoner,
        limit=bench.attempts,
        revision=revision,
        file=file,
        function=function,
        excerpts=excerpts,
        whole=whole,
        archive=source.archive(revision),
        test_command=bench.test_command,
    )


def _repaired(case: _Case) -> Proposal:
    reproduction = _reproduction(case)
    if reproduction:
        case.attempts.clear()
    for _ in range(case.limit):
        prompt = render(
            "mend",
            excerpts=case.excerpts,
            file=case.file,
            whole=case.whole,
            log=case.log,
            test=reproduction.code if reproduction else "",
            attempts=[_told(attempt) for attempt in case.attempts[-1:]],
        )
        patch = _tried(case, prompt, lambda text: make_patch(text, case.revision, case.source, (case.file,)))
        if patch is None:
            continue
        proof = case.verifier.prove(case.request(patch, reproduction))
        case.last = (patch, proof)
        if proof.verdict == PROVED:
            verified = certify(patch, proof, reproduction)
            return Proposal(verified, tuple(case.attempts), patch.diff, proof, tuple(case.usage))
        case.failed(patch.diff, *proof.reasons)
        if reproduction is None:
            break
    return _given_up(case)


def _reproduction(case: _Case) -> Reproduction | None:
    """A test seen to fail for the logged reason; None when the tests do so already, or none was found."""
    if case.test_command or case.verifier.prove(case.request(None, None)).verdict == PROVED:
        return None
    if not case.file.endswith(".py"):
        return None
    path = f"tests/test_{case.incident.fingerprint.replace('-', '_')}.py"
    module = ".".join(PurePosixPath(case.file).with_suffix("").parts)
    for _ in range(case.limit):
        prompt = render(
            "reproduce",
            excerpts=case.excerpts,
            log=case.log,
            function=case.function,
            module=module,
            attempts=[_told(attempt) for attempt in case.attempts[-1:]],
        )
        found = _tried(case, prompt, lambda text: read_reproduction(text, path, case.function))
        if found is None:
            continue
        proof = case.verifier.prove(case.request(None, found))
        if proof.verdict == PROVED:
            return found
        case.failed(found.code, *proof.reasons)
    return None


def _tried(case: _Case, prompt: Prompt, read: Callable[[str], T]) -> T | None:
    """One answer of the model, read; a refused one is noted with its reasons."""
    answered = case.reasoner.write(prompt)
    case.usage.append(replace(answered.usage, stage=prompt.name))
    try:
        return read(answered.value)
    except PatchRefused as refused:
        case.failed(answered.value, *refused.reasons)
        return None


def _told(attempt: Attempt) -> str:
    return f"{attempt.diff}\nIt was refused: {'; '.join(attempt.reasons)}"


def _given_up(case: _Case) -> Proposal:
    patch, proof = case.last or (None, None)
    return Proposal(None, tuple(case.attempts), patch.diff if patch else None, proof, tuple(case.usage))
