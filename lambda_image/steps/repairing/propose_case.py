"""One repair under way: what it works on, what was tried, and what it has spent of what it may."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lambda_image.domain.audit import ModelPrice
from lambda_image.domain.diagnosis import Usage
from lambda_image.domain.errors import PermanentError
from lambda_image.domain.evidence import Revision, SourceExcerpt
from lambda_image.domain.incident import Incident
from lambda_image.domain.patch import Attempt, Bounds, Patch, Proof, Reproduction, VerifyRequest
from lambda_image.domain.prices import price
from lambda_image.ports import Repository, Verifier
from lambda_image.prompts.fence import as_written, neutralise
from lambda_image.steps.answering.context import context
from lambda_image.steps.code.outline import enclosing
from lambda_image.steps.code.places import locate, path_of
from lambda_image.steps.editing.paths import ANY_PATH, PathPolicy

CODE_TOKENS = 3_000
# A file up to this size is asked for whole, which small models can do; of a larger one only edits are asked.
WHOLE_FILE_LINES, WHOLE_FILE_CHARACTERS = 150, 12_000
CONTEXT_LINES = 3
_NAME = re.compile(r"[\w$]{1,100}[?!]?")


@dataclass(slots=True)
class Case:
    """What a repair works on, and what it has learnt and spent so far."""

    incident: Incident
    source: Repository
    verifier: Verifier
    bounds: Bounds
    prices: tuple[ModelPrice, ...]
    revision: Revision
    file: str
    function: str
    excerpts: tuple[SourceExcerpt, ...]
    whole: bool
    archive: bytes
    test_command: str | None = None
    paths: PathPolicy = ANY_PATH
    can_reproduce: bool = True
    attempts: list[Attempt] = field(default_factory=list)
    usage: list[Usage] = field(default_factory=list)
    tested: float = 0.0
    last: tuple[Patch, Proof | None] | None = None

    @property
    def log(self) -> str:
        """The error's lines without caret lines, after the last lines that stood before it."""
        event = self.incident.event
        lines = [line for line in event.lines if line.strip(" ~^")]
        return "\n".join((*event.context[-CONTEXT_LINES:], *lines))

    @property
    def told(self) -> list[str]:
        """The last attempt as a model is told of it: what was written, why it was refused, what was said."""
        tried = [each for each in self.attempts if each.diff][-1:]
        return [
            f"{each.diff}\nIt was refused: {'; '.join(each.reasons)}\n{each.output}".strip() for each in tried
        ]

    def written(self, answer: str) -> str:
        """An answer with the code as it stands in the files: a prompt shows `List&lt;User>`."""
        changed = not self.whole and not any("&lt;" in each.text for each in self.excerpts)
        return as_written(answer) if changed else answer

    def prove(self, patch: Patch | None, reproduction: Reproduction | None) -> Proof:
        """What the verifier finds; its seconds are counted."""
        request = VerifyRequest(
            archive=self.archive,
            patch=patch,
            reproduction=reproduction,
            trace="\n".join(self.incident.event.lines),
            exception_type=self.incident.event.exception_type,
            test_command=self.test_command,
        )
        proof = self.verifier.prove(request)
        self.tested += sum(run.seconds for run in (proof.red, proof.green) if run)
        return proof

    def paid(self, usage: Usage, stage: str) -> None:
        """Note what an answer cost."""
        self.usage.append(replace(usage, stage=stage))

    def hold(self) -> None:
        """Raises PermanentError where the next question would go beyond what this repair may cost."""
        bounds = self.bounds
        tokens = sum(each.input_tokens + each.output_tokens for each in self.usage)
        seconds = sum(each.seconds for each in self.usage) + self.tested
        if bounds.tokens and tokens >= bounds.tokens:
            raise PermanentError(f"the repair was stopped after {tokens} tokens, {bounds.tokens} are allowed")
        if bounds.seconds and seconds >= bounds.seconds:
            raise PermanentError(
                f"the repair was stopped after {seconds:.0f} s, {bounds.seconds} are allowed"
            )
        usd = price(self.usage, self.prices)
        if bounds.usd and usd is not None and usd >= bounds.usd:
            raise PermanentError(f"the repair was stopped after {usd:.2f} USD, {bounds.usd:.2f} are allowed")

    def failed(self, diff: str, *reasons: str, output: str = "") -> None:
        """Note an attempt that was not enough."""
        self.attempts.append(Attempt(len(self.attempts) + 1, diff, reasons, output))


def opened(
    incident: Incident, source: Repository, verifier: Verifier, bounds: Bounds, prices: tuple[ModelPrice, ...]
) -> Case | None:
    """The case of an incident; None where no frame stands in the repository. Raises EvidenceUnavailable."""
    event = incident.event
    revision = source.revision(event.log_group, event.log_stream)
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
    around = enclosing(file, text, frame.line or 1)
    function = around.name if around else _last_name(frame.function or "", text)
    if whole:
        excerpts: tuple[SourceExcerpt, ...] = (
            SourceExcerpt(file, 1, text.count("\n") + 1, function, "raised the error", text),
        )
    else:
        excerpts = context(event, revision, source, CODE_TOKENS)
    return Case(
        incident=incident,
        source=source,
        verifier=verifier,
        bounds=bounds,
        prices=prices,
        revision=revision,
        file=file,
        function=function,
        excerpts=excerpts,
        whole=whole,
        archive=source.archive(revision),
    )


def _last_name(function: str, text: str) -> str:
    """`Shop.mean` is mean; so are `shop::mean` of Rust and `Shop->mean` of PHP. What is no name is none.

    A log says what a function is called, and a prompt says it outside of its fences: so the file has it too.
    """
    name = function.replace("::", ".").replace("->", ".").rpartition(".")[2]
    there = _NAME.fullmatch(name) and re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text)
    return name if there else ""
