"""A question to a model, and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from lambda_image.domain.diagnosis import Usage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question to a model: instructions, and the text that holds all untrusted data, fenced.

    `version` is the hash of the template that it was rendered from.
    """

    name: str
    system: str
    user: str
    max_tokens: int
    version: str = ""


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """A model's answer and what it cost."""

    value: T
    usage: Usage
