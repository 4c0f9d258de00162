"""Everything in the emulator's account, of all kinds that a stack of ours can make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

# Service, call, list in the answer, and what names an item; "" where the item is the name.
LISTS = (
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("dynamodb", "list_tables", "TableNames", ""),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("ecs", "list_clusters", "clusterArns", ""),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("kinesis", "list_streams", "StreamNames", ""),
    ("kms", "list_aliases", "Aliases", "AliasName"),
    ("lambda", "list_event_source_mappings", "EventSourceMappings", "UUID"),
    ("lambda", "list_functions", "Functions", "FunctionName"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("pipes", "list_pipes", "Pipes", "Name"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("scheduler", "list_schedules", "Schedules", "Name"),
    ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("sqs", "list_queues", "QueueUrls", ""),
)
Client = Callable[[str], Any]


def inventory(client: Client) -> set[tuple[str, str]]:
    """Pairs of service and name. A key that waits for its deletion is gone: it costs nothing any more."""
    return {*_listed(client), *_policies(client), *_keys(client)}


def _listed(client: Client) -> Iterator[tuple[str, str]]:
    for service, call, items, name in LISTS:
        for each in getattr(client(service), call)().get(items, ()):
            yield service, str(each[name] if name else each)


def _policies(client: Client) -> Iterator[tuple[str, str]]:
    for each in client("iam").list_policies(Scope="Local")["Policies"]:
        yield "iam", str(each["PolicyName"])


def _keys(client: Client) -> Iterator[tuple[str, str]]:
    kms = client("kms")
    for each in kms.list_keys()["Keys"]:
        if kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"]["KeyState"] != "PendingDeletion":
            yield "kms", str(each["KeyId"])
