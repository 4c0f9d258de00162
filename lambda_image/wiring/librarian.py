"""The tools of those who fill and look after an index, made from adapters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_image import settings as configuration
from lambda_image.wiring import watchers
from lambda_image.wiring.loading import once

if TYPE_CHECKING:
    from knowledge.embeddings.cached import CachedEmbedder
    from knowledge.embeddings.recorded import RecordedEmbedders
    from knowledge.homes.home import Home
    from knowledge.ingest import Grow
    from knowledge.search import How
    from knowledge.stale import Existing
    from lambda_image.adapters.retry import Retry
    from lambda_image.adapters.runbooks.embedders import Embedders
    from lambda_image.adapters.runbooks.indexes import Surroundings
    from lambda_image.ports import Clock
    from lambda_image.runbooks import Wanted
    from lambda_image.settings import Settings
    from lambda_image.tracing import Tracer
    from lambda_image.wiring.functions import InvocationClock


@dataclass(frozen=True, slots=True)
class IngestFunction:
    """What the handler `ingest` works with.

    `home` gives the home of the index that a setting names, `wanted` what goes with addresses, `target` what
    copies an index into that of another setting, and `embedder` what makes vectors, if anything does.
    """

    clock: InvocationClock
    time_left: Callable[[], float]
    tracer: Tracer
    home: Callable[[str], Home]
    wanted: Callable[[Sequence[str]], Wanted]
    target: Callable[[str, str], Grow]
    embedder: Callable[[], CachedEmbedder | None]


@once
def ingest() -> IngestFunction:
    """The function that reads the wiki. Raises ConfigurationError."""
    from lambda_image.adapters.clock import InvocationClock
    from lambda_image.adapters.retry import Retry

    asked, clock = configuration.read(), InvocationClock()
    return IngestFunction(
        clock,
        clock.remaining,
        watchers.tracer(asked),
        lambda index: home(asked, index),
        lambda addresses: wanted(asked, addresses, _secrets(asked, Retry(clock)), asked.wiki_private),
        lambda setting, index: target(asked, setting, index, clock),
        lambda: embedder(asked, asked.embeddings, clock),
    )


def wanted(settings: Settings, addresses: Sequence[str], secrets: str, private: Sequence[str]) -> Wanted:
    """Sources by their addresses, with what goes with them."""
    from lambda_image.adapters.aws import client
    from lambda_image.adapters.runbooks.home import ATTEMPTS
    from lambda_image.runbooks import Wanted

    made = partial(client, "s3", settings.region, attempts=ATTEMPTS)
    return Wanted(addresses, secrets, frozenset(private), made)


def target(settings: Settings, setting: str, index: str, clock: Clock | None = None) -> Grow:
    """What copies this index into that of a setting. Raises ConfigurationError for what takes no copy."""
    from lambda_image.adapters.runbooks.targets import target as copier

    return copier(setting, index, surroundings(settings, clock))


def surroundings(
    settings: Settings, clock: Clock | None = None, tell: Callable[[str], None] = lambda _: None
) -> Surroundings:
    """What stores that are services are opened with; without a clock nobody is in a hurry."""
    from lambda_image.adapters.aws import client, credentials
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.retry import Retry
    from lambda_image.adapters.runbooks.indexes import Surroundings

    region, keeps = settings.region, clock or WallClock()
    return Surroundings(
        lambda name, timeout: client(name, region, timeout),
        Path(settings.cache_dir),
        keeps,
        Retry(keeps),
        region,
        credentials,
        tell,
        settings.embeddings,
        settings.reranker,
        settings.index_floor,
    )


def embedder(settings: Settings, choice: str, clock: Clock | None = None) -> CachedEmbedder | None:
    """What makes an index's vectors and says what they take. Raises ConfigurationError or PermanentError."""
    from knowledge.errors import EmbeddingUnavailable
    from lambda_image.domain.errors import PermanentError

    try:
        return _embedders(settings, clock).chosen(choice)
    except EmbeddingUnavailable as error:
        raise PermanentError(str(error)) from error


def recorded(settings: Settings, tell: Callable[[str], None]) -> RecordedEmbedders:
    """What asks indexes with the model of their vectors."""
    from knowledge.embeddings.recorded import RecordedEmbedders

    return RecordedEmbedders(_embedders(settings).recorded, tell)


def manner(settings: Settings, tell: Callable[[str], None]) -> How:
    """What ranks passages, and the floor, where these are set. Raises ConfigurationError."""
    return surroundings(settings, tell=tell).manner()


def _embedders(settings: Settings, clock: Clock | None = None) -> Embedders:
    from lambda_image.adapters.runbooks.embedders import Embedders

    around = surroundings(settings, clock)
    return Embedders(around.client, around.cache, around.retry, settings.embeddings)


def _secrets(settings: Settings, retry: Retry) -> str:
    from lambda_image.adapters.aws import client
    from lambda_image.adapters.secrets import Secret

    if not settings.wiki_secret:
        return ""
    return Secret(client("secretsmanager", settings.region), settings.wiki_secret, retry)()


def home(settings: Settings, index: str) -> Home:
    """Where an index that is to be filled lives: a file, or an object of s3://bucket/key."""
    from lambda_image.adapters.runbooks.home import index_home

    return index_home(index, settings.region, Path(settings.cache_dir))


def existing(settings: Settings) -> Existing:
    """What there is in the account and Region of these settings. Raises PermanentError or TransientError."""
    from lambda_image.adapters.aws import client
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.retry import Retry
    from lambda_image.adapters.runbooks.existing import existing as listed

    clock: Clock = WallClock()
    return listed(lambda service: client(service, settings.region), Retry(clock))
