"""What a function may do, one sentence each; named after what it does with the resource."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.aws.config import Config
from infra.aws.keys import DataKey
from infra.aws.names import read_log_groups
from lambda_image.domain.evidence import RepositoryMapping
from lambda_image.domain.hosts import BRANCH_PREFIX, codecommit_region

PULL_REQUESTS_SEEN = (
    "codecommit:DescribePullRequestEvents",
    "codecommit:GetPullRequest",
    "codecommit:GetRepository",
    "codecommit:GitPull",
    "codecommit:PostCommentForPullRequest",
)
PULL_REQUESTS = (
    *PULL_REQUESTS_SEEN,
    "codecommit:CreatePullRequest",
    "codecommit:GitPush",
    "codecommit:ListPullRequests",
    "codecommit:UpdatePullRequestDescription",
)
LAMBDA = "/aws/lambda/"
INTERFACES = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)


def allow(resource: str, *actions: str) -> iam.PolicyStatement:
    """These actions on this resource."""
    return iam.PolicyStatement(actions=list(actions), resources=[resource])


def write_log(group: logs.ILogGroup) -> iam.PolicyStatement:
    """Write its own log."""
    return allow(group.log_group_arn, "logs:CreateLogStream", "logs:PutLogEvents")


def read_events(scope: Construct, groups: Iterable[str]) -> list[iam.PolicyStatement]:
    """Read the lines around an error, in the log groups that are read anyway and in no other."""
    stack = cdk.Stack.of(scope)
    here = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group"
    streams = [f"{here}:{group}:log-stream:*" for group in groups]
    return [iam.PolicyStatement(actions=["logs:GetLogEvents"], resources=streams)]


def search_events(scope: Construct, groups: Iterable[str]) -> iam.PolicyStatement:
    """Search log groups by their names."""
    stack = cdk.Stack.of(scope)
    here = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group"
    named = [f"{here}:{group}:*" for group in groups]
    return iam.PolicyStatement(actions=["logs:FilterLogEvents"], resources=named)


def ask_what_is_deployed(scope: Construct, groups: Sequence[str]) -> list[iam.PolicyStatement]:
    """Read tags, variables and images of what writes these log groups: they name the commit that runs."""
    stack = cdk.Stack.of(scope)
    here = f"{stack.region}:{stack.account}"
    names = [group.removeprefix(LAMBDA) for group in groups if group.startswith(LAMBDA) or group == "*"]
    functions = [f"arn:{stack.partition}:lambda:{here}:function:{name}" for name in names]
    qualified = [f"{function}:*" for function in functions if not function.endswith("*")]
    found = [iam.PolicyStatement(actions=["lambda:GetFunction"], resources=[*functions, *qualified])]
    if len(names) == len(groups) and "*" not in groups:
        return found
    return [
        *(found if names else []),
        allow("*", "ecs:ListClusters"),
        allow(f"arn:{stack.partition}:ecs:{here}:task/*", "ecs:DescribeTasks"),
        allow(f"arn:{stack.partition}:ecr:{here}:repository/*", "ecr:DescribeImages"),
    ]


def count_in(ledger: dynamodb.ITable) -> iam.PolicyStatement:
    """Count deliveries: a transaction needs the right to each of its writes."""
    return allow(
        ledger.table_arn,
        "dynamodb:BatchGetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
    )


def claim_in(ledger: dynamodb.ITable) -> iam.PolicyStatement:
    """Claim, complete and release, and read what was held back."""
    return allow(ledger.table_arn, "dynamodb:BatchGetItem", "dynamodb:UpdateItem")


def note_in(ledger: dynamodb.ITable) -> iam.PolicyStatement:
    """Note a receipt."""
    return allow(ledger.table_arn, "dynamodb:UpdateItem")


def read_and_mark_in(ledger: dynamodb.ITable) -> iam.PolicyStatement:
    """Read all of it, and put in what came once."""
    return allow(ledger.table_arn, "dynamodb:PutItem", "dynamodb:Scan")


def note_requests_in(ledger: dynamodb.ITable) -> iam.PolicyStatement:
    """Note what people asked for, and take it back."""
    return allow(
        ledger.table_arn,
        "dynamodb:BatchGetItem",
        "dynamodb:DeleteItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
    )


def send_to(queue: sqs.IQueue) -> iam.PolicyStatement:
    """Queue work."""
    return allow(queue.queue_arn, "sqs:SendMessage")


def take_from(queue: sqs.IQueue) -> iam.PolicyStatement:
    """What Lambda needs, in the function's name, to hand it the queue's messages."""
    return allow(
        queue.queue_arn,
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    )


def publish_to(topic: sns.ITopic, key: DataKey) -> list[iam.PolicyStatement]:
    """Publish to an encrypted topic."""
    return [allow(topic.topic_arn, "sns:Publish"), key.publishing()]


def keep_traces(bucket: s3.IBucket) -> list[iam.PolicyStatement]:
    """Read and write traces.

    Without the right to list, S3 answers for an absent trace that access is denied, not that it is absent.
    """
    return [
        allow(f"{bucket.bucket_arn}/traces/*", "s3:GetObject", "s3:PutObject"),
        allow(bucket.bucket_arn, "s3:ListBucket"),
    ]


def read_traces(bucket: s3.IBucket) -> list[iam.PolicyStatement]:
    """Read traces; to list, as `keep_traces` says."""
    return [
        allow(f"{bucket.bucket_arn}/traces/*", "s3:GetObject"),
        allow(bucket.bucket_arn, "s3:ListBucket"),
    ]


def add_to_audit(bucket: s3.IBucket) -> iam.PolicyStatement:
    """Write audit entries; neither read nor delete any."""
    return allow(f"{bucket.bucket_arn}/audit/*", "s3:PutObject")


def read_secret(scope: Construct, name: str) -> iam.PolicyStatement:
    """Read the secret of this name, which is not ours to make."""
    arn = cdk.Stack.of(scope).format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{name}-??????",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    return allow(arn, "secretsmanager:GetSecretValue")


def reach_code(
    scope: Construct, config: Config, *, writes: bool, pushes: bool = True
) -> list[iam.PolicyStatement]:
    """What opens the team's repositories, secrets or the role itself, and tells what is deployed.

    Who `writes` reads the tokens that can. Without `pushes` the role itself may look and comment only.
    """
    accesses = [each.access(writes=writes) for each in config.code_hosts]
    found = [read_secret(scope, name) for name in sorted({each.secret for each in accesses} - {""})]
    for each in config.repositories:
        host = config.host_of(each)
        if host and host.kind == "codecommit":
            actions = (PULL_REQUESTS if pushes else PULL_REQUESTS_SEEN) if writes and host.opens else ()
            found += _codecommit(scope, each, actions or ("codecommit:GitPull",))
    if any(each.ref is None for each in config.repositories):
        found += ask_what_is_deployed(scope, read_log_groups(config))
    return found


def see_what_runs(scope: Construct, config: Config) -> list[iam.PolicyStatement]:
    """Find the newest stream of the log groups, which is written by what runs now."""
    if all(each.ref for each in config.repositories):
        return []
    stack = cdk.Stack.of(scope)
    here = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group"
    groups = [f"{here}:{group}:*" for group in read_log_groups(config)]
    return [iam.PolicyStatement(actions=["logs:DescribeLogStreams"], resources=groups)]


def _codecommit(
    scope: Construct, repository: RepositoryMapping, actions: Sequence[str]
) -> list[iam.PolicyStatement]:
    """These actions; who may push, pushes branches of ours and no others."""
    arn = cdk.Stack.of(scope).format_arn(
        service="codecommit",
        region=codecommit_region(repository.clone_url),
        resource=repository.name,
        arn_format=cdk.ArnFormat.NO_RESOURCE_NAME,
    )
    if "codecommit:GitPush" not in actions:
        return [allow(arn, *actions)]
    return [
        allow(arn, *actions),
        # The first look at a push names no reference yet (CodeCommit User Guide, "Limit pushes and merges").
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=["codecommit:GitPush"],
            resources=[arn],
            conditions={
                "StringNotLike": {"codecommit:References": [f"refs/heads/{BRANCH_PREFIX}*"]},
                "Null": {"codecommit:References": "false"},
            },
        ),
    ]


def invoke(function_arn: str) -> iam.PolicyStatement:
    """Call another function."""
    return allow(function_arn, "lambda:InvokeFunction")


def stand_in_network(function_arn: str) -> list[iam.PolicyStatement]:
    """What Lambda needs to connect a function to a VPC, denied to the code inside the function.

    AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
    """
    return [
        iam.PolicyStatement(actions=list(INTERFACES), resources=["*"]),
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=[*INTERFACES, "ec2:DetachNetworkInterface"],
            resources=["*"],
            conditions={"ArnEquals": {"lambda:SourceFunctionArn": function_arn}},
        ),
    ]
