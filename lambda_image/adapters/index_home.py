"""Where the index that the ingest job fills lives: a file on disk or in S3."""

from __future__ import annotations

from pathlib import Path

from knowledge.homes.home import Home
from knowledge.homes.local import LocalHome
from knowledge.homes.s3 import S3Home
from lambda_image.adapters.aws import client

# Nothing stands around these calls that would try again: the SDK does.
ATTEMPTS = 5


def index_home(index: str, region: str, scratch: Path) -> Home:
    """The home that the setting `index` names; `scratch` is where drafts of an index in S3 are made."""
    if index.startswith("s3://"):
        return S3Home(client("s3", region, attempts=ATTEMPTS), index, scratch)
    return LocalHome(Path(index))
