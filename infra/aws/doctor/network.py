"""Whether the network that the functions are to stand in is there, and leads where they have to go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from infra.aws.config import Config
from infra.aws.doctor.check import Check, Client, judged
from infra.aws.indexes.sizes import NODES

# OpenSearch Service Developer Guide, "Using service-linked roles".
DOMAIN_ROLE = "AWSServiceRoleForAmazonOpenSearchService"
EVERYWHERE = "0.0.0.0/0"


def network(config: Config, client: Client) -> Iterator[Check]:
    """The subnets and security groups of an existing VPC; and what a domain in a VPC needs."""
    if config.network.vpc == "existing":
        yield from _existing(config, client("ec2"))
    if config.network.vpc != "none" and config.index.kind == "opensearch-domain":
        yield _domain_role(client("iam"))


def _existing(config: Config, ec2: Any) -> Iterator[Check]:
    told = config.network
    try:
        subnets = ec2.describe_subnets(SubnetIds=list(told.subnets))["Subnets"]
        groups = ec2.describe_security_groups(GroupIds=list(told.security_groups))["SecurityGroups"]
    except ClientError as error:
        if not error.response["Error"]["Code"].endswith((".NotFound", ".Malformed")):
            raise
        fix = "Correct network.subnets and network.security_groups"
        yield Check("network", ok=False, detail=error.response["Error"]["Message"], fix=fix)
        return
    strangers = [each["SubnetId"] for each in subnets if each["VpcId"] != told.vpc_id]
    strangers += [each["GroupId"] for each in groups if each["VpcId"] != told.vpc_id]
    yield judged(
        "network",
        f"{len(subnets)} subnets, {len(groups)} security groups; not in {told.vpc_id}: {strangers or 'none'}",
        "Name subnets and security groups of that VPC",
        ok=not strangers,
    )
    yield _ways(ec2, told.vpc_id, [each["SubnetId"] for each in subnets])
    zones = {each["AvailabilityZone"] for each in subnets[:NODES]}
    if config.index.kind == "opensearch-domain":
        detail = f"the first {NODES} subnets are in {', '.join(sorted(zones))}"
        fix = f"Name first {NODES} subnets of different availability zones"
        yield judged("network.subnets", detail, fix, ok=len(zones) == NODES)


def _ways(ec2: Any, vpc: str, subnets: list[str]) -> Check:
    """A function has no public address, so an internet gateway is no way out for it."""
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    main = [each for each in tables if any(one.get("Main") for one in each["Associations"])]
    lost = []
    for subnet in subnets:
        own = [each for each in tables if any(one.get("SubnetId") == subnet for one in each["Associations"])]
        routes = [route for each in (own or main) for route in each["Routes"]]
        if any(
            route.get("GatewayId", "").startswith("igw-")
            for route in routes
            if route.get("DestinationCidrBlock") == EVERYWHERE
        ):
            lost.append(subnet)
    return judged(
        "network, ways out",
        f"by an internet gateway, which functions cannot use: {', '.join(lost) or 'none'}",
        "Name private subnets, whose default route is a NAT gateway or a transit gateway",
        ok=not lost,
    )


def _domain_role(iam: Any) -> Check:
    fix = "Run `aws iam create-service-linked-role --aws-service-name opensearchservice.amazonaws.com` once"
    try:
        iam.get_role(RoleName=DOMAIN_ROLE)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchEntity":
            raise
        return Check("OpenSearch in a VPC", ok=False, detail=f"the account has no {DOMAIN_ROLE}", fix=fix)
    return Check("OpenSearch in a VPC", ok=True, detail=f"{DOMAIN_ROLE} is there")
