"""`make bench`: the throughput and the cold start of `intake`, side by side with peers.

Cold start: beside a handler that imports only boto3 and makes its clients. Both run in fresh processes, in
turn, against the same emulator; the ratio of each pair is what counts, because the machine's speed drifts.
The emulator's answers are in the time of `intake`; processor time has what is ours alone.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import boto3
import requests
from moto.server import ThreadedMotoServer

from infra.local.resources import ACCOUNT, REGION, create
from lambda_image.settings import variable
from tests.evals import throughput

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
loaded = {{name.split('.')[0] for name in sys.modules}}
heavy = loaded & {{'langchain_core', 'langchain_aws', 'github', 'OpenSSL'}}
assert not heavy, heavy
"""


@dataclass(frozen=True)
class Spent:
    """Seconds of one process, by the clock and of processor time."""

    seconds: float
    processor: float


def cold_start() -> dict[str, float]:
    """Median seconds of both processes and the medians of their ratios, by clock and processor time."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        runs: list[tuple[Spent, Spent]] = []
        for number in range(PAIRS + 1):
            requests.post(f"{endpoint}/moto-api/reset", timeout=10).raise_for_status()
            environment = _environment(endpoint)
            pair = (_spent(INTAKE, environment), _spent(PEER.format(region=REGION), environment))
            if number:
                runs.append(pair)
    finally:
        server.stop()
    return {
        "intake_seconds": statistics.median(ours.seconds for ours, _ in runs),
        "boto3_only_seconds": statistics.median(theirs.seconds for _, theirs in runs),
        "ratio": statistics.median(ours.seconds / theirs.seconds for ours, theirs in runs),
        "ratio_of_processor_time": statistics.median(
            ours.processor / theirs.processor for ours, theirs in runs
        ),
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


def _spent(code: str, environment: dict[str, str]) -> Spent:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = [sys.executable, "-c", code, str(EVENT)]
    subprocess.run(command, env=environment, check=True, timeout=60, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """Measure and write one JSON object for each."""
    data = Path(os.environ.get("TRACEMEND_DATA", "../shared/data"))
    if data.is_dir():
        sys.stdout.write(json.dumps({"throughput": throughput.evaluate(data)}) + "\n")
    else:
        sys.stderr.write(f"no throughput: there is no {data}; name the sets with TRACEMEND_DATA\n")
    figures = {name: round(value, 3) for name, value in cold_start().items()}
    sys.stdout.write(json.dumps({"cold_start": figures, "pairs": PAIRS}) + "\n")


if __name__ == "__main__":
    main()
