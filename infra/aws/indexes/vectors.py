"""S3 Vectors: a vector bucket with one index; nothing to pay when idle."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_s3vectors as s3vectors
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.indexes.choice import IndexChoice
from infra.aws.removal import removal
from knowledge.address import Address
from knowledge.stores.s3vectors.record import UNFILTERED

INDEX = "runbooks"
READ = ("s3vectors:GetVectors", "s3vectors:QueryVectors")
# The template cannot make full-text search of an index; who writes adds it.
WRITE = (
    "s3vectors:DeleteVectors",
    "s3vectors:GetIndex",
    "s3vectors:GetVectors",
    "s3vectors:ListVectors",
    "s3vectors:PutVectors",
    "s3vectors:UpdateIndexMode",
    "s3vectors:UpdateMetadataConfiguration",
)


class VectorIndex(IndexChoice):
    """Searched and written by our own functions."""

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(scope, config)
        bucket, index = vector_store(self, config, UNFILTERED)
        self.setting = Address("s3vectors", bucket.ref, INDEX).setting
        self.reading = [rights.allow(index.attr_index_arn, *READ)]
        self.writing = [rights.allow(index.attr_index_arn, *WRITE)]


def vector_store(
    scope: Construct, config: Config, unfiltered: Sequence[str]
) -> tuple[s3vectors.CfnVectorBucket, s3vectors.CfnIndex]:
    """A vector bucket, encrypted by S3, and its index; `unfiltered` are metadata that no filter uses."""
    bucket = s3vectors.CfnVectorBucket(
        scope,
        "VectorBucket",
        encryption_configuration=s3vectors.CfnVectorBucket.EncryptionConfigurationProperty(sse_type="AES256"),
    )
    index = s3vectors.CfnIndex(
        scope,
        "VectorIndex",
        vector_bucket_arn=bucket.attr_vector_bucket_arn,
        index_name=INDEX,
        data_type="float32",
        dimension=config.index.dimensions,
        distance_metric="cosine",
        metadata_configuration=s3vectors.CfnIndex.MetadataConfigurationProperty(
            non_filterable_metadata_keys=list(unfiltered)
        ),
    )
    for resource in (bucket, index):
        resource.apply_removal_policy(removal(config, "index"))
    return bucket, index
