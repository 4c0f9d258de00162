"""What the model said, and what is left of it once every statement was held against its source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lambda_image.domain.evidence import Gap, Span


class Fault(StrEnum):
    """Where the fault lies, in the model's opinion; only CODE leads to a repair."""

    CODE = "code"
    CONFIGURATION = "configuration"
    DEPENDENCY = "dependency"
    CAPACITY = "capacity"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """Decided by rules over the verified citations, never by the model."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Usage:
    """What one stage cost. Tokens are as the endpoint counted them; `engine` names who answered."""

    stage: str
    engine: str
    input_tokens: int
    output_tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """A statement of the model and the span ids it cites; not yet believed.

    `said` is the same statement in the language of the card, where that is not English.
    """

    text: str
    span_ids: tuple[str, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class DiagnosisDraft:
    """The model's answer, well-formed and unchecked. `step_ids` are spans of passages.

    `prompt` is the name and version of the template that it answers, as name@version.
    """

    claims: tuple[DraftClaim, ...]
    fault: Fault
    step_ids: tuple[str, ...]
    usage: tuple[Usage, ...]
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement whose spans exist and hold every name and number in it.

    `said` is what people read of it in another language; empty where it is not known to say the same.
    """

    text: str
    citations: tuple[Span, ...]
    said: str = ""

    @property
    def told(self) -> str:
        """The statement in the language of the card."""
        return self.said or self.text


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What may be shown. Built by `steps.answering.check` alone; no claims means "not known"."""

    claims: tuple[Claim, ...]
    fault: Fault
    confidence: Confidence
    steps: tuple[Span, ...]
    dropped: tuple[str, ...]
    gaps: tuple[Gap, ...]
    usage: tuple[Usage, ...]
