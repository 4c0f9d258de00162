"""How fast logs are taken in, on one core: beside Drain3 with and without masks, and beside unpacking alone.

The lines are those of loghub's systems, as log events in the envelope in which CloudWatch delivers them. Each
round says the same with other times, ids and long numbers, as a log does.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lambda_image.domain.records import Delivery
from lambda_image.steps.reading.decode import decode
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import understand
from tests.evals.grouping import SYSTEMS, raw
from tests.unit.steps.traces.samples import TRACES

# Log events in one delivery, and how often all is measured.
EVENTS, ROUNDS = 500, 5
# What is another each time: ids in hexadecimal, seconds, and numbers too long for a status or a level.
_CHANGES = re.compile(r"\b(?=[a-f]*\d[0-9a-f]*)[0-9a-f]{8,}\b|\d{4,}|(?<=\d\d:\d\d:)\d\d\b")
Envelope = dict[str, Any]
Peer = Callable[[Sequence[str]], object]


def evaluate(data: Path) -> dict[str, Any]:
    """Lines a second and ratios for logs as they are, and for a storm of one error with other ids."""
    from tests.evals.peers import drain3_groups  # noqa: PLC0415 - of an extra that only this needs

    logs = [line for system in SYSTEMS for line in raw(data, system)]
    masked = partial(drain3_groups, settings=data / "log_grouping" / "drain3_example_config.ini")
    peers: dict[str, Peer] = {"drain3": drain3_groups, "drain3_masked": masked}
    return {
        name: _measured(lines, peers)
        for name, lines in (("loghub", logs), ("storm", list(_storm(len(logs)))))
    }


def _storm(size: int) -> Iterator[str]:
    trace = next(iter(TRACES.values()))
    for number in range(size // 10):
        yield from (f"INFO  request {number * 7919 % 100_003} took {number % 977} ms" for _ in range(9))
        yield f"ERROR request {number * 7919 % 100_003} failed\n{trace}"


def _measured(lines: Sequence[str], peers: Mapping[str, Peer]) -> dict[str, Any]:
    """Everything in turn, round by round; in the first one all that ours meets is new."""
    policy = IntakePolicy()
    seconds: dict[str, list[float]] = {name: [] for name in ("ours", "unpacking", *peers)}
    for number in range(ROUNDS):
        said = _again(lines, number)
        envelopes = [_envelope(at, said[at : at + EVENTS]) for at in range(0, len(said), EVENTS)]
        ways: dict[str, Callable[[], object]] = {
            "ours": partial(_taken, envelopes, policy),
            "unpacking": partial(_unpacked, envelopes),
            **{name: partial(peer, said) for name, peer in peers.items()},
        }
        for name, way in ways.items():
            began = time.process_time()
            way()
            seconds[name].append(time.process_time() - began)
    first = seconds["ours"].pop(0)
    middle = {name: statistics.median(each) for name, each in seconds.items()}
    return {
        "lines": len(lines),
        "lines_per_second": {name: round(len(lines) / each) for name, each in middle.items()}
        | {"ours_first": round(len(lines) / first)},
        **{f"times_{name}": round(middle[name] / middle["ours"], 2) for name in peers},
        **{f"times_{name}_first": round(middle[name] / first, 2) for name in peers},
        "times_unpacking": round(middle["ours"] / middle["unpacking"], 2),
    }


def _again(lines: Sequence[str], number: int) -> list[str]:
    """The same lines with other digits in what is another each time."""
    turned = {ord("0") + digit: str((digit + number) % 10) for digit in range(10)}
    return [_CHANGES.sub(lambda found: found[0].translate(turned), line) for line in lines]


def _envelope(first: int, lines: Sequence[str]) -> Envelope:
    events = [
        {"id": f"{first + at:056}", "timestamp": 1_763_900_000_000 + at, "message": line}
        for at, line in enumerate(lines)
    ]
    batch = {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/ecs/shop",
        "logStream": "web/1",
        "subscriptionFilters": ["tracemend"],
        "logEvents": events,
    }
    packed = base64.b64encode(gzip.compress(json.dumps(batch).encode())).decode()
    return {"awslogs": {"data": packed}}


def _unpacked(envelopes: Sequence[Envelope]) -> object:
    return [json.loads(gzip.decompress(base64.b64decode(each["awslogs"]["data"]))) for each in envelopes]


def _taken(envelopes: Sequence[Envelope], policy: IntakePolicy) -> int:
    deliveries = (each for envelope in envelopes for each in decode(envelope))
    return sum(understand(each, policy).records for each in deliveries if isinstance(each, Delivery))
