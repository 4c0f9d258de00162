"""All questions, asked in order; what cannot be asked is a failed check and not a crash."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.aws.config import Config
from infra.aws.doctor import account, chat, code, index, network, secrets, slack, sources
from infra.aws.doctor.check import Check, Client, Question

LATER: tuple[Question, ...] = (
    account.bootstrap,
    account.concurrency,
    sources.log_groups,
    sources.models,
    chat.channels,
    code.repositories,
    secrets.wiki,
    secrets.channels,
    slack.channels,
    slack.signing,
    network.network,
    index.index,
)


def in_account(config: Config) -> Client:
    """Clients of the account that the AWS SDK finds, in the configuration's region."""
    session = boto3.Session(region_name=config.region or None)
    return session.client  # type: ignore[return-value]


def examine(config: Config, client: Client) -> Iterator[Check]:
    """Every check of this configuration against the account; without credentials only the first one."""
    identity = list(_asked(account.credentials, config, client))
    yield from identity
    if all(each.ok for each in identity):
        for question in LATER:
            yield from _asked(question, config, client)


def _asked(question: Question, config: Config, client: Client) -> Iterator[Check]:
    name = question.__name__.replace("_", " ")
    try:
        yield from question(config, client)
    except ClientError as error:
        said = error.response["Error"]
        denied = "Denied" in said["Code"] or "Unauthorized" in said["Code"]
        detail = f"{error.operation_name}: {said['Code']}: {said['Message']}"
        fix = f"Allow {error.operation_name} to whoever deploys" if denied else "See the message of AWS"
        yield Check(name, ok=False, detail=detail, fix=fix)
    except BotoCoreError as error:
        yield Check(name, ok=False, detail=str(error), fix="Check credentials, region and network")
