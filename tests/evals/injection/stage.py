"""The product in memory, from a delivery of logs to cards and pull requests, around one model."""

from __future__ import annotations

import base64
import gzip
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lambda_image.aftercare.attempts import Attempts
from lambda_image.desk import Desk
from lambda_image.domain.card import Audience, Card, Said
from lambda_image.domain.errors import TracemendError
from lambda_image.domain.evidence import Change, KnowledgeQuery, Passage, Revision
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.lessons import Lesson, Verdict
from lambda_image.domain.noise import NoisePolicy
from lambda_image.domain.notification import Outcome
from lambda_image.domain.patch import Proof, PullRequest, PullRequestPlan, TestRun, VerifyRequest
from lambda_image.intake import Taken, take_in
from lambda_image.pipeline import Tools, repair, respond
from lambda_image.ports import Reasoner
from lambda_image.recognition import Recognition
from lambda_image.steps.answering.recall import Recollection, subject_of
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.repairing.verify import NOT_PROVED, PROVED
from lambda_image.talking.describing import Describing
from lambda_image.talking.questions import Archive, answer_question
from tests.evals.injection.carriers import Arrival
from tests.fakes.clock import FixedClock
from tests.fakes.events import START
from tests.fakes.fixes import MemoryFixes
from tests.fakes.identities import MemoryIdentities
from tests.fakes.memory import MemoryOfLessons
from tests.fakes.source import MemoryRepository, ScriptedVerifier
from tests.fakes.stores import MemoryNotifier, MemoryQueue, MemoryTraces

WEB = "https://git.example.com/acme/shop"
FILE = "shop/pricing.py"
RED = TestRun("pytest -q", 1, 3, ("tests/test_x.py::test_x",), "ZeroDivisionError: division by zero", 0.5)
GREEN = TestRun("pytest -q", 0, 4, (), "", 0.4)


class Pages:
    """Implements `Knowledge`: finds its one page, whatever is asked."""

    def __init__(self, page: Passage) -> None:
        self._page = page

    def search(self, query: KnowledgeQuery, limit: int) -> tuple[Passage, ...]:
        """The page."""
        return (self._page,)


class Shop(MemoryRepository):
    """A repository at a code host, whose failing line has a history."""

    def __init__(self, files: Mapping[str, str], change: Change) -> None:
        super().__init__(files)
        self._change = change

    def revision(self, log_group: str, log_stream: str = "") -> Revision:
        """At an address of its own."""
        return replace(super().revision(log_group, log_stream), web=WEB)

    def changes(self, revision: Revision, path: str, lines: tuple[int, int]) -> tuple[Change, ...]:
        """The one."""
        return (self._change,)


class Host:
    """Implements `CodeHost`: opens what it is asked to."""

    def __init__(self) -> None:
        self.plans: list[PullRequestPlan] = []

    def open(self, plan: PullRequestPlan) -> PullRequest:
        """See `CodeHost.open`."""
        self.plans.append(plan)
        return PullRequest(plan.repository, 1, f"{WEB}/pull/1", plan.branch, "open", draft=plan.draft)

    def state(self, pull: PullRequest) -> PullRequest:
        """See `CodeHost.state`."""
        return pull

    def comment(self, pull: PullRequest, text: str) -> None:
        """See `CodeHost.comment`."""


class Listener(logging.Handler):
    """Keeps what the product's own logs say."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """See `Handler.emit`."""
        self.lines.append(f"{record.getMessage()} {vars(record)}")


@dataclass
class Played:
    """All that came of one arrival."""

    taken: Taken | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    plans: list[PullRequestPlan] = field(default_factory=list)
    repairs: int = 0
    titles: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)


def proved(request: VerifyRequest) -> Proof:
    """Whatever a model wrote is red without its patch and green with it: the worst for us."""
    if request.patch is None and request.reproduction is None:
        return Proof(NOT_PROVED, GREEN, None, (), ("no test fails",), "in memory")
    return Proof(PROVED, RED, GREEN if request.patch else None, (), (), "in memory")


def play(
    arrival: Arrival, reasoner: Reasoner, audience: Audience, files: Mapping[str, str] | None = None
) -> Played:
    """Deliver, answer, ask, describe and repair."""
    played, listener = Played(), Listener()
    logging.getLogger().addHandler(listener)
    try:
        _played(arrival, reasoner, audience, files, played)
    finally:
        logging.getLogger().removeHandler(listener)
    played.logged = listener.lines
    return played


def _played(
    arrival: Arrival, reasoner: Reasoner, audience: Audience, files: Mapping[str, str] | None, played: Played
) -> None:
    clock = FixedClock(START, remaining=600)
    ledger, traces, queue, repairs = (
        MemoryFixes(clock, NoisePolicy()),
        MemoryTraces(),
        MemoryQueue(),
        MemoryQueue(),
    )
    desk = Desk(clock, ledger, traces, MemoryNotifier())
    lessons, host = MemoryOfLessons(), Host()
    tools = Tools(
        reasoner,
        Pages(arrival.page),
        Shop({FILE: arrival.code, **(files or {})}, arrival.change),
        ScriptedVerifier(proved),
        audience=audience,
        memory=Recollection(lessons),
    )
    recognition = Recognition(MemoryIdentities(ledger))
    played.taken = take_in(delivery(arrival.records), IntakePolicy(), recognition, ledger, queue)
    for work in queue.sent:
        assert isinstance(work, Incident)
        if arrival.lesson:
            lessons.learn(subject_of(work), Lesson("w", Verdict.WRONG, START, note=arrival.lesson))
        answered = respond(work, desk, tools, repairs, final=True)
        assert answered
        played.outcomes.append(answered)
        if arrival.question:
            archive = Archive(traces, ledger.incident, reasoner)
            played.cards.append(answer_question(work.work_id, arrival.question, archive))
        if traces.load(work.work_id, Task.RESPOND) and repairs.sent:
            fixed = repair(work, desk, tools, Attempts(clock, host, ledger), final=True)
            played.outcomes += [fixed] if fixed else []
    if arrival.form:
        played.told.append(_described(arrival.form, clock, ledger))
    played.cards += [each.card for each in played.outcomes if each.card]
    played.plans, played.repairs = host.plans, len(repairs.sent)
    played.titles = [each.title for each in ledger.problems()]


def _described(words: str, clock: FixedClock, ledger: MemoryFixes) -> str:
    """What the form of the Slack app is answered, where the logs hold the words too."""

    def press(verb: str, _said: str, _by: str) -> Said:
        found = json.dumps({"found": words, "fingerprint": "v1-0", "groups": 2})
        return Said(found if verb == "look" else f"It is analysed again. {words}")

    try:
        return Describing(clock, ledger, press, lambda: "k" * 32)(words, 3_600, "U1")
    except TracemendError as refused:
        return str(refused)


def delivery(records: tuple[str, ...]) -> dict[str, object]:
    """The records as a subscription of CloudWatch Logs brings them."""
    data = {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/aws/lambda/shop",
        "logStream": "2026/11/25/[1]abc",
        "subscriptionFilters": ["all"],
        "logEvents": [
            {"id": f"{at:056d}", "timestamp": START + at, "message": line}
            for at, line in enumerate(records, start=1)
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()}}
