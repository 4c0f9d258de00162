"""Whether the account is ready: credentials, the CDK's bootstrap, room for the functions."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from infra.aws.config import Config
from infra.aws.doctor.check import Check, Client, judged
from infra.aws.reserved import reserved

# CDK Developer Guide, "Bootstrapping": the version that container image assets need.
BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
BOOTSTRAP_VERSION = 6
# Lambda quotas: this much of the account's concurrency cannot be reserved.
UNRESERVED = 100


def credentials(_config: Config, client: Client) -> Iterator[Check]:
    """Who we are to AWS."""
    who = client("sts").get_caller_identity()
    yield Check("credentials", ok=True, detail=f"{who['Arn']} in account {who['Account']}")


def bootstrap(config: Config, client: Client) -> Iterator[Check]:
    """Whether the CDK may deploy here."""
    region = config.region or "REGION"
    fix = f"Run `npx aws-cdk bootstrap aws://ACCOUNT/{region}` once for this account and region"
    try:
        found = int(client("ssm").get_parameter(Name=BOOTSTRAP)["Parameter"]["Value"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        yield Check("bootstrap", ok=False, detail="the CDK was never bootstrapped here", fix=fix)
        return
    yield judged("bootstrap", f"version {found}", fix, ok=found >= BOOTSTRAP_VERSION)


def concurrency(config: Config, client: Client) -> Iterator[Check]:
    """Whether the account has the invocations that are to be reserved."""
    free = client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    wanted = sum(reserved(config).values())
    yield judged(
        "concurrency",
        f"{free} unreserved, {wanted} wanted, and {UNRESERVED} must stay",
        "Ask for more concurrent executions in Service Quotas, or set concurrency.reserve = false",
        ok=free - wanted >= UNRESERVED,
    )
