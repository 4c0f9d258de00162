"""One emulator for all tests of the pumps, emptied after each."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

from tests.integration.pump.emulator import STREAM, Aws


@pytest.fixture(name="emulator", scope="package")
def _emulator() -> Iterator[Aws]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request otherwise
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    aws = Aws(f"http://{host}:{port}")
    yield aws
    for client in aws.clients.values():
        client.close()
    server.stop()


@pytest.fixture(name="aws")
def _aws(emulator: Aws) -> Iterator[Aws]:
    emulator.client("kinesis").create_stream(StreamName=STREAM, ShardCount=1)
    yield emulator
    emulator.client("kinesis").delete_stream(StreamName=STREAM)
    for url in emulator.client("sqs").list_queues().get("QueueUrls", []):
        emulator.client("sqs").delete_queue(QueueUrl=url)
