"""The story with everything in memory: what is sent, what is queued, and what happens when a part fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lambda_image.aftercare.attempts import Attempts
from lambda_image.desk import Desk
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.patch import Bounds, Proof, PullRequest, PullRequestPlan, TestRun, VerifyRequest
from lambda_image.domain.prompt import Prompt
from lambda_image.pipeline import Tools, repair, respond
from lambda_image.steps.repairing.propose import Terms
from lambda_image.steps.repairing.verify import PROVED
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, TRACE, incident, intake
from tests.fakes.fixes import MemoryFixes
from tests.fakes.reasoner import ScriptedReasoner
from tests.fakes.source import MemoryRepository, ScriptedVerifier
from tests.fakes.stores import MemoryNotifier, MemoryQueue, MemoryTraces
from tests.fakes.telemetry import MemoryLogs

BUGGY = "\n" * 5 + "def total(items):\n    prices = items\n\n    return sum(prices) / len(prices)\n"
FIXED = BUGGY.replace("len(prices)", "max(len(prices), 1)")
RED = TestRun("pytest", 1, 3, ("tests/test_x.py::test_x",), "ZeroDivisionError", 0.5)
GREEN = TestRun("pytest", 0, 4, (), "", 0.4)


class Host:
    """Implements `CodeHost`: opens what it is asked to, or raises what it was given."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.plans: list[PullRequestPlan] = []
        self.comments: list[str] = []
        self._refusal = refusal

    def open(self, plan: PullRequestPlan) -> PullRequest:
        """See `CodeHost.open`."""
        self.plans.append(plan)
        if self._refusal:
            raise self._refusal
        url = "https://git.example.com/acme/shop/pull/1"
        return PullRequest(plan.repository, 1, url, plan.branch, "open", draft=True)

    def state(self, pull: PullRequest) -> PullRequest:
        """See `CodeHost.state`."""
        return pull

    def comment(self, pull: PullRequest, text: str) -> None:
        """See `CodeHost.comment`."""
        self.comments.append(text)


class Shop:
    """The shop's division by zero, about to be answered and repaired."""

    def __init__(
        self,
        ask: Callable[[Prompt], Any] | None = None,
        judge: Callable[[VerifyRequest], Proof] | None = None,
    ) -> None:
        self.clock = FixedClock(START, remaining=60)
        self.ledger = MemoryFixes(self.clock)
        self.notifier = MemoryNotifier()
        self.repairs = MemoryQueue()
        self.traces = MemoryTraces()
        self.desk = Desk(self.clock, self.ledger, self.traces, self.notifier)
        self.verifier = ScriptedVerifier(judge or proved)
        reasoner = ScriptedReasoner(ask or said, write=lambda _prompt: f"```python\n{FIXED}```")
        self.logs = MemoryLogs()
        source = MemoryRepository({"shop/pricing.py": BUGGY})
        self.tools = Tools(reasoner, None, source, self.verifier, self.logs)
        self.ledger.observe(intake())
        self.case: Incident = incident()

    def respond(self, *, final: bool = False) -> None:
        """One delivery of the incident to `respond`."""
        respond(self.case, self.desk, self.tools, self.repairs, final=final)

    def repair(self, host: Host, *, final: bool = False) -> None:
        """One delivery of the incident to `repair`."""
        repair(self.case, self.desk, self.tools, Attempts(self.clock, host, self.ledger), final=final)

    @property
    def texts(self) -> list[str]:
        """What the channel was told, in order."""
        return [each.description for each in self.notifier.published]


def said(prompt: Prompt) -> dict[str, Any]:
    """A right diagnosis."""
    line = next(line for line in prompt.user.split("\n") if "ZeroDivisionError" in line)
    span = line.partition("]")[0].lstrip("[")
    return {"claims": [{"text": "ZeroDivisionError", "spans": [span]}], "fault": "code", "steps": []}


def proved(request: VerifyRequest) -> Proof:
    """Red without the patch, green with it."""
    return Proof(PROVED, RED, GREEN if request.patch else None, (), (), "in memory")


def fails(error: Exception) -> Callable[[object], Any]:
    """A part that is down."""

    def fail(_asked: object) -> Any:
        raise error

    return fail


def test_an_answer_goes_out_once_and_asks_for_one_repair() -> None:
    shop = Shop()
    shop.respond()
    shop.respond()

    assert len(shop.texts) == 1
    assert [each.fingerprint for each in shop.repairs.sent] == [shop.case.fingerprint]


def test_a_model_that_is_down_is_waited_for() -> None:
    shop = Shop(ask=fails(TransientError("throttled")))

    with pytest.raises(TransientError):
        shop.respond()
    assert shop.texts == []


