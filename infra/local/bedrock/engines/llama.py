"""llama.cpp in this process, through the xllamacpp binding: a GGUF file and the processor's cores."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any

from infra.local.bedrock.engines.engine import Completion, Prompt, StopReason
from infra.local.bedrock.engines.openai import chat_request
from infra.local.bedrock.errors import TOO_LONG, BedrockError, invalid

ERRORS_ONLY = 0  # llama.cpp's verbosity; every refused prompt would otherwise be a line on standard error


@dataclass(frozen=True, slots=True)
class LlamaOptions:
    """`context` is in tokens, prompt and answer together; `seconds` bounds one answer."""

    context: int = 8192
    threads: int | None = None
    seconds: float = 900


@dataclass(slots=True)
class _Writing:
    """What has come so far; llama.cpp calls it with each piece and stops when it says True."""

    deadline: float
    closing: Event
    text: list[str] = field(default_factory=list)
    last: dict[str, Any] = field(default_factory=dict)
    error: Mapping[str, Any] | None = None
    finish: str | None = None
    late: bool = False

    def __call__(self, piece: Any) -> bool:
        for each in piece if isinstance(piece, list) else [piece]:
            self._take(each)
        self.late = time.monotonic() > self.deadline
        return self.late or self.closing.is_set()

    def _take(self, piece: dict[str, Any]) -> None:
        self.error = self.error or piece.get("error")
        for choice in piece.get("choices", ()):
            self.text.append(choice.get("delta", {}).get("content") or "")
            self.finish = choice.get("finish_reason") or self.finish
        self.last.update({key: piece[key] for key in ("usage", "timings") if piece.get(key)})


class LlamaEngine:
    """A GGUF model, one answer at a time. Loading takes seconds, and as much memory as the file is large.

    To be closed: an interpreter that ends while llama.cpp writes is aborted.
    """

    name = "llama"

    def __init__(self, weights: Path, model: str | None = None, options: LlamaOptions | None = None) -> None:
        self.model = model or weights.stem
        self._options = options or LlamaOptions()
        self._server = _load(weights, self._options)
        self._turn = Lock()
        self._closing = Event()

    def close(self) -> None:
        """Stops at the next token, waits until that has come, and frees the memory."""
        self._closing.set()
        with self._turn:
            self._server = None

    def complete(self, prompt: Prompt) -> Completion:
        """The model's text. Raises ValidationException, ModelTimeoutException or ModelErrorException."""
        request = chat_request(prompt) | {"stream": True, "stream_options": {"include_usage": True}}
        with self._turn:
            if self._server is None:
                raise BedrockError("ModelNotReadyException", "The engine has been closed.")
            writing = _Writing(time.monotonic() + self._options.seconds, self._closing)
            try:
                self._server.handle_chat_completions(request, writing)
            except (ValueError, RuntimeError) as refused:
                raise invalid(f"llama.cpp refused the request: {refused}") from refused
        return _completion(writing, self._options.seconds)


def _load(weights: Path, options: LlamaOptions) -> Any:
    """llama.cpp's server object. Raises ModelNotReadyException when the binding or the file is missing."""
    if not weights.is_file():
        raise BedrockError("ModelNotReadyException", f"There is no model file {weights}.")
    try:
        import xllamacpp  # noqa: PLC0415 - 100 MB that only this engine needs
    except ImportError as missing:
        raise BedrockError("ModelNotReadyException", "The package xllamacpp is not installed.") from missing
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.n_ctx = options.context
    params.n_parallel = 1
    params.cpuparams.n_threads = options.threads or os.cpu_count() or 2
    params.cpuparams.poll = 0  # waiting threads sleep; others use these cores too
    params.cache_ram_mib = 0
    params.warmup = False
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = ERRORS_ONLY
    try:
        return xllamacpp.Server(params)
    except RuntimeError as broken:
        raise BedrockError("ModelErrorException", f"llama.cpp cannot load {weights}: {broken}") from broken


def _completion(writing: _Writing, seconds: float) -> Completion:
    """What was written, or the error that it amounts to."""
    if writing.error:
        if writing.error.get("type") == "exceed_context_size_error":
            raise invalid(TOO_LONG)
        raise BedrockError("ModelErrorException", f"llama.cpp: {writing.error.get('message')}")
    if writing.finish is None:
        if writing.late:
            raise BedrockError("ModelTimeoutException", f"No complete answer within {seconds:g} seconds.")
        raise BedrockError("ModelErrorException", "llama.cpp stopped without an answer.")
    usage = writing.last.get("usage", {})
    return Completion(
        text="".join(writing.text),
        input_tokens=usage.get("prompt_tokens", 0),
        output_tokens=usage.get("completion_tokens", 0),
        stop_reason=StopReason.MAX_TOKENS if writing.finish == "length" else StopReason.END_TURN,
    )
