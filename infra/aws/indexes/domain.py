"""A managed OpenSearch domain: two small nodes, always on."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.indexes.choice import IndexChoice
from infra.aws.indexes.sizes import DISK_GIB, NODES
from infra.aws.log_group import OwnLogGroup
from infra.aws.names import index_log_group
from infra.aws.network import Placement, https_from
from infra.aws.removal import removal
from infra.aws.roles import acknowledge
from knowledge.address import Address

INDEX = "runbooks"
LOGS = {
    "ES_APPLICATION_LOGS": "application",
    "SEARCH_SLOW_LOGS": "slow-search",
    "INDEX_SLOW_LOGS": "slow-index",
}
Domain = opensearch.CfnDomain
WRITE = ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"]


class DomainIndex(IndexChoice):
    """Signed requests of two roles only; inside the functions' network where they have one."""

    def __init__(self, scope: Construct, config: Config, network: Placement | None) -> None:
        super().__init__(scope, config)
        self._arn = cdk.Stack.of(self).format_arn(
            service="es", resource="domain", resource_name=config.prefix
        )
        self._domain = self._made(config, network)
        self._domain.apply_removal_policy(removal(config, "index"))
        self._explain(network)
        index = f"{self._arn}/{INDEX}"
        self.setting = Address("es", f"https://{self._domain.attr_domain_endpoint}", INDEX).setting
        self.reading = [
            rights.allow(f"{index}/_mapping", "es:ESHttpGet"),
            rights.allow(f"{index}/_search", "es:ESHttpPost"),
        ]
        self.writing = [iam.PolicyStatement(actions=WRITE, resources=self._paths())]

    def admit(self, reader: iam.IRole, writer: iam.IRole | None) -> None:
        """See `IndexChoice.admit`: the domain's own policy."""
        roles = [role.role_arn for role in (reader, writer) if role]
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": roles},
            "Action": WRITE,
            "Resource": self._paths(),
        }
        self._domain.access_policies = {"Version": "2012-10-17", "Statement": [statement]}

    def _paths(self) -> list[str]:
        """Of the alias that answers, of the indexes that take their turns behind it, and of the switch."""
        names = (INDEX, f"{INDEX}/*", f"{INDEX}-*", f"_alias/{INDEX}", "_aliases")
        return [f"{self._arn}/{name}" for name in names]

    def _made(self, config: Config, network: Placement | None) -> opensearch.CfnDomain:
        return opensearch.CfnDomain(
            self,
            "Domain",
            domain_name=config.prefix,
            engine_version="OpenSearch_2.19",
            cluster_config=Domain.ClusterConfigProperty(
                instance_type=config.index.instance_type,
                instance_count=NODES,
                zone_awareness_enabled=True,
                zone_awareness_config=Domain.ZoneAwarenessConfigProperty(availability_zone_count=NODES),
            ),
            ebs_options=Domain.EBSOptionsProperty(ebs_enabled=True, volume_size=DISK_GIB, volume_type="gp3"),
            encryption_at_rest_options=Domain.EncryptionAtRestOptionsProperty(enabled=True),
            node_to_node_encryption_options=Domain.NodeToNodeEncryptionOptionsProperty(enabled=True),
            domain_endpoint_options=Domain.DomainEndpointOptionsProperty(
                enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-PFS-2023-10"
            ),
            log_publishing_options=self._logs(config),
            vpc_options=self._inside(network, config) if network else None,
        )

    def _inside(self, network: Placement, config: Config) -> opensearch.CfnDomain.VPCOptionsProperty:
        """A domain that is kept keeps its security group; whom that lets in goes with the functions."""
        group = https_from(self, network)
        group.apply_removal_policy(removal(config, "index"))
        return Domain.VPCOptionsProperty(
            subnet_ids=network.subnet_ids[:NODES], security_group_ids=[group.security_group_id]
        )

    def _logs(self, config: Config) -> dict[str, opensearch.CfnDomain.LogPublishingOptionProperty]:
        options, arns = {}, []
        for kind, name in LOGS.items():
            group = OwnLogGroup(
                self, f"{name.title().replace('-', '')}Log", config, index_log_group(config, name)
            )
            arns.append(group.log_group_arn)
            options[kind] = Domain.LogPublishingOptionProperty(
                cloud_watch_logs_log_group_arn=group.log_group_arn, enabled=True
            )
        statement = iam.PolicyStatement(
            principals=[iam.ServicePrincipal("es.amazonaws.com")],
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=arns,
            conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
        )
        self._log_policy = logs.ResourcePolicy(
            self, "LogPolicy", resource_policy_name=f"{config.prefix}-index", policy_statements=[statement]
        )
        return options

    def _explain(self, network: Placement | None) -> None:
        self._domain.node.add_dependency(self._log_policy)
        acknowledge(
            self._domain, "OS3", "requests are signed by two roles; functions have no fixed addresses"
        )
        acknowledge(
            self._domain, "OS4", "runbooks can be indexed anew at any time; masters cost more than that"
        )
        if not network:
            acknowledge(self._domain, "OS1", "network.vpc is none: the functions stand in no VPC themselves")
