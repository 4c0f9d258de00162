"""The embedded index: one SQLite file in S3. It costs nothing when idle."""

from __future__ import annotations

from constructs import Construct

from infra.aws.config import Config
from infra.aws.indexes.choice import IndexChoice


class EmbeddedIndex(IndexChoice):
    """The file itself is searched."""

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(scope, config)
        assert self.file  # noqa: S101 - for mypy: this kind always has one
        self.setting = self.file.setting
        self.reading, self.writing = self.file.reading, self.file.writing
