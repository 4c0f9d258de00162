"""Inside the image, under the real Runtime Interface Emulator, each handler does its part of one incident."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from infra.local import resources
from infra.local.bedrock.server import BedrockServer
from infra.local.demo.history import create_repository
from infra.local.system import CREDENTIALS
from lambda_image.domain.incident import Incident
from lambda_image.settings import variable
from lambda_image.wire import decode
from tests.fakes.engine import KnowingEngine
from tests.infra.image.container import Container, build, build_base, image_bytes, missing

pytestmark = [pytest.mark.image, pytest.mark.loopback, pytest.mark.timeout(1_800)]
FUNCTIONS, VERIFY = "localhost/tracemend", "localhost/tracemend-verify"
REPOSITORY = "/srv/git/checkout.git"
DONE: dict[str, list[Any]] = {"batchItemFailures": []}
USER = 1000
TRACE = """[ERROR] ZeroDivisionError: division by zero
Traceback (most recent call last):
  File "/var/task/checkout/pricing.py", line 9, in average_item_price
    return round(subtotal(lines) / quantity, 2)"""
LOG = {
    "logGroup": "/aws/lambda/checkout",
    "logStream": "s",
    "logEvents": [{"id": "1", "timestamp": 1_790_000_000_000, "message": TRACE}],
}


@pytest.fixture(scope="module")
def images() -> None:
    """Both variants, built."""
    if reason := missing():
        pytest.skip(reason)
    build_base()
    build("functions", FUNCTIONS)
    build("verify", VERIFY)


class Cloud:
    """AWS and Bedrock on loopback, and what is told to the functions."""

    def __init__(self, aws: str, bedrock: str) -> None:
        self.aws = aws
        self.made = resources.create(self.client, {}, "no-token")
        self.environment = {
            **CREDENTIALS,
            "AWS_REGION": resources.REGION,
            "AWS_ENDPOINT_URL": aws,
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock,
            variable("ledger_table"): resources.TABLE,
            variable("incidents_queue_url"): self.made.queues["incidents"],
            variable("repairs_queue_url"): self.made.queues["repairs"],
            variable("topic_arn"): self.made.topic_arn,
            variable("trace_bucket"): resources.TRACES,
            variable("git_token_secret"): resources.TOKEN_SECRET,
            variable("verify_function"): "function",
            variable("code_host_url"): "http://127.0.0.1:9/no-code-host",
            variable("repositories"): json.dumps(
                [{"log_group": "*", "clone_url": REPOSITORY, "name": "team/checkout"}]
            ),
        }

    def client(self, service: str) -> Any:
        """A client of the emulator."""
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(  # type: ignore[call-overload]
            service, endpoint_url=self.aws, region_name=resources.REGION, **keys
        )

    def received(self, queue: str, times: int = 1) -> dict[str, Any]:
        """The next message of a queue, as the event of its function when it comes the nth time."""
        url = self.made.queues[queue]
        (message,) = self.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
        record = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": {"ApproximateReceiveCount": str(times)},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{resources.REGION}:{resources.ACCOUNT}:tracemend-{queue}",
            "awsRegion": resources.REGION,
        }
        return {"Records": [record]}


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """A fresh one."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    requests.post(f"http://{host}:{port}/moto-api/reset", timeout=10).raise_for_status()
    with BedrockServer(KnowingEngine()) as bedrock:
        yield Cloud(f"http://{host}:{port}", bedrock.url)
    moto.stop()


@pytest.mark.usefixtures("images")
def test_one_incident_goes_through_every_handler(cloud: Cloud, tmp_path: Path) -> None:
    create_repository(tmp_path / "checkout.git")
    for path in (tmp_path, *tmp_path.rglob("*")):
        os.chown(path, USER, USER)
    volumes = {"/srv/git": tmp_path}
    with Container(FUNCTIONS, "intake", cloud.environment) as intake:
        cold, cold_seconds = intake.invoke(LOG)
        again, warm_seconds = intake.invoke(LOG)
    asked = cloud.received("incidents")
    with Container(FUNCTIONS, "respond", cloud.environment, volumes) as respond:
        answered, respond_seconds = respond.invoke(asked)
    card = json.loads(json.loads(cloud.received("channel")["Records"][0]["body"])["Message"])
    with Container(FUNCTIONS, "receipt", cloud.environment) as receipt:
        confirmed, _ = receipt.invoke(cloud.received("receipts"))
    with Container(VERIFY, "verify", {}) as verify:
        environment = cloud.environment | {"AWS_ENDPOINT_URL_LAMBDA": verify.url}
        with Container(FUNCTIONS, "repair", environment, volumes) as repair:
            repaired, _ = repair.invoke(cloud.received("repairs", resources.MAX_RECEIVE_COUNT))
    reply = json.loads(json.loads(cloud.received("channel")["Records"][0]["body"])["Message"])
    _tell(cold_seconds, warm_seconds, respond_seconds)

    assert (cold, again, answered, confirmed, repaired) == (DONE,) * 5
    assert decode(Incident, asked["Records"][0]["body"]).event.exception_type == "ZeroDivisionError"
    assert "ZeroDivisionError" in card["content"]["title"]
    assert "a fix was proved" in reply["content"]["description"].lower()
    assert reply["metadata"]["threadId"] == card["metadata"]["threadId"]


def _tell(cold: float, warm: float, respond: float) -> None:
    figures = {
        "megabytes_over_base": round(image_bytes(FUNCTIONS) / 1e6),
        "verify_megabytes_over_base": round(image_bytes(VERIFY) / 1e6),
        "intake_cold_seconds": round(cold, 2),
        "intake_warm_seconds": round(warm, 3),
        "respond_cold_seconds": round(respond, 2),
    }
    sys.__stdout__ and sys.__stdout__.write(f"\n{json.dumps({'image': figures})}\n")
