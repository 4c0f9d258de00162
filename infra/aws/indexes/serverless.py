"""OpenSearch Serverless, next generation: scales to zero after ten idle minutes."""

from __future__ import annotations

import json

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_opensearchserverless as aoss
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.indexes.choice import IndexChoice
from infra.aws.network import Placement, https_from
from infra.aws.removal import removal
from knowledge.address import Address

INDEX = "runbooks"
READ = ["aoss:DescribeIndex", "aoss:ReadDocument"]
WRITE = [*READ, "aoss:CreateIndex", "aoss:DeleteIndex", "aoss:UpdateIndex", "aoss:WriteDocument"]
# A new index takes its place behind the name by an alias, which is the collection's.
ALIASES = ["aoss:CreateCollectionItems", "aoss:DescribeCollectionItems", "aoss:UpdateCollectionItems"]


class ServerlessIndex(IndexChoice):
    """A vector collection; reached through the functions' network where they have one."""

    def __init__(self, scope: Construct, config: Config, network: Placement | None) -> None:
        super().__init__(scope, config)
        self._name = config.prefix
        group = aoss.CfnCollectionGroup(
            self, "Group", name=self._name, generation="NEXTGEN", standby_replicas="ENABLED"
        )
        collection = aoss.CfnCollection(
            self,
            "Collection",
            name=self._name,
            type="VECTORSEARCH",
            collection_group_name=group.name,
        )
        collection.apply_removal_policy(removal(config, "index"))
        group.apply_removal_policy(removal(config, "index"))
        encryption = self._encryption()
        # A collection that is kept cannot do without it.
        encryption.apply_removal_policy(removal(config, "index"))
        for needed in (group, encryption, self._network(network)):
            collection.add_resource_dependency(needed)
        using = [rights.allow(collection.attr_arn, "aoss:APIAccessAll")]
        self.setting = Address("aoss", collection.attr_collection_endpoint, INDEX).setting
        self.reading, self.writing = list(using), list(using)

    def admit(self, reader: iam.IRole, writer: iam.IRole | None) -> None:
        """See `IndexChoice.admit`: the collection's data access policy."""
        rules = [self._data_rule(reader, READ)]
        if writer:
            rules.append(self._data_rule(writer, WRITE, ALIASES))
        aoss.CfnAccessPolicy(
            self, "Data", name=self._name, type="data", policy=cdk.Stack.of(self).to_json_string(rules)
        )

    def _data_rule(
        self, role: iam.IRole, permissions: list[str], aliases: list[str] | None = None
    ) -> dict[str, object]:
        indexes = [f"index/{self._name}/{INDEX}", f"index/{self._name}/{INDEX}-*"]
        rules = [{"ResourceType": "index", "Resource": indexes, "Permission": permissions}]
        if aliases:
            collection = [f"collection/{self._name}"]
            rules.append({"ResourceType": "collection", "Resource": collection, "Permission": aliases})
        return {"Rules": rules, "Principal": [role.role_arn]}

    def _encryption(self) -> aoss.CfnSecurityPolicy:
        rule = {"ResourceType": "collection", "Resource": [f"collection/{self._name}"]}
        policy = {"Rules": [rule], "AWSOwnedKey": True}
        return aoss.CfnSecurityPolicy(
            self, "Encryption", name=self._name, type="encryption", policy=json.dumps(policy)
        )

    def _network(self, network: Placement | None) -> aoss.CfnSecurityPolicy:
        """Requests are signed and checked against two lists of roles in either case."""
        rule = {"ResourceType": "collection", "Resource": [f"collection/{self._name}"]}
        policy: dict[str, object] = {"Rules": [rule], "AllowFromPublic": True}
        if network:
            endpoint = self._endpoint(network)
            policy = {"Rules": [rule], "AllowFromPublic": False, "SourceVPCEs": [endpoint.attr_id]}
        return aoss.CfnSecurityPolicy(
            self,
            "Access",
            name=self._name,
            type="network",
            policy=cdk.Stack.of(self).to_json_string([policy]),
        )

    def _endpoint(self, network: Placement) -> aoss.CfnVpcEndpoint:
        return aoss.CfnVpcEndpoint(
            self,
            "Endpoint",
            name=self._name,
            vpc_id=network.vpc.vpc_id,
            subnet_ids=network.subnet_ids,
            security_group_ids=[https_from(self, network).security_group_id],
        )
