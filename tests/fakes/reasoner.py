"""A reasoner that answers by plain functions of the test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import TypeAdapter

from lambda_image.domain.diagnosis import Usage
from lambda_image.domain.prompt import Answered, Prompt

T = TypeVar("T")


class ScriptedReasoner:
    """Implements `Reasoner`: `ask` gives the data of a typed answer, `write` a text; prompts are kept."""

    def __init__(
        self,
        ask: Callable[[Prompt], Any] | None = None,
        write: Callable[[Prompt], str] | None = None,
    ) -> None:
        self.prompts: list[Prompt] = []
        self._ask = ask
        self._write = write

    def ask(self, prompt: Prompt, into: type[T]) -> Answered[T]:
        """See `Reasoner.ask`; data that does not fit the type fails the test."""
        assert self._ask, f"no typed answer was scripted for {prompt.name}"
        self.prompts.append(prompt)
        return Answered(TypeAdapter(into).validate_python(self._ask(prompt)), _usage(prompt))

    def write(self, prompt: Prompt) -> Answered[str]:
        """See `Reasoner.write`."""
        assert self._write, f"no text was scripted for {prompt.name}"
        self.prompts.append(prompt)
        return Answered(self._write(prompt), _usage(prompt))


def _usage(prompt: Prompt) -> Usage:
    return Usage(prompt.name, "scripted", len(prompt.user) // 4, 10, 0.1)
