"""The index file in S3: the embedded index, and what the nightly job copies into every other one."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.aws import rights
from infra.aws.buckets import PrivateBucket, index_bucket
from infra.aws.config import Config
from knowledge.address import Address
from knowledge.homes.note import ENDING as NOTE
from knowledge.homes.s3 import LEASE, UNFINISHED
from knowledge.manifest import SUFFIX

KEY = "runbooks.sqlite"


@dataclass(frozen=True, slots=True)
class IndexFile:
    """A versioned bucket with one file. `noting` is what remembers what a service cannot list."""

    bucket: PrivateBucket
    setting: str
    reading: list[iam.PolicyStatement]
    writing: list[iam.PolicyStatement]
    noting: iam.PolicyStatement


def index_file(scope: Construct, config: Config) -> IndexFile:
    """A file that is fetched by `respond` when it changed, or written by the job alone."""
    bucket = index_bucket(scope, config)
    arn = f"{bucket.bucket_arn}/{KEY}"
    # Without the right to list, S3 calls an index that is not there yet "access denied".
    seeing = rights.allow(bucket.bucket_arn, "s3:ListBucket")
    # The job keeps the manifest and its lease beside the index, and what it has left when it was stopped.
    writing = [
        *(rights.allow(arn + ending, "s3:GetObject", "s3:PutObject") for ending in ("", LEASE)),
        rights.allow(arn + SUFFIX, "s3:PutObject"),
        rights.allow(arn + UNFINISHED, "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
        seeing,
    ]
    return IndexFile(
        bucket,
        Address("s3", bucket.bucket_name, KEY).setting,
        [rights.allow(arn, "s3:GetObject"), seeing],
        writing,
        rights.allow(arn + NOTE, "s3:GetObject", "s3:PutObject"),
    )
