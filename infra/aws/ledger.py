"""The ledger's table: one item per fingerprint, paid per request, forgetting by TTL."""

from __future__ import annotations

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.aws.config import Config
from infra.aws.removal import removal


class LedgerTable(dynamodb.Table):
    """Key `pk` and TTL attribute `ttl`, as `lambda_image.adapters.dynamodb.ledger` uses them."""

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(
            scope,
            "Ledger",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="ttl",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection="ledger" in config.keep,
            removal_policy=removal(config, "ledger"),
        )
