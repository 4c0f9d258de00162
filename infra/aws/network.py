"""Networks: a sealed one for `verify`, and what the team chose for the other functions."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.log_group import OwnLogGroup
from infra.aws.names import flow_log_group
from infra.aws.roles import THIS_ACCOUNT, system_role

ISOLATED = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
PUBLIC = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
PRIVATE = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a function stands."""

    vpc: ec2.IVpc
    subnets: ec2.SubnetSelection
    security_groups: list[ec2.ISecurityGroup]

    @property
    def subnet_ids(self) -> list[str]:
        """The ids of the subnets."""
        return self.vpc.select_subnets(subnet_type=self.subnets.subnet_type).subnet_ids

    @property
    def security_group_ids(self) -> list[str]:
        """The ids of the security groups."""
        return [group.security_group_id for group in self.security_groups]


def sealed(scope: Construct, config: Config) -> Placement:
    """Isolated subnets without a route out, endpoints and names, and a security group that allows nothing.

    A VPC's resolver answers past routes and security groups, and a name that is asked for can carry data.
    """
    vpc = ec2.Vpc(
        scope,
        "SealedNetwork",
        max_azs=2,
        enable_dns_support=False,
        enable_dns_hostnames=False,
        nat_gateways=0,
        restrict_default_security_group=False,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="sealed", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=26)
        ],
    )
    _log_refused(vpc, config, "sealed")
    group = ec2.SecurityGroup(
        vpc, "Closed", vpc=vpc, allow_all_outbound=False, description="verify: no way in and none out"
    )
    return Placement(vpc, ISOLATED, [group])


def for_functions(scope: Construct, config: Config) -> Placement | None:
    """Where the functions stand that need a way to the AWS APIs; None is outside any VPC."""
    if config.network.vpc == "existing":
        return _existing(scope, config)
    return _new(scope, config) if config.network.vpc == "new" else None


def _new(scope: Construct, config: Config) -> Placement:
    vpc = ec2.Vpc(
        scope,
        "Network",
        max_azs=2,
        nat_gateways=1,
        restrict_default_security_group=False,
        subnet_configuration=[
            ec2.SubnetConfiguration(
                name="public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=26, map_public_ip_on_launch=False
            ),
            ec2.SubnetConfiguration(
                name="functions", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=24
            ),
        ],
        gateway_endpoints={
            "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
            "DynamoDB": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB),
        },
    )
    _log_refused(vpc, config, "functions")
    return Placement(vpc, PRIVATE, [outgoing_https(vpc, vpc)])


def _existing(scope: Construct, config: Config) -> Placement:
    network = config.network
    vpc = ec2.Vpc.from_vpc_attributes(
        scope,
        "Network",
        vpc_id=network.vpc_id,
        # Only the subnets' ids come to be used; CDK wants as many zones as subnets.
        availability_zones=[f"zone-{number}" for number in range(len(network.subnets))],
        private_subnet_ids=list(network.subnets),
    )
    groups = [
        ec2.SecurityGroup.from_security_group_id(scope, f"Group{number}", group_id, mutable=False)
        for number, group_id in enumerate(network.security_groups)
    ]
    return Placement(vpc, PRIVATE, list(groups))


def with_public_addresses(scope: Construct, config: Config) -> Placement:
    """A network for a task that needs the internet once a day: no NAT gateway to pay, nothing let in."""
    vpc = ec2.Vpc(
        scope,
        "Network",
        max_azs=2,
        nat_gateways=0,
        restrict_default_security_group=False,
        subnet_configuration=[
            ec2.SubnetConfiguration(
                name="public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=26, map_public_ip_on_launch=False
            )
        ],
    )
    _log_refused(vpc, config, "ingest")
    return Placement(vpc, PUBLIC, [outgoing_https(vpc, vpc)])


def outgoing_https(scope: Construct, vpc: ec2.IVpc) -> ec2.SecurityGroup:
    """A security group that lets https out and nothing in."""
    group = ec2.SecurityGroup(
        scope, "Https", vpc=vpc, allow_all_outbound=False, description="https out, nothing in"
    )
    group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS APIs and the code host")
    return group


def https_from(scope: Construct, network: Placement) -> ec2.SecurityGroup:
    """A security group that lets in https from the functions and nothing out."""
    group = ec2.SecurityGroup(
        scope, "FromFunctions", vpc=network.vpc, allow_all_outbound=False, description="https from functions"
    )
    for each in network.security_groups:
        group.add_ingress_rule(each, ec2.Port.tcp(443), "functions")
    return group


def _log_refused(vpc: ec2.Vpc, config: Config, network: str) -> None:
    """Write refused connections to a log group: from `verify`, each is a patch that tried to get out."""
    group = OwnLogGroup(vpc, "RefusedLog", config, flow_log_group(config, network))
    writing = [rights.write_log(group)]
    role = system_role(vpc, "FlowLogRole", "vpc-flow-logs.amazonaws.com", writing, THIS_ACCOUNT)
    vpc.add_flow_log(
        "Refused",
        destination=ec2.FlowLogDestination.to_cloud_watch_logs(group, role),
        traffic_type=ec2.FlowLogTrafficType.REJECT,
    )
