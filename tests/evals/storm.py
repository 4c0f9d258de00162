"""A storm: 100,000 events of 40 problems in six services, brought by three deployments, told in the channel.

`make eval PART=storm`. The events are the same in each run. They go as CloudWatch Logs would deliver them
through `intake`, and what it queues through `respond`, which asks the extractive engine on loopback over
Bedrock's wire. Ledger, queue, traces and topic are in memory; they pass the contract suites of the real ones.
With `ARGS=versions` the names of the log streams tell the deployments. Hours pass on the ledger's clock; what
is measured is measured by the wall's, once the process is warm. Some deliveries come twice, all work does.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console

from infra.local.bedrock.engines.engine import Completion, Prompt
from infra.local.bedrock.engines.extractive import ExtractiveEngine
from infra.local.bedrock.server import BedrockServer
from infra.local.channel.schema import Accepted
from infra.local.channel.schema import check as accepted_by_channel
from infra.local.demo.run import made_index
from infra.local.endpoint import LOOPBACK_SETTINGS
from lambda_image import settings
from lambda_image.adapters.channels.chatbot import envelope
from lambda_image.desk import Desk
from lambda_image.domain.errors import PermanentError
from lambda_image.domain.incident import Incident
from lambda_image.domain.noise import Digest, NoisePolicy
from lambda_image.domain.notification import Telling
from lambda_image.intake import take_in
from lambda_image.notices import tell_digest, tell_member, tell_spike
from lambda_image.pipeline import Tools, answer, respond
from lambda_image.recognition import Recognition
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.wiring import by_hand
from tests.fakes.clock import FixedClock
from tests.fakes.events import incident
from tests.fakes.identities import MemoryIdentities
from tests.fakes.ledger import MemoryLedger
from tests.fakes.stores import MemoryNotifier, MemoryQueue, MemoryTraces

EVENTS, PROBLEMS, DEPLOYMENTS, SIZE = 100_000, 40, 3, 500
SERVICES = ("checkout", "payments", "orders", "stock", "mail", "search")
# Deliveries of one deployment come one a second, its last ones one in eleven minutes.
CALM, SECOND, ELEVEN_MINUTES, HOUR = 8, 1, 660, 3_600
ERRORS, USERS = 0.3, 400
# Every so many deliveries come twice.
TWICE = 10
THINGS = ("Price", "Basket", "Coupon", "Address", "Invoice", "Refund", "Voucher", "Parcel", "Account", "Rate")
FAULTS = ("MissingError", "TimeoutError", "ConflictError", "DeniedError")


def error(number: int, dice: Random) -> str:
    """One more occurrence of a problem, in the form of its service."""
    kind = f"{THINGS[number % len(THINGS)]}{FAULTS[number // len(THINGS)]}"
    user, order, at = (
        dice.randrange(USERS),
        dice.randrange(10**6),
        f"step_{chr(97 + number % 26)}{number // 26}",
    )
    request = f"{dice.getrandbits(32):08x}-{number:04x}-4000-8000-{dice.getrandbits(48):012x}"
    said = f"{kind}: order {order} cannot go on"
    match number % 4:
        case 0:
            frame = f'  File "/var/task/app/{at}.py", line {10 + number}, in {at}\n    {at}(order)'
            return f"[ERROR] {said} user_id={user}\nTraceback (most recent call last):\n{frame}\n{said}"
        case 1:
            told = {
                "level": "ERROR",
                "message": said,
                "errorType": kind,
                "user_id": user,
                "requestId": request,
            }
            return json.dumps(told)
        case 2:
            return f"2026-11-25T10:00:00.000Z\t{request}\tERROR\t{said}\n    at {at} (/var/task/{at}.js:7:9)"
    return f"ERROR [main] c.a.{at} - tenant={user % 9}\ncom.acme.{said}\n\tat com.acme.{at}.run({at}.java:8)"


def chances(number: int, deployment: int) -> int:
    """How often a problem occurs among others; the first one gets out of hand with the last deployment."""
    if number == 0:
        return 400 if deployment == DEPLOYMENTS - 1 else 1
    return 1 + 60 // (1 + number % 13)


def deliveries(*, told: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    """Seconds that pass before a delivery, and the delivery as a subscription makes it.

    Where it is `told` the log stream names the deployment.
    """
    dice = Random(40)  # noqa: S311 - nothing is kept secret by it
    count = EVENTS // SIZE
    each = count // DEPLOYMENTS + 1
    for number in range(count):
        deployment, place = divmod(number, each)
        calm = place >= min(each, count - deployment * each) - CALM
        pause = HOUR if deployment and not place else ELEVEN_MINUTES if calm else SECOND
        service = number % len(SERVICES)
        live = range(service, PROBLEMS * (deployment + 1) // DEPLOYMENTS, len(SERVICES))
        errors = dice.choices(live, [chances(at, deployment) for at in live], k=int(SIZE * ERRORS))
        # In a calm hour whatever there is is seen now and then.
        said = [error(at, dice) for at in (*live, *errors)] if calm else [error(at, dice) for at in errors]
        plain = [f"INFO order {dice.randrange(10**6)} was priced" for _ in range(SIZE - len(said))]
        lines = [*said, *plain]
        dice.shuffle(lines)
        yield pause, _subscription(number, service, lines, str(deployment + 1) if told else "$LATEST")


def _subscription(number: int, service: int, lines: list[str], version: str) -> dict[str, Any]:
    data = {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": f"/aws/lambda/{SERVICES[service]}",
        "logStream": f"2026/11/25/[{version}]abc",
        "subscriptionFilters": ["all"],
        "logEvents": [
            {
                "id": f"{number:028d}{at:028d}",
                "timestamp": 1_790_000_000_000 + number * 1_000 + at,
                "message": line,
            }
            for at, line in enumerate(lines)
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()}}


@dataclass
class Timed(ExtractiveEngine):
    """The extractive engine, and the seconds that it took."""

    seconds: float = 0.0

    def complete(self, prompt: Prompt) -> Completion:
        """See `Engine.complete`."""
        began = time.perf_counter()
        try:
            return super().complete(prompt)
        finally:
            self.seconds += time.perf_counter() - began


class Topic(MemoryNotifier):
    """Refuses what AWS Chatbot would drop."""

    def publish(self, telling: Telling) -> None:
        """See `Notifier.publish`."""
        for message in telling.outcome.messages:
            verdict = accepted_by_channel(envelope(message))
            if not isinstance(verdict, Accepted):
                raise PermanentError(f"{message.id}: {verdict}")
        super().publish(telling)


@dataclass
class Office:
    """All parts, and what was measured.

    That is the seconds from a delivery to a card, and those of an answer that were not the model's.
    """

    tools: Tools
    engine: Timed
    clock: FixedClock = field(default_factory=FixedClock)
    to_card: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    digests: list[Digest] = field(default_factory=list)
    delivered: int = 0

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger(self.clock, NoisePolicy(receipts=True))
        self.topic = Topic()
        self.desk = Desk(self.clock, self.ledger, MemoryTraces(), self.topic)
        self.recognition = Recognition(MemoryIdentities(self.ledger))
        self.policy = IntakePolicy()

    def deliver(self, event: dict[str, Any]) -> None:
        """Take it in, and answer what it gives to tell, one after the other, each asked for twice."""
        began, queue = time.perf_counter(), MemoryQueue()
        self.delivered += take_in(event, self.policy, self.recognition, self.ledger, queue).records
        for work in queue.sent:
            if isinstance(work, Digest):
                self.digests.append(work)
                continue
            for _ in range(2):
                self._answer(work, began)

    def _answer(self, work: Incident, began: float) -> None:
        if work.spike:
            tell_spike(work, self.desk)
            return
        engine, here = self.engine.seconds, time.perf_counter()
        if work.joined:
            tell_member(work, self.desk, final=True)
            return
        if respond(work, self.desk, self.tools, None):
            now = time.perf_counter()
            self.to_card.append(now - began)
            self.beside.append(now - here - (self.engine.seconds - engine))

    def close(self) -> None:
        """Tell the digests whose time is over, twice each."""
        for digest in [each for each in self.digests if self.clock.now() >= each.closes]:
            for _ in range(2):
                tell_digest(digest, self.desk, self.ledger)
            self.digests.remove(digest)


def evaluate(*, told: bool = False) -> dict[str, Any]:
    """Figures, and in `wrong` what must not be; `told` as in `deliveries`."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder, BedrockServer(engine := Timed()) as server:
        os.environ.update(LOOPBACK_SETTINGS | {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": server.url})
        try:
            asked = replace(settings.read(), index=str(made_index(Path(folder))))
            tools = by_hand.for_people(asked, Console(stderr=True).print)
            office = Office(replace(tools, can_repair=False), engine)
            began = time.perf_counter()
            answer(incident(), office.tools)
            warm = time.perf_counter() - began
            _play(office, told=told)
        finally:
            os.environ.clear()
            os.environ.update(before)
    return {"seconds_until_warm": round(warm, 3), **_told(office)}


def _play(office: Office, *, told: bool) -> None:
    for number, (pause, event) in enumerate(deliveries(told=told)):
        office.clock.advance(pause)
        office.close()
        office.deliver(event)
        if number % TWICE == 0:
            office.deliver(event)
            office.delivered -= SIZE
    office.clock.advance(HOUR)
    office.close()


def _told(office: Office) -> dict[str, Any]:
    tally, problems = office.ledger.tally(), office.ledger.problems()
    states = Counter((each.fingerprint, each.event_type) for each in office.topic.published)
    threads = Counter(
        each.fingerprint for each in {each.thread_id: each for each in office.topic.published[::-1]}.values()
    )
    wrong = {
        f"{tally.records} of {office.delivered} events are counted": tally.records != EVENTS,
        "the counts do not add up": tally.shown + sum(tally.suppressed.values()) != EVENTS,
        f"{len(problems)} problems": len(problems) != PROBLEMS,
        "a problem was told twice in one state": any(count > 1 for count in states.values()),
        "a problem has two messages in the channel": any(count > 1 for count in threads.values()),
        "something waits for its answer": any(each.state != "answered" for each in problems),
    }
    return {
        "events": office.delivered,
        "problems": len(problems),
        "occurrences": sum(each.count for each in problems),
        "messages_by_state": dict(Counter(state for _, state in states)),
        "channel_messages": len(threads),
        "shown": tally.shown,
        "held_back": tally.suppressed,
        "seconds_to_card": _spread(office.to_card),
        "seconds_beside_the_model": _spread(office.beside),
        "load_average": os.getloadavg(),
        "wrong": [words for words, broken in wrong.items() if broken],
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return {}
    p95 = statistics.quantiles(seconds, n=20)[-1]
    return {
        "median": round(statistics.median(seconds), 3),
        "p95": round(p95, 3),
        "most": round(max(seconds), 3),
    }
