"""What a deployment is doing: its problems, what was held back, and what waits in its queues."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from infra.aws.config import Config
from infra.aws.doctor.check import Client
from lambda_image.bootstrap import ledger_report
from lambda_image.domain.errors import ConfigurationError
from lambda_image.domain.incident import Problem, Tally

DEPTHS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


@dataclass(frozen=True, slots=True)
class Depth:
    """Messages that wait in a queue, and those that somebody works on; `dead` for a dead-letter queue."""

    queue: str
    waiting: int
    in_work: int
    dead: bool


@dataclass(frozen=True, slots=True)
class Status:
    """Everything at once."""

    problems: tuple[Problem, ...]
    tally: Tally
    queues: tuple[Depth, ...]


def status(config: Config, account: Client) -> Status:
    """Asks the account. Raises ConfigurationError, with what to do, when it cannot be asked."""
    try:
        stack = account("cloudformation").describe_stacks(StackName=config.prefix)["Stacks"][0]
        named = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}
        if "LedgerName" not in named:
            raise ConfigurationError(
                f"the stack {config.prefix} does not name its ledger: run make deploy again"
            )
        ledger = ledger_report(account("dynamodb"), named["LedgerName"])
        return Status(ledger.problems(), ledger.tally(), tuple(_queues(config, account)))
    except ClientError as error:
        said = error.response["Error"]
        raise ConfigurationError(
            f"{error.operation_name}: {said['Message']}. Is {config.prefix} deployed in this account?"
        ) from error
    except BotoCoreError as error:
        raise ConfigurationError(f"{error}. Check credentials, Region and network") from error


def _queues(config: Config, account: Client) -> Iterator[Depth]:
    sqs = account("sqs")
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"{config.prefix}-")
    for url in (url for page in pages for url in page.get("QueueUrls", ())):
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(DEPTHS))["Attributes"]
        name = url.rpartition("/")[2]
        waiting, in_work = (int(told[each]) for each in DEPTHS)
        yield Depth(name, waiting, in_work, dead="DeadLetters" in name)
