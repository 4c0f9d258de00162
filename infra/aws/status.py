"""What a deployment is doing: its problems, what was held back, and what waits in its queues."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from botocore.exceptions import BotoCoreError, ClientError

from infra.aws.config import Config
from infra.aws.doctor.check import Client
from lambda_image.domain.errors import ConfigurationError
from lambda_image.domain.incident import Problem, Tally
from lambda_image.ports import OperatorsLedger
from lambda_image.wiring.operators import ledger_at

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
    """Everything at once; `on_day` is the tally of one `day` in UTC."""

    problems: tuple[Problem, ...]
    tally: Tally
    day: date
    on_day: Tally
    queues: tuple[Depth, ...]


def status(config: Config, account: Client, day: date) -> Status:
    """Asks the account. Raises ConfigurationError, with what to do, when it cannot be asked."""
    with ledger_of(config, account) as ledger:
        queues = tuple(_queues(config, account))
        return Status(ledger.problems(), ledger.tally(), day, ledger.tally(day), queues)


@contextmanager
def ledger_of(config: Config, account: Client) -> Iterator[OperatorsLedger]:
    """The ledger of a deployment. Raises ConfigurationError, also for what goes wrong while it is used."""
    try:
        stack = account("cloudformation").describe_stacks(StackName=config.prefix)["Stacks"][0]
        named = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}
        if "LedgerName" not in named:
            raise ConfigurationError(
                f"the stack {config.prefix} does not name its ledger: run make deploy again"
            )
        yield ledger_at(account("dynamodb"), named["LedgerName"])
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
