"""An engine's text as a Converse response, whole or as the events of a stream."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra.local.bedrock.engines.engine import Completion, StopReason
from infra.local.bedrock.errors import BedrockError

PIECE = re.compile(r"\s*\S+|\s+")
Event = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer and where it comes from; `tool` is set when the text is that tool's input."""

    completion: Completion
    tool: str | None
    engine: dict[str, str]
    latency_ms: int

    def __post_init__(self) -> None:
        """Raises ModelErrorException when a tool's input is not a JSON object."""
        if self._is_call:
            self._input()

    @property
    def _is_call(self) -> bool:
        """An answer that was cut is no call: its JSON is not whole, so it stays the text that it is."""
        return self.tool is not None and self.completion.stop_reason is not StopReason.MAX_TOKENS

    @property
    def _stop_reason(self) -> str:
        return "tool_use" if self._is_call else self.completion.stop_reason.value

    def _input(self) -> dict[str, Any]:
        try:
            value = json.loads(self.completion.text)
        except ValueError as broken:
            raise BedrockError(
                "ModelErrorException", f"The engine's answer is not JSON: {broken}"
            ) from broken
        if not isinstance(value, dict):
            raise BedrockError("ModelErrorException", "The engine's answer is not a JSON object.")
        return value

    def _metadata(self) -> dict[str, Any]:
        used = self.completion
        usage = {
            "inputTokens": used.input_tokens,
            "outputTokens": used.output_tokens,
            "totalTokens": used.input_tokens + used.output_tokens,
        }
        return {"usage": usage, "metrics": {"latencyMs": self.latency_ms}}

    def response(self) -> dict[str, Any]:
        """The body of a Converse response."""
        block: dict[str, Any] = {"text": self.completion.text}
        if self._is_call:
            block = {"toolUse": {"toolUseId": _tool_use_id(), "name": self.tool, "input": self._input()}}
        return {
            "output": {"message": {"role": "assistant", "content": [block]}},
            "stopReason": self._stop_reason,
            "additionalModelResponseFields": {"engine": self.engine},
            **self._metadata(),
        }

    def events(self) -> Iterator[Event]:
        """The events of a ConverseStream response, in their order."""
        at = {"contentBlockIndex": 0}
        yield "messageStart", {"role": "assistant"}
        if self._is_call:
            use = {"toolUseId": _tool_use_id(), "name": self.tool}
            yield "contentBlockStart", {"start": {"toolUse": use}, **at}
        for piece in PIECE.findall(self.completion.text):
            delta = {"toolUse": {"input": piece}} if self._is_call else {"text": piece}
            yield "contentBlockDelta", {"delta": delta, **at}
        yield "contentBlockStop", at
        fields = {"engine": self.engine}
        yield "messageStop", {"stopReason": self._stop_reason, "additionalModelResponseFields": fields}
        yield "metadata", self._metadata()


def _tool_use_id() -> str:
    return f"tooluse_{uuid.uuid4().hex[:22]}"
