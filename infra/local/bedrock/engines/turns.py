"""One request at a time into an engine that has one processor, and a short queue before it."""

from __future__ import annotations

from threading import BoundedSemaphore, Lock

from infra.local.bedrock.engines.engine import Completion, Engine, Prompt
from infra.local.bedrock.errors import BedrockError

# Seconds that a request waits for its turn.
PATIENCE = 600.0


class OneAtATime:
    """The same engine behind a queue of `waiting` places."""

    def __init__(self, engine: Engine, waiting: int = 4) -> None:
        self._engine = engine
        self._places = BoundedSemaphore(1 + waiting)
        self._turn = Lock()

    @property
    def name(self) -> str:
        """The engine's own name."""
        return self._engine.name

    @property
    def model(self) -> str:
        """The engine's own model."""
        return self._engine.model

    def close(self) -> None:
        """Closes the engine; who still waits is answered by what a closed engine says."""
        self._engine.close()

    def complete(self, prompt: Prompt) -> Completion:
        """The engine's answer. Raises its errors, and ThrottlingException and ModelTimeoutException."""
        if not self._places.acquire(blocking=False):
            raise BedrockError("ThrottlingException", "Too many requests, please wait before trying again.")
        try:
            if not self._turn.acquire(timeout=PATIENCE):
                raise BedrockError(
                    "ModelTimeoutException", "The engine was busy with other requests for too long."
                )
            try:
                return self._engine.complete(prompt)
            finally:
                self._turn.release()
        finally:
            self._places.release()
