"""The tools of those who fill and look after an index, made from adapters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_image import settings as configuration
from lambda_image import watchers
from lambda_image.loading import once

if TYPE_CHECKING:
    from knowledge.homes.home import Home
    from knowledge.stale import Existing
    from lambda_image.functions import InvocationClock
    from lambda_image.ports import Clock, Tracer
    from lambda_image.settings import Settings


@dataclass(frozen=True, slots=True)
class IngestFunction:
    """What the handler `ingest` works with; `home` gives the home of the index that a setting names."""

    clock: InvocationClock
    time_left: Callable[[], float]
    tracer: Tracer
    home: Callable[[str], Home]


@once
def ingest() -> IngestFunction:
    """The function that reads the wiki. Raises ConfigurationError."""
    from lambda_image.adapters.clock import InvocationClock

    asked, clock = configuration.read(), InvocationClock()
    return IngestFunction(clock, clock.remaining, watchers.tracer(asked), lambda index: home(asked, index))


def home(settings: Settings, index: str) -> Home:
    """Where an index that is to be filled lives: a file, or an object of s3://bucket/key."""
    from lambda_image.adapters.index_home import index_home

    return index_home(index, settings.region, Path(settings.cache_dir))


def existing(settings: Settings) -> Existing:
    """What there is in the account and Region of these settings. Raises PermanentError or TransientError."""
    from lambda_image.adapters.aws import client
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.existing import existing as listed
    from lambda_image.adapters.retry import Retry

    clock: Clock = WallClock()
    return listed(lambda service: client(service, settings.region), Retry(clock))
