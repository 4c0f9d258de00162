"""Inside the image, under the real Runtime Interface Emulator, each handler does its part of one incident."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lambda_image.adapters.verifier import packed
from lambda_image.domain.incident import Incident
from lambda_image.wire import decode
from tests.infra.image.build import Variants
from tests.infra.image.cloud import Cloud
from tests.infra.image.container import Container
from tests.integration.proof.samples import JAVASCRIPT
from tests.integration.proof.test_python import FIXED, request

pytestmark = [pytest.mark.image, pytest.mark.loopback, pytest.mark.timeout(1_800)]
EVENTS = Path(__file__).parents[2] / "events"
DONE: dict[str, list[Any]] = {"batchItemFailures": []}


@dataclass(frozen=True)
class Incidence:
    """What each function answered and left behind, in the order of the work."""

    answers: dict[str, Any]
    incident: Incident
    card: dict[str, Any]
    reply: dict[str, Any]
    written: list[str]


@pytest.fixture(scope="module")
def seen(image: Variants, cloud: Cloud) -> Incidence:
    """One error through all functions, each in a container of its own."""
    answers: dict[str, Any] = {}
    written: list[str] = []

    def invoke(name: str, event: Any, **more: str) -> None:
        with Container(image.functions, handler(name), cloud.environment | more) as function:
            answers[name], _ = function.invoke(event)
            written.extend(function.written())

    invoke("intake", json.loads((EVENTS / "checkout_error.json").read_bytes()))
    asked = cloud.delivered("incidents")
    invoke("respond", asked)
    card = cloud.card()
    invoke("receipt", cloud.delivered("receipts"))
    with Container(image.verify, handler("verify")) as verify:
        invoke("repair", cloud.delivered("repairs"), AWS_ENDPOINT_URL_LAMBDA=verify.url)
        written.extend(verify.written())
    incident = decode(Incident, asked["Records"][0]["body"])
    return Incidence(answers, incident, card, cloud.card(), written)


def handler(name: str) -> str:
    """As a function's configuration names it."""
    return f"lambda_image.handlers.{name}.handler"


def test_intake_finds_the_error(seen: Incidence) -> None:
    assert seen.answers["intake"] == DONE
    assert seen.incident.event.exception_type == "ZeroDivisionError"


@pytest.mark.parametrize("name", ["pipe_batch", "kinesis_mapping", "direct_subscription", "sqs"])
def test_intake_takes_every_transport(image: Variants, cloud: Cloud, name: str) -> None:
    with Container(image.functions, handler("intake"), cloud.environment) as intake:
        answer, _ = intake.invoke(json.loads((EVENTS / f"{name}.json").read_bytes()))

    assert answer == DONE


def test_respond_publishes_a_card(seen: Incidence) -> None:
    assert seen.answers["respond"] == DONE
    assert "ZeroDivisionError" in seen.card["content"]["title"]


def test_receipt_confirms_it(seen: Incidence) -> None:
    assert seen.answers["receipt"] == DONE


def test_repair_opens_a_proved_pull_request(seen: Incidence, cloud: Cloud) -> None:
    (pull,) = cloud.pull_requests()

    assert seen.answers["repair"] == DONE
    assert (pull["draft"], pull["state"]) == (True, "open")
    assert seen.reply["metadata"]["threadId"] == seen.card["metadata"]["threadId"]


def test_verify_proves_a_patch(image: Variants) -> None:
    with Container(image.verify, handler("verify")) as verify:
        proof, _ = verify.invoke(json.loads(packed(request(FIXED))))

    assert (proof["verdict"], proof["reasons"]) == ("proved", [])
    assert proof["red"]["failed"] == ["tests/test_repro.py::test_empty"]
    assert proof["green"]["failed"] == []


def test_verify_has_node(image: Variants) -> None:
    """The toolchain that it carries unless others are asked for."""
    with Container(image.verify, handler("verify")) as verify:
        proof, _ = verify.invoke(json.loads(packed(JAVASCRIPT.request(JAVASCRIPT.mended))))

    assert (proof["verdict"], proof["reasons"], proof["gaps"]) == ("proved", [], [])
    assert "programs here: python, node" in proof["sandbox"]


def test_nothing_is_written_outside_of_tmp(seen: Incidence) -> None:
    assert seen.written == []
