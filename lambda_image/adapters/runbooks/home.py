"""Where the index that the ingest job fills lives: a file on disk or in S3."""

from __future__ import annotations

import re
from pathlib import Path

from knowledge.homes.home import Home
from knowledge.homes.local import LocalHome
from knowledge.homes.s3 import S3Home
from lambda_image.adapters.aws import client
from lambda_image.domain.errors import ConfigurationError

# Nothing stands around these calls that would try again: the SDK does.
ATTEMPTS = 5


def index_home(index: str, region: str, scratch: Path) -> Home:
    """The home that the setting `index` names; `scratch` is where drafts of an index in S3 are made.

    Raises ConfigurationError for an index that is no file.
    """
    if index.startswith("s3://"):
        return S3Home(client("s3", region, attempts=ATTEMPTS), index, scratch)
    if re.match(r"[a-z][\w+.-]+:", index):
        raise ConfigurationError(f"{index} is no file; the job writes a path or s3://bucket/key")
    return LocalHome(Path(index))
