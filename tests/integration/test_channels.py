"""The desk as settings make it: topic, Teams, Slack and a webhook, each by its service, through a fault."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from infra.local.tables import create_ledger_table
from lambda_image.domain.channels import Channel
from lambda_image.domain.errors import TransientError
from lambda_image.domain.evidence import ServiceMapping
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.noise import Spike
from lambda_image.domain.severity import Severity
from lambda_image.notices import tell_spike
from lambda_image.settings import Settings
from lambda_image.wiring import parts
from lambda_image.wiring.invocations import Invocations, invocations
from tests.contract.servers.hooks import KEY, Answer, Hooks
from tests.contract.servers.slack import CHANNEL, TOKEN, Fault, LoopbackSlack, trusted
from tests.fakes.events import START, incident, intake

pytestmark = pytest.mark.loopback
REGION, TABLE = "us-east-1", "ledger"
SPIKE = replace(incident(), spike=Spike(START, 51, 10))


@pytest.fixture
def hooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Hooks]]:
    """Both receivers, whose certificates are known."""
    for name, value in (("AWS_ACCESS_KEY_ID", "t"), ("AWS_SECRET_ACCESS_KEY", "t")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "all.pem"))
    for kind in ("teams", "webhook"):
        (tmp_path / kind).mkdir()
    with Hooks("teams", tmp_path / "teams") as teams, Hooks("webhook", tmp_path / "webhook") as webhook:
        known = (each.certificate.read_text() for each in (teams, webhook))
        (tmp_path / "all.pem").write_text("".join(known))
        yield {"teams": teams, "webhook": webhook}


@pytest.fixture
def slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackSlack]:
    """A Slack whose certificate is known, by the clock that the ledger names threads by."""
    (tmp_path / "slack").mkdir()
    with LoopbackSlack(tmp_path / "slack") as opened:
        opened._time = time.time()
        trusted(monkeypatch, opened.certificate)
        yield opened


@pytest.fixture
def made(hooks: dict[str, Hooks], slack: LoopbackSlack) -> Iterator[Invocations]:
    """A deployment on moto: Teams hears of the shop, the webhook of payments, Slack of what is bad."""
    with mock_aws():
        keys: dict[str, Any] = {"region_name": REGION}
        create_ledger_table(boto3.client("dynamodb", **keys), TABLE)
        topic = boto3.client("sns", **keys).create_topic(Name="cards")["TopicArn"]
        for name, each in hooks.items():
            held = json.dumps({"url": each.url, "key": KEY})
            boto3.client("secretsmanager", **keys).create_secret(Name=name, SecretString=held)
        held = json.dumps({"token": TOKEN})
        boto3.client("secretsmanager", **keys).create_secret(Name="slack", SecretString=held)
        channels = (
            Channel("room", "slack", slack.host, "slack", CHANNEL, severity=Severity.HIGH),
            Channel("ops", "teams", "127.0.0.1", "teams", services=("shop",)),
            Channel("pager", "webhook", "127.0.0.1", "webhook", services=("pay",)),
        )
        services = (ServiceMapping("/aws/lambda/pay*", "pay"),)
        shared = invocations()
        settings = Settings(
            REGION, TABLE, topic_arn=topic, trace_bucket="b", channels=channels, services=services
        )
        yield replace(shared, settings=settings)


def titles() -> list[str]:
    """What the topic took."""
    (topic,) = sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics.values()
    return [json.loads(each[1])["content"]["title"] for each in topic.sent_notifications]


def seen(made: Invocations, log_group: str) -> Incident:
    """A spike of a problem there that the ledger knows."""
    (opened,) = parts.ledger(made).observe(intake(log_group=log_group))
    return replace(SPIKE, thread_id=opened.thread_id, event=replace(SPIKE.event, log_group=log_group))


def test_each_hears_of_its_service_and_the_topic_of_all(
    made: Invocations, hooks: dict[str, Hooks], slack: LoopbackSlack
) -> None:
    assert tell_spike(seen(made, "/aws/lambda/shop"), parts.desk(made))

    assert (len(titles()), len(hooks["teams"].accepted), hooks["webhook"].asked) == (1, 1, 0)
    assert (len(slack.ours), slack.wrong, hooks["teams"].wrong) == (1, [], [])


def test_a_webhook_that_is_down_is_told_later_and_nobody_twice(
    made: Invocations, hooks: dict[str, Hooks]
) -> None:
    case = seen(made, "/aws/lambda/pay-1")
    hooks["webhook"].room, hooks["webhook"].answers = 0, [Answer(429, {"Retry-After": "0"})]
    with pytest.raises(TransientError, match="the channel pager answers 429 Too Many Requests"):
        tell_spike(case, parts.desk(made))
    assert (len(titles()), hooks["webhook"].asked, hooks["teams"].asked) == (1, 3, 0)
    hooks["webhook"].room = 1

    assert tell_spike(case, parts.desk(made))
    assert (len(titles()), len(hooks["webhook"].accepted), hooks["webhook"].wrong) == (1, 1, [])
    assert tell_spike(case, parts.desk(made)) is None
    claim = parts.ledger(made).claim(case.fingerprint, Task.RESPOND, 1)
    assert {each.partition(":")[0] for each in claim.delivered} == {"topic", "pager", "room"}


def test_what_slack_did_not_take_waits_and_stands_there_once(
    made: Invocations, hooks: dict[str, Hooks], slack: LoopbackSlack
) -> None:
    case = seen(made, "/aws/lambda/shop")
    slack.faults["chat.postMessage"] = [Fault(429, "ratelimited", {"Retry-After": "0"})] * 2 + [
        Fault(503, after=True)
    ]
    with pytest.raises(TransientError, match=r"the channel room: chat\.postMessage answers 503"):
        tell_spike(case, parts.desk(made))
    assert (len(titles()), len(hooks["teams"].accepted)) == (1, 1)

    assert tell_spike(case, parts.desk(made))
    assert (len(titles()), len(hooks["teams"].accepted), len(slack.ours)) == (1, 1, 1)
    claim = parts.ledger(made).claim(case.fingerprint, Task.RESPOND, 1)
    assert f"room:{slack.ours[0]['metadata']['event_payload']['id']}@{slack.ours[0]['ts']}" in claim.delivered
