"""Buttons on loopback: what the card carries comes back by the channel's way, and the thread goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.bedrock.server import BedrockServer
from infra.local.channel.buttons import buttons, press
from infra.local.channel.inbox import Message
from infra.local.resources import TABLE
from infra.local.system import LocalSystem, SystemConfig
from lambda_image.domain.action import Verb
from lambda_image.wiring.operators import ledger_at
from tests.fakes.engine import KnowingEngine

GROUP = "/aws/lambda/checkout"
FORGED = (
    b'{"mute": "v1-0000000000000000-1.ff.AAAAAAAAAAAAAAAAAAAAAA"}',
    b'{"mute": 1}',
    b'{"drop": "x"}',
    b"[]",
    b"{}",
    b'{"by": "ada"}',
)
ERROR = "[ERROR] QueueUnreachableError: the queue is not reachable"

pytestmark = [pytest.mark.loopback, pytest.mark.timeout(200)]


@pytest.fixture
def system(tmp_path: Path) -> Iterator[LocalSystem]:
    """One problem, answered."""
    with (
        BedrockServer(KnowingEngine()) as bedrock,
        LocalSystem(SystemConfig(tmp_path, bedrock.url, (GROUP,))) as started,
    ):
        started.logs.put(GROUP, "s", [ERROR])
        assert started.wait_idle(120)
        yield started


def card(system: LocalSystem) -> Message:
    return system.channel.messages[0]


def test_analyse_again_brings_one_more_answer_into_the_thread(system: LocalSystem) -> None:
    said = [press(card(system), Verb.ANALYSE, system.functions) for _ in range(2)]
    assert system.wait_idle(120)
    assert system.channel.wait_for(2, 20)
    first, second = system.channel.messages

    assert "answer comes" in said[0]
    assert "asked before" in said[1]
    assert first.notification.thread_id == second.notification.thread_id
    assert first.notification.id != second.notification.id
    assert second.is_reply
    assert ledger_at(system.client("dynamodb"), TABLE).tally().shown == 1


def test_mute_holds_back_what_comes_after_and_a_forged_token_does_nothing(system: LocalSystem) -> None:
    ledger = ledger_at(system.client("dynamodb"), TABLE)
    refused = [system.functions.invoke("tracemend-chat", payload).payload for payload in FORGED]
    claimed = {"mute": (card(system).notification.additional_context or {})[Verb.MUTE], "by": "ada"}
    refused += [
        system.functions.invoke("tracemend-chat", json.dumps(claimed | {"seal": seal}).encode()).payload
        for seal in ("", "x" * 22)
    ]
    before = ledger.problems()[0].muted_until
    said = press(card(system), Verb.MUTE, system.functions)
    system.logs.put(GROUP, "s", [ERROR])
    assert system.wait_idle(60)

    assert all(b"Refused" in answer for answer in refused), refused
    assert before == 0
    assert "Muted for 1d" in said
    assert ledger.tally().suppressed["muted"] == 1
    assert set(buttons(card(system))) >= {Verb.ANALYSE, Verb.MUTE, Verb.WRONG, Verb.WORKED}


def test_a_question_is_answered_and_a_correction_is_quoted_by_the_next_answer(system: LocalSystem) -> None:
    why = press(card(system), Verb.ASK, system.functions)
    noted = press(card(system), Verb.WRONG, system.functions)
    command = re.search(r"run tracemend-bad (\S+) ", noted)
    assert command
    payload = json.dumps({"bad": f"{command[1]} the queue was renamed, and its key is AKIA{'Q' * 16}"})
    thanked = system.functions.invoke("tracemend-chat", payload.encode()).payload
    press(card(system), Verb.ANALYSE, system.functions)
    assert system.wait_idle(120)
    assert system.channel.wait_for(2, 20)
    second = system.channel.messages[1].notification

    assert "QueueUnreachableError" in why
    assert "Confidence" in why
    assert b"correction is quoted" in thanked
    assert "Corrected by the team" in second.description
    assert "the queue was renamed" in second.description
    assert "AKIA" not in second.description
