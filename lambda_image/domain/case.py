"""A wrong answer, frozen: all that it was made of, and what people say would have been right."""

from __future__ import annotations

from dataclasses import dataclass

from lambda_image.domain.diagnosis import Confidence
from lambda_image.domain.notification import Basis


@dataclass(frozen=True, slots=True)
class Case:
    """One answer that can be given again without AWS and without the model that gave it.

    `basis` holds the log event, the retrieved passages, the code, all spans and the model's own answer, each
    redacted. `said` are the statements that were shown, with this `confidence`. `form` changes with the
    meaning of this record.
    """

    name: str
    basis: Basis
    said: tuple[str, ...]
    confidence: Confidence
    correction: str
    form: int = 1


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a case comes to today.

    Of the statements `said` so many are `still` said; `held` is the share of the correction's words that
    stand in what is said now, from 0 to 1.
    """

    said: tuple[str, ...]
    confidence: Confidence
    still: int
    held: float
