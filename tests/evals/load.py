"""A thousand log events a second for five minutes, against a model that always takes as long.

`make eval PART=load`, or shorter: `make eval PART=load ARGS="--rate 100 --seconds 30"`. DynamoDB Local holds
the ledger where Java and Maven are there: moto copies a whole table for each transaction. The emulators of
the stream and of the queues are processes of their own: within one, a backlog of one would slow the other.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from infra.local.bedrock.engines.engine import Completion, Prompt
from infra.local.bedrock.server import BedrockServer
from infra.local.resources import TABLE
from infra.local.system import LocalSystem, SystemConfig
from lambda_image.settings import variable
from lambda_image.wiring.operators import ledger_at
from tests.contract.servers.dynamodb_local import VERSION, DynamoDBLocal
from tests.contract.servers.moto_process import moto_process
from tests.fakes.engine import KnowingEngine

GROUP = "/aws/lambda/checkout"
JARS = Path(__file__).parents[2] / "build" / "dynamodb-local"
# What CloudWatch Logs would deliver at once: log streams, each written once a second.
STREAMS = 5
# Every new problem is to be answered: this is about the way, not about the cap.
ROOM = {variable("new_problems"): "1000", variable("new_problems_window_seconds"): "60"}
# Repeats are of so many problems at a time.
RECENT = 20
WARM_UP = 0.2
PATIENCE = 3_600.0
# Seconds by which the oldest unread record may grow older in one second.
LEVEL = 0.01


@dataclass(frozen=True, slots=True)
class Load:
    """`rate` events a second for `seconds`, `new` of them the first of their problem.

    The model takes `latency` seconds and may be asked `at_once` times; `moto` keeps the ledger in moto.
    """

    rate: int = 1_000
    seconds: int = 300
    new: float = 0.01
    latency: float = 2.0
    at_once: int = 5
    moto: bool = False


@dataclass
class SteadyEngine:
    """Implements `Engine`: a scripted answer, always after the same time; counts who asks at once."""

    latency: float
    name: str = "scripted"
    model: str = "for tests"
    answers: int = 0
    most_at_once: int = 0
    _asked: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _script: KnowingEngine = field(default_factory=KnowingEngine)

    def complete(self, prompt: Prompt) -> Completion:
        """See `Engine.complete`."""
        with self._lock:
            self._asked += 1
            self.most_at_once = max(self.most_at_once, self._asked)
        time.sleep(self.latency)
        with self._lock:
            self._asked -= 1
            self.answers += 1
        return self._script.complete(prompt)

    def close(self) -> None:
        """Nothing to close."""


class Ages:
    """The iterator age, each second between entry and `stop`, as (seconds since entry, age)."""

    def __init__(self, system: LocalSystem) -> None:
        self.samples: list[tuple[float, float]] = []
        self._system = system
        self._began = time.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ages", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(1.0):
            age = self._system.pipe.iterator_age()
            self.samples.append((time.monotonic() - self._began, age))
            if len(self.samples) % 10 == 0:
                sys.stderr.write(f"{self.samples[-1][0]:.0f} s: iterator age {age:.1f} s\n")

    def told(self, load: Load) -> dict[str, float]:
        """Most, median and slope after the warm-up; the slope is that of the least squares."""
        kept = [each for each in self.samples if each[0] > load.seconds * WARM_UP]
        times, ages = [at for at, _ in kept], [age for _, age in kept]
        slope = statistics.linear_regression(times, ages).slope if len(kept) > 1 else 0.0
        return {"most": max(ages), "median": statistics.median(ages), "slope": slope, "samples": len(kept)}


def lines(number: int, load: Load) -> list[str]:
    """The events of one delivery, the `number`th from 0: new errors, repeats of recent ones, plain lines."""
    size = load.rate // STREAMS
    first, end = (int(size * at * load.new) for at in (number, number + 1))
    recent = range(max(end - RECENT, 0), end)
    repeats = [_error(recent[at % len(recent)]) for at in range(size // 2)] if recent else []
    fresh = [_error(each) for each in range(first, end)]
    plain = [f"INFO order {number}.{at} was priced" for at in range(size - len(fresh) - len(repeats))]
    return [*fresh, *plain, *repeats]


def _error(number: int) -> str:
    """An error that is a problem of its own: digits would be masked and words learned, a type is neither."""
    letters = "".join(chr(97 + int(digit)) for digit in str(number))
    return f"[ERROR] Worker{letters.title()}Error: the queue is not reachable"


def write(system: LocalSystem, load: Load) -> float:
    """Write in time, or as soon as possible after it; how many seconds it took."""
    began = time.monotonic()
    for number in range(load.seconds * STREAMS):
        early = began + number / STREAMS - time.monotonic()
        if early > 0:
            time.sleep(early)
        system.logs.put(GROUP, f"stream-{number % STREAMS}", lines(number, load))
    return time.monotonic() - began


def run(folder: Path, load: Load) -> dict[str, Any]:
    """One run, and what came of it; `wrong` is empty when all went as it must."""
    engine = SteadyEngine(load.latency)
    with (
        ledger_server(folder, load) as ledger,
        moto_process() as streams,
        moto_process() as queues,
        BedrockServer(engine) as bedrock,
    ):
        endpoints = {"logs": streams, "kinesis": streams, "sqs": queues, "sns": queues, **ledger}
        config = SystemConfig(
            folder,
            bedrock.url,
            (GROUP,),
            respond_at_once=load.at_once,
            settings=ROOM,
            endpoints=endpoints,
        )
        with LocalSystem(config) as system:
            system.logs.batch = load.rate
            began = time.monotonic()
            with Ages(system) as ages:
                written = write(system, load)
                in_step = system.pipe.wait_idle(PATIENCE)
            taken = time.monotonic() - began
            rested = system.wait_idle(PATIENCE) and in_step
            found = {
                **asdict(load),
                "ledger": f"DynamoDB Local {VERSION}" if ledger else "moto",
                "written_in": written,
                "taken_in": taken,
                "events_a_second": system.logs.written / taken,
                "at_rest_after": time.monotonic() - began,
                "iterator_age": ages.told(load),
                "model": {"answers": engine.answers, "most_at_once": engine.most_at_once},
                "load_average": os.getloadavg(),
                **_counted(system),
            }
    return {**found, "wrong": wrong(found, rested=rested)}


def _counted(system: LocalSystem) -> dict[str, Any]:
    tally = ledger_at(system.client("dynamodb"), TABLE).tally()
    sqs = system.client("sqs")
    letters = {}
    for name, url in system.made.dead_letters.items():
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        letters[name] = int(told["Attributes"]["ApproximateNumberOfMessages"])
    cards = Counter(message.notification.id for message in system.channel.messages)
    return {
        "events_in": system.logs.written,
        "shown": tally.shown,
        "suppressed": tally.suppressed,
        "cards": len(cards),
        "cards_twice": sum(count > 1 for count in cards.values()),
        "dead_letters": letters,
        "failure": system.failure,
    }


def wrong(found: dict[str, Any], *, rested: bool) -> list[str]:
    """What must not be, in words."""
    problems = int(found["events_in"] * found["new"])
    counted = found["shown"] + sum(found["suppressed"].values())
    rules = {
        "it did not come to rest": not rested,
        f"{counted} events counted": counted != found["events_in"],
        f"{found['cards']} cards for {problems} problems": found["cards"] != problems,
        "a card came twice": found["cards_twice"] > 0,
        "something waits for its answer": "waiting for its answer" in found["suppressed"],
        "there are dead letters": any(found["dead_letters"].values()),
        "the model was asked too often at once": found["model"]["most_at_once"] > found["at_once"],
        "the iterator age grew": found["iterator_age"]["slope"] > LEVEL,
        found["failure"]: bool(found["failure"]),
    }
    return [words for words, broken in rules.items() if broken]


@contextmanager
def ledger_server(folder: Path, load: Load) -> Iterator[dict[str, str]]:
    """Where the ledger is kept instead of moto, if anywhere."""
    if load.moto or not (shutil.which("java") and shutil.which("mvn")):
        yield {}
        return
    with DynamoDBLocal(JARS, folder) as endpoint:
        yield {"dynamodb": endpoint}


def evaluate(arguments: Sequence[str] = ()) -> dict[str, Any]:
    """The run that the arguments ask for, figures rounded."""
    parser = argparse.ArgumentParser(prog="make eval PART=load ARGS=…")
    for name, default in asdict(Load()).items():
        if name == "moto":
            parser.add_argument("--moto", action="store_true")
        else:
            parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    load = Load(**vars(parser.parse_args(arguments)))
    with tempfile.TemporaryDirectory() as folder:
        return {name: _rounded(value) for name, value in run(Path(folder), load).items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_rounded(each) for each in value]
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    sys.exit("make eval PART=load")
