"""The embedded index: one SQLite file in S3. It costs nothing when idle."""

from __future__ import annotations

from constructs import Construct

from infra.aws import rights
from infra.aws.buckets import index_bucket
from infra.aws.config import Config
from infra.aws.indexes.choice import IndexChoice
from knowledge.address import Address
from knowledge.homes.s3 import LEASE, UNFINISHED
from knowledge.manifest import SUFFIX

KEY = "runbooks.sqlite"


class EmbeddedIndex(IndexChoice):
    """A versioned bucket with the index file, fetched by `respond` when it changed."""

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(scope)
        self.bucket = index_bucket(self, config)
        arn = f"{self.bucket.bucket_arn}/{KEY}"
        self.setting = Address("s3", self.bucket.bucket_name, KEY).setting
        # Without the right to list, S3 calls an index that is not there yet "access denied".
        seeing = rights.allow(self.bucket.bucket_arn, "s3:ListBucket")
        self.reading = [rights.allow(arn, "s3:GetObject"), seeing]
        # The job keeps the manifest and its lease beside the index, and what it has left when it was stopped.
        self.writing = [
            *(rights.allow(arn + ending, "s3:GetObject", "s3:PutObject") for ending in ("", LEASE)),
            rights.allow(arn + SUFFIX, "s3:PutObject"),
            rights.allow(arn + UNFINISHED, "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
            seeing,
        ]