def test_the_last_try_tells_what_is_known_without_the_model() -> None:
    shop = Shop(ask=fails(TransientError("every model is throttled")))
    shop.respond(final=True)

    (text,) = shop.texts
    assert "every model is throttled" in text
    assert "ZeroDivisionError: division by zero" in text
    assert shop.repairs.sent == []


def test_a_proved_patch_becomes_one_draft_told_in_the_thread() -> None:
    shop, host = Shop(), Host()
    shop.respond()
    shop.repair(host)
    shop.repair(host)

    (plan,) = host.plans
    assert [change.content for change in plan.files] == [FIXED.encode()]
    assert plan.draft
    assert len(shop.texts) == 2
    assert "https://git.example.com/acme/shop/pull/1" in shop.texts[1]
    assert {each.thread_id for each in shop.notifier.published} == {shop.case.thread_id}
    kept = shop.traces.load(shop.case.thread_id, Task.REPAIR)
    assert kept
    assert kept.pull_request
    assert kept.pull_request.url == "https://git.example.com/acme/shop/pull/1"


def test_a_patch_that_is_not_proved_opens_nothing_and_is_shown_as_a_suggestion() -> None:
    def judge(request: VerifyRequest) -> Proof:
        if request.patch is None:
            return proved(request)
        return Proof("not proved", RED, RED, (), ("the same tests fail with the change",), "in memory")

    shop, host = Shop(judge=judge), Host()
    shop.respond()
    shop.repair(host)

    assert host.plans == []
    assert "suggestion only" in shop.texts[1]
    assert "max(len(prices), 1)" in shop.texts[1]


def test_the_number_of_attempts_is_kept() -> None:
    def judge(request: VerifyRequest) -> Proof:
        verdict = PROVED if request.patch is None and request.reproduction else "not proved"
        return Proof(verdict, RED, RED, (), ("no",), "in memory")

    shop = Shop(judge=judge)
    answers = iter([REPRODUCTION] + [f"```python\n{FIXED}# {number}\n```" for number in range(9)])
    shop.tools = replace(
        shop.tools,
        reasoner=ScriptedReasoner(said, lambda _prompt: next(answers)),
        terms=Terms(Bounds(attempts=2)),
    )
    shop.respond()
    shop.repair(Host())

    assert sum(request.patch is not None for request in shop.verifier.requests) == 2


REPRODUCTION = """```python
from shop.pricing import total


def test_total():
    assert total([]) == 0
```"""


def test_a_refusal_by_the_code_host_is_told_with_the_change() -> None:
    shop = Shop()
    shop.respond()
    shop.repair(Host(PermanentError("422 the branch is protected")))

    assert "422 the branch is protected" in shop.texts[1]
    assert "max(len(prices), 1)" in shop.texts[1]


def test_a_code_host_that_is_down_is_asked_again_and_given_up_on_the_last_try() -> None:
    shop, host = Shop(), Host(TransientError("502"))
    shop.respond()
    with pytest.raises(TransientError):
        shop.repair(host)
    shop.repair(host, final=True)

    assert len(shop.texts) == 2
    assert "502" in shop.texts[1]
    assert len(shop.verifier.requests) == 2


def test_a_repair_whose_parts_stay_down_says_not_fixed() -> None:
    shop = Shop(judge=fails(TransientError("verify is not reachable")))
    shop.respond()
    with pytest.raises(TransientError):
        shop.repair(Host())
    shop.repair(Host(), final=True)

    assert "Not fixed" in shop.texts[1]
    assert "verify is not reachable" in shop.texts[1]
    assert shop.traces.load(shop.case.thread_id, Task.REPAIR) is not None


def test_without_a_diagnosis_there_is_no_repair() -> None:
    shop, host = Shop(), Host()
    shop.repair(host)

    assert (shop.texts, host.plans) == ([], [])


def test_a_trace_that_the_filter_cut_off_is_answered_and_repaired_whole() -> None:
    shop = Shop()
    whole = shop.case.event
    shop.case = incident(frames=(), context=(), lines=TRACE[-1:])
    shop.logs.put(whole.log_group, whole.log_stream, [(START, line) for line in TRACE])
    shop.respond()
    (sent,) = shop.repairs.sent

    assert isinstance(sent, Incident)
    assert (sent.event.frames, sent.event.lines) == (whole.frames, TRACE)
    assert (sent.fingerprint, sent.thread_id) == (shop.case.fingerprint, shop.case.thread_id)


def test_a_log_stream_that_may_not_be_read_is_told_and_costs_no_answer() -> None:
    shop = Shop()
    shop.respond()

    assert "there is no such stream" in shop.texts[0]
    assert shop.repairs.sent == [shop.case]
