"""The error that `make deploy` sends, through the loopback system to the channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.aws.deploying.probe import Probe, seconds_to_channel
from infra.local.bedrock.server import BedrockServer
from infra.local.demo import driver
from infra.local.resources import TABLE
from infra.local.system import LocalSystem, SystemConfig
from lambda_image.wiring.operators import ledger_at
from tests.fakes.engine import KnowingEngine


@pytest.mark.loopback
def test_the_check_reaches_the_channel_and_its_receipt_is_found(tmp_path: Path) -> None:
    probe = Probe(driver.CHECKOUT, "ghjkmnpqrstv")
    with BedrockServer(KnowingEngine()) as bedrock:
        config = SystemConfig(folder=tmp_path, bedrock_url=bedrock.url, log_groups=(driver.CHECKOUT,))
        with LocalSystem(config) as system:
            ledger = ledger_at(system.client("dynamodb"), TABLE)
            seconds = seconds_to_channel(probe, system.client, ledger, patience=90)
            (message,) = system.channel.messages

    assert seconds > 0
    assert probe.word in message.notification.title + message.notification.description
