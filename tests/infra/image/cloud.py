"""AWS, Bedrock and a code host on loopback, and what the functions are told of them."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import requests
from moto.server import ThreadedMotoServer

from infra.local import resources
from infra.local.bedrock.server import BedrockServer
from infra.local.demo.history import create_repository
from infra.local.githost.pulls import Pulls
from infra.local.githost.server import GitHost
from infra.local.system import CREDENTIALS, REPOSITORY, code_hosts
from lambda_image.settings import variable
from tests.fakes.engine import KnowingEngine
from tests.fakes.git_http import GitHttp

TOKEN = "token-of-the-image-test"


class Cloud:
    """`environment` is what every function but `verify` gets."""

    def __init__(self, aws: str, bedrock: str, host: GitHost, clones: str) -> None:
        self._aws = aws
        self._repository = host.root / f"{'/'.join(REPOSITORY)}.git"
        self.made = resources.create(self.client, {}, TOKEN)
        mapping = {"log_group": "*", "clone_url": f"{clones}/{'/'.join(REPOSITORY)}.git"}
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
            variable("verify_function"): "function",
            variable("code_hosts"): code_hosts(host.url),
            variable("repositories"): json.dumps([{**mapping, "name": "/".join(REPOSITORY)}]),
        }

    def client(self, service: str) -> Any:
        """A client of the emulator."""
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(  # type: ignore[call-overload]
            service, endpoint_url=self._aws, region_name=resources.REGION, **keys
        )

    def delivered(self, queue: str) -> dict[str, Any]:
        """The next message of a queue, as the event that Lambda makes of it; it is gone then."""
        sqs, url = self.client("sqs"), self.made.queues[queue]
        (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        record = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{resources.REGION}:{resources.ACCOUNT}:tracemend-{queue}",
            "awsRegion": resources.REGION,
        }
        return {"Records": [record]}

    def card(self) -> dict[str, Any]:
        """The next notification in the channel."""
        envelope = json.loads(self.delivered("channel")["Records"][0]["body"])
        return dict(json.loads(envelope["Message"]))

    def pull_requests(self) -> list[dict[str, Any]]:
        """What the code host has."""
        return Pulls(self._repository).all()


@contextmanager
def open_cloud(folder: Path) -> Iterator[Cloud]:
    """A fresh one; the demo's repository is served over HTTP to whoever has the token."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    bare = folder / f"{'/'.join(REPOSITORY)}.git"
    bare.parent.mkdir(parents=True)
    create_repository(bare)
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    try:
        name, port = moto.get_host_and_port()
        aws = f"http://{name}:{port}"
        requests.post(f"{aws}/moto-api/reset", timeout=10).raise_for_status()
        allowed = f"Basic {base64.b64encode(f'x-access-token:{TOKEN}'.encode()).decode()}"
        with (
            BedrockServer(KnowingEngine()) as bedrock,
            GitHost(folder, token=TOKEN) as host,
            GitHttp(folder, allowed) as clones,
        ):
            yield Cloud(aws, bedrock.url, host, f"http://127.0.0.1:{clones.port}")
    finally:
        moto.stop()
