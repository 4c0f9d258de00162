"""Models, runbooks and the verifier, each followed by a span and counted. No text of any of them is told.

The names are OpenTelemetry's for generative AI. Its package marks its own as deprecated since they moved to a
repository of their own, so they stand here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from lambda_image.domain.diagnosis import Usage
from lambda_image.domain.errors import BudgetExceeded, TracemendError
from lambda_image.domain.evidence import KnowledgeQuery, Passage
from lambda_image.domain.patch import Proof, VerifyRequest
from lambda_image.domain.prompt import Answered, Prompt
from lambda_image.observing import work
from lambda_image.ports import Knowledge, Reasoner, Verifier
from lambda_image.tracing import Attributes, Span

T = TypeVar("T")

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
BEDROCK = "aws.bedrock"
REQUEST_MODEL = "gen_ai.request.model"
REQUEST_MAX_TOKENS = "gen_ai.request.max_tokens"
RESPONSE_MODEL = "gen_ai.response.model"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
PROMPT_NAME = "gen_ai.prompt.name"
DATA_SOURCE = "gen_ai.data_source.id"
ERROR_TYPE = "error.type"


class TracedReasoner:
    """Implements `Reasoner` by another; `model` is the first that it asks."""

    def __init__(self, inner: Reasoner, model: str) -> None:
        self._inner = inner
        self._model = model

    def ask(self, prompt: Prompt, into: type[T]) -> Answered[T]:
        """See `Reasoner.ask`."""
        with self._asking(prompt) as span:
            answered = self._inner.ask(prompt, into)
            _spent(span, answered.usage)
            return answered

    def write(self, prompt: Prompt) -> Answered[str]:
        """See `Reasoner.write`."""
        with self._asking(prompt) as span:
            answered = self._inner.write(prompt)
            _spent(span, answered.usage)
            return answered

    @contextmanager
    def _asking(self, prompt: Prompt) -> Iterator[Span]:
        asked: Attributes = {
            OPERATION: "chat",
            PROVIDER: BEDROCK,
            REQUEST_MODEL: self._model,
            REQUEST_MAX_TOKENS: prompt.max_tokens,
            PROMPT_NAME: f"{prompt.name}@{prompt.version}",
        }
        here = work.current()
        with here.part(f"chat {self._model}", "client", asked) as span:
            try:
                yield span
            except TracemendError as failed:
                here.counts["ModelErrors"] += 1
                here.counts["BudgetExceeded"] += isinstance(failed, BudgetExceeded)
                span.set({ERROR_TYPE: type(failed).__name__})
                raise


class TracedKnowledge:
    """Implements `Knowledge` by another; `name` is the index's."""

    def __init__(self, inner: Knowledge, name: str) -> None:
        self._inner = inner
        self._name = name

    def search(self, query: KnowledgeQuery, limit: int) -> tuple[Passage, ...]:
        """See `Knowledge.search`."""
        here = work.current()
        with here.part("retrieval", "client", {OPERATION: "retrieval", DATA_SOURCE: self._name}) as span:
            found = self._inner.search(query, limit)
            here.counts["RetrievalHits"] += len(found)
            here.counts["RetrievalEmpty"] += not found
            span.set({"tracemend.retrieval.hits": len(found)})
            return found


class TracedVerifier:
    """Implements `Verifier` by another."""

    def __init__(self, inner: Verifier) -> None:
        self._inner = inner

    def prove(self, request: VerifyRequest) -> Proof:
        """See `Verifier.prove`."""
        with work.current().part("verify", "client") as span:
            proof = self._inner.prove(request)
            span.set({"tracemend.proof.verdict": proof.verdict})
            return proof


def _spent(span: Span, usage: Usage) -> None:
    span.set(
        {
            RESPONSE_MODEL: usage.engine,
            INPUT_TOKENS: usage.input_tokens,
            OUTPUT_TOKENS: usage.output_tokens,
        }
    )
