"""What an engine is given, what it gives back, and nothing about who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol

Role = Literal["user", "assistant"]


class StopReason(StrEnum):
    """Why the text ends, in Bedrock's words."""

    END_TURN = "end_turn"
    MAX_TOKENS = "max_tokens"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question: turns alternate and begin and end with the user's.

    With `json_schema` the text of the answer is JSON of that schema (a JSON Schema object).
    """

    system: str
    turns: tuple[tuple[Role, str], ...]
    json_schema: Mapping[str, Any] | None
    max_tokens: int
    temperature: float
    top_p: float
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """The text, and what it cost in the engine's own tokens."""

    text: str
    input_tokens: int
    output_tokens: int
    stop_reason: StopReason


class Engine(Protocol):
    """A maker of text. `name` is llama, openai or extractive; `model` says which weights, if any."""

    @property
    def name(self) -> str:
        """The kind of engine."""

    @property
    def model(self) -> str:
        """The model behind it, for a reader."""

    def complete(self, prompt: Prompt) -> Completion:
        """The answer. Raises BedrockError, and never answers with a text of its own making."""

    def close(self) -> None:
        """Ends what is being written and lets go of the model; nothing may be asked afterwards."""
