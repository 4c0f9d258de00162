"""`make bench`: the cold start of `intake` beside a handler that imports only boto3 and makes its clients.

Both run in fresh processes, in turn, against the same emulator; the ratio of each pair is what counts,
because the machine's speed drifts.
"""

from __future__ import annotations

import json
import logging
import statistics
import subprocess
import sys
import time
from pathlib import Path

import boto3
import requests
from moto.server import ThreadedMotoServer

from infra.local.resources import ACCOUNT, REGION, create
from lambda_image.settings import variable

EVENT = Path(__file__).parents[1] / "events" / "pipe_batch.json"
PAIRS = 15
CONTEXT = (
    "type('Context', (), {'function_name': 'intake', 'aws_request_id': 'r',"
    " 'get_remaining_time_in_millis': lambda self: 60000})()"
)
PEER = """
import boto3
from botocore.config import Config
clients = [boto3.client(name, config=Config(region_name='{region}')) for name in ('dynamodb', 'sqs')]
"""
INTAKE = f"""
import json, sys
from lambda_image.handlers.intake import handler
answer = handler(json.load(open(sys.argv[1])), {CONTEXT})
assert answer == {{'batchItemFailures': []}}, answer
heavy = {{name.split('.')[0] for name in sys.modules}} & {{'langchain_core', 'langchain_aws', 'github'}}
assert not heavy, heavy
"""


def cold_start() -> dict[str, float]:
    """Median seconds of both processes and the median of their ratios."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        ratios, intake, peer = [], [], []
        for number in range(PAIRS + 1):
            requests.post(f"{endpoint}/moto-api/reset", timeout=10).raise_for_status()
            environment = _environment(endpoint)
            mine = _seconds(INTAKE, environment)
            theirs = _seconds(PEER.format(region=REGION), environment)
            if number:
                intake.append(mine)
                peer.append(theirs)
                ratios.append(mine / theirs)
    finally:
        server.stop()
    return {
        "intake_seconds": statistics.median(intake),
        "boto3_only_seconds": statistics.median(peer),
        "ratio": statistics.median(ratios),
    }


def _environment(endpoint: str) -> dict[str, str]:
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION}

    def client(service: str) -> object:
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    made = create(client, {}, "no-token")
    return {
        **credentials,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCOUNT_ID": ACCOUNT,
        variable("ledger_table"): "tracemend-ledger",
        variable("incidents_queue_url"): made.queues["incidents"],
    }


def _seconds(code: str, environment: dict[str, str]) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-c", code, str(EVENT)]
    subprocess.run(command, env=environment, check=True, timeout=60, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Measure and write one JSON object."""
    figures = {name: round(value, 3) for name, value in cold_start().items()}
    sys.stdout.write(json.dumps({"cold_start": figures, "pairs": PAIRS}) + "\n")


if __name__ == "__main__":
    main()
