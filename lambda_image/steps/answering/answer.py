"""The form of a diagnosis as the model must give it: only ids of spans that it was shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from lambda_image.domain.diagnosis import Fault
from lambda_image.domain.evidence import Span

CLAIM_LENGTH = 300
# Of the same claim in another language.
SAID_LENGTH = 600
CLOSED = ConfigDict(extra="forbid")


def answer_type(shown: Sequence[Span], *, translated: bool = False) -> type[BaseModel]:
    """A pydantic type that admits only the ids of these spans; `translated` claims are said twice."""
    claim: Any = _claim(shown, translated=translated)
    faults: Any = Literal[tuple(fault.value for fault in Fault)]
    return create_model(
        "Diagnosis",
        __config__=CLOSED,
        __doc__="What broke and why, with the evidence for each statement.",
        claims=(list[claim], Field(min_length=1, max_length=3)),
        fault=(faults, ...),
        steps=_steps_field(tuple(span.id for span in shown if span.step)),
    )


def reply_type(shown: Sequence[Span], *, translated: bool = False) -> type[BaseModel]:
    """The same for the answer to a question, which may be that there is none."""
    claim: Any = _claim(shown, translated=translated)
    return create_model(
        "Reply",
        __config__=CLOSED,
        __doc__="What answers the question, with the evidence for each statement.",
        claims=(list[claim], Field(max_length=3)),
    )


def _claim(shown: Sequence[Span], *, translated: bool) -> Any:
    ids: Any = Literal[tuple(span.id for span in shown)]
    said: Any = {"said": (str, Field(default="", max_length=SAID_LENGTH))} if translated else {}
    return create_model(
        "Claim",
        __config__=CLOSED,
        **said,
        text=(str, Field(min_length=1, max_length=CLAIM_LENGTH)),
        spans=(list[ids], Field(min_length=1, max_length=4)),
    )


def _steps_field(ids: tuple[str, ...]) -> Any:
    """Up to five of the ids; with none to choose from the list is empty, whatever the model says."""
    if ids:
        chosen: Any = Literal[ids]
        return (list[chosen], Field(max_length=5))
    return (Annotated[list[str], Field(json_schema_extra={"maxItems": 0})], ...)
