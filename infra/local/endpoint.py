"""A Bedrock Runtime on loopback for as long as a block lasts, and the AWS SDK of this process sent to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from infra.local.bedrock.engines.engine import Engine
from infra.local.bedrock.engines.extractive import ExtractiveEngine
from infra.local.bedrock.engines.openai import OpenAIEngine, OpenAIServer
from infra.local.bedrock.engines.turns import OneAtATime
from infra.local.bedrock.errors import BedrockError
from infra.local.bedrock.server import BedrockServer
from infra.local.bedrock.weights import WeightsUnavailable, fetch_weights
from lambda_image.domain.errors import ConfigurationError
from lambda_image.settings import variable

MODEL_NAME = "Qwen2.5-Coder-1.5B-Instruct Q4_K_M"
ENGINES = ("llama", "openai", "extractive")
# The SDK signs each request; the endpoint on loopback does not look at the signature.
LOOPBACK_SETTINGS = {
    "AWS_ACCESS_KEY_ID": "loopback",
    "AWS_SECRET_ACCESS_KEY": "loopback",
    "AWS_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
# A model of this size reads a longer prompt for minutes, and understands it less.
SMALL_MODEL = {variable("evidence_tokens"): "1000"}


@dataclass(frozen=True)
class EngineChoice:
    """Which engine, and what it needs: a GGUF file of one's own, or an OpenAI-compatible server."""

    name: str
    weights: Path | None = None
    openai_url: str = "http://127.0.0.1:11434/v1"
    openai_model: str = ""
    openai_key: str | None = None

    @property
    def settings(self) -> dict[str, str]:
        """The product's settings that suit this engine."""
        return {} if self.name == "openai" else SMALL_MODEL


def chosen(name: str) -> EngineChoice:
    """The engine of that name, with what the environment says about it. Raises ConfigurationError."""
    if name not in ENGINES:
        raise ConfigurationError(f"there is no engine {name}; choose one of {', '.join(ENGINES)}")
    weights = os.environ.get("TRACEMEND_MODEL")
    choice = EngineChoice(
        name=name,
        weights=Path(weights) if weights else None,
        openai_url=os.environ.get("OPENAI_BASE_URL", EngineChoice.openai_url),
        openai_model=os.environ.get("OPENAI_MODEL", ""),
        openai_key=os.environ.get("OPENAI_API_KEY"),
    )
    if name == "openai" and not choice.openai_model:
        raise ConfigurationError("the engine openai needs OPENAI_MODEL, and OPENAI_BASE_URL of its server")
    if choice.weights and not choice.weights.is_file():
        raise ConfigurationError(f"TRACEMEND_MODEL names {choice.weights}, which is not a file")
    return choice


def build(choice: EngineChoice, console: Console) -> Engine:
    """The engine, its weights fetched if need be, with progress on `console`. Raises ConfigurationError."""
    try:
        return _built(choice, console)
    except (BedrockError, WeightsUnavailable) as error:
        raise ConfigurationError(f"the engine {choice.name} cannot be used: {error}") from error


def _built(choice: EngineChoice, console: Console) -> Engine:
    if choice.name == "extractive":
        return ExtractiveEngine()
    if choice.name == "openai":
        server = OpenAIServer(choice.openai_url, choice.openai_model, choice.openai_key)
        return OpenAIEngine(server)
    from infra.local.bedrock.engines.llama import LlamaEngine  # noqa: PLC0415 - a binary that few need

    weights = choice.weights or _weights(console)
    with console.status(f"loading {weights.name}"):
        return OneAtATime(LlamaEngine(weights, MODEL_NAME if choice.weights is None else None))


@contextmanager
def bedrock_on_loopback(choice: EngineChoice, console: Console) -> Iterator[str]:
    """The endpoint's URL; inside the block boto3 in this process talks to it."""
    with BedrockServer(build(choice, console)) as server:
        before = dict(os.environ)
        os.environ.update(
            choice.settings | before | LOOPBACK_SETTINGS | {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": server.url}
        )
        os.environ.pop("AWS_BEARER_TOKEN_BEDROCK", None)
        try:
            yield server.url
        finally:
            os.environ.clear()
            os.environ.update(before)


def _weights(console: Console) -> Path:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("model weights", total=None)

        def tell(done: int, total: int, label: str) -> None:
            progress.update(task, completed=done, total=total, description=label)

        return fetch_weights(cache_folder(), tell)


def cache_folder() -> Path:
    """Where the weights are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "tracemend"
