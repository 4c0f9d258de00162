"""The team's repositories from the settings: cloned, searched, at the commit that is deployed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lambda_image.adapters.deployments import Deployments
from lambda_image.adapters.git.clones import Clones, Logins
from lambda_image.adapters.git.code_index import Splitter
from lambda_image.adapters.git.shallow import Shallow
from lambda_image.adapters.git.source import GitSource
from lambda_image.adapters.retry import Retry
from lambda_image.settings import Settings
from lambda_image.steps.code.splitting import is_indexed, split

MB = 1_000_000


def repositories(
    settings: Settings,
    login: Logins | None = None,
    client: Callable[[str], Any] | None = None,
    retry: Retry | None = None,
) -> GitSource | None:
    """The mapped repositories; None where there are none. With a `client` AWS is asked what is deployed."""
    if not settings.repositories:
        return None
    clones = Clones(settings.repositories, Path(settings.cache_dir), login)
    shallow = Shallow(clones, settings.source_cache_mb * MB)
    deployed = Deployments(client, retry) if client and retry else None
    return GitSource(shallow, Splitter(is_indexed, split), deployed)
