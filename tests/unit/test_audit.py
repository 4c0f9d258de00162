"""Each question and each act leaves an entry, and an entry that is lost stops nothing."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel

from lambda_image.domain.action import Request, Verb
from lambda_image.domain.audit import ChannelRequest, ModelCall, ModelPrice, PullRequestAction
from lambda_image.domain.errors import AnswerMalformed, PermanentError, TransientError
from lambda_image.domain.incident import Incident
from lambda_image.domain.patch import PullRequestPlan
from lambda_image.domain.prompt import Prompt
from lambda_image.observing.audit import AuditedActions, AuditedCodeHost, AuditedReasoner, Auditing
from lambda_image.observing.work import Work, going_on
from lambda_image.ports import AuditTrail
from tests.fakes.actions import MemoryActions
from tests.fakes.audit import MemoryAudit
from tests.fakes.clock import FixedClock
from tests.fakes.code_host import MemoryCodeHost
from tests.fakes.events import START, intake
from tests.fakes.reasoner import ScriptedReasoner

PROMPT = Prompt("diagnose", "be brief", "why did the shop fall over?", 100, "v7")
PRICES = (ModelPrice("scripted", 1.0, 5.0),)
PLAN = PullRequestPlan("acme/shop", "base", "tracemend/fix-v1-a", "Fix", "Why", (), (), proof="proved")


class Words(BaseModel):
    """A typed answer."""

    said: str


def auditing(trail: AuditTrail, *, content: bool = False) -> Auditing:
    """An auditing with a price."""
    return Auditing(trail, FixedClock(START), ("claude", "scripted"), PRICES, content)


def reasoner(trail: AuditTrail, *, content: bool = False) -> AuditedReasoner:
    """One that answers."""
    inner = ScriptedReasoner(lambda _: {"said": "no lines"}, lambda _: "in words")
    return AuditedReasoner(inner, auditing(trail, content=content))


def work() -> Work:
    """An incident that is being answered."""
    return Work("tracemend-respond", "r-1", incident="v1-a-1", fingerprint="v1-a")


def test_a_question_is_kept_with_its_cost_and_without_its_words() -> None:
    trail = MemoryAudit()
    with going_on(work()):
        reasoner(trail).ask(PROMPT, Words)
    (entry,) = trail.kept

    assert isinstance(entry, ModelCall)
    assert (entry.prompt, entry.prompt_version, entry.asked) == ("diagnose", "v7", ("claude", "scripted"))
    assert (entry.answered, entry.input_tokens, entry.output_tokens) == ("scripted", 6, 10)
    assert entry.usd == pytest.approx((6 * 1.0 + 10 * 5.0) / 1_000_000)
    assert (entry.outcome, entry.system, entry.user, entry.answer) == ("answered", None, None, None)
    told = entry.origin
    assert (told.at, told.function, told.request_id) == (START, "tracemend-respond", "r-1")
    assert (told.incident, told.fingerprint) == ("v1-a-1", "v1-a")


def test_words_are_kept_where_they_are_asked_for() -> None:
    trail = MemoryAudit()
    reasoner(trail, content=True).ask(PROMPT, Words)
    reasoner(trail, content=True).write(PROMPT)
    first, second = trail.kept

    assert isinstance(first, ModelCall)
    assert isinstance(second, ModelCall)
    assert (first.system, first.user) == (PROMPT.system, PROMPT.user)
    assert (json.loads(first.answer or ""), second.answer) == ({"said": "no lines"}, "in words")


@pytest.mark.parametrize("failure", [AnswerMalformed("it said: secret words"), TransientError("throttled")])
def test_a_question_without_an_answer_is_kept_too(failure: Exception) -> None:
    def refuse(_: Prompt) -> str:
        raise failure

    trail = MemoryAudit()
    asked = AuditedReasoner(ScriptedReasoner(refuse, refuse), auditing(trail))
    with pytest.raises(type(failure)):
        asked.ask(PROMPT, Words)
    with pytest.raises(type(failure)):
        asked.write(PROMPT)

    assert [each.outcome for each in trail.kept if isinstance(each, ModelCall)] == [
        type(failure).__name__
    ] * 2
    assert "secret words" not in str(trail.kept)


def test_acts_on_a_pull_request_are_told_apart() -> None:
    trail = MemoryAudit()
    host = MemoryCodeHost("acme/shop", {"base": {}})
    audited = AuditedCodeHost(host, auditing(trail))
    opened = audited.open(PLAN)
    audited.open(PLAN)
    host.pulls[0].state = "closed"
    audited.open(PLAN)
    with pytest.raises(PermanentError):
        AuditedCodeHost(MemoryCodeHost("other", {}), auditing(trail)).open(PLAN)
    entries = [each for each in trail.kept if isinstance(each, PullRequestAction)]

    assert [each.action for each in entries] == ["opened", "updated", "left", "refused"]
    assert [each.url for each in entries] == [opened.url] * 3 + [""]
    assert entries[3].reason == "PermanentError"
    assert {(each.commit, each.branch, each.proof) for each in entries} == {
        ("base", "tracemend/fix-v1-a", "proved")
    }
    assert len({each.plan for each in entries}) == 1
    assert len(entries[0].plan) == 64


def test_a_comment_is_kept_by_its_hash_and_a_look_at_the_state_is_not() -> None:
    trail = MemoryAudit()
    host = MemoryCodeHost("acme/shop", {"base": {}})
    audited = AuditedCodeHost(host, auditing(trail))
    pull = audited.open(PLAN)
    audited.comment(pull, "secret words")
    entries = [each for each in trail.kept if isinstance(each, PullRequestAction)]

    assert audited.state(pull) == pull
    assert [(each.action, each.url) for each in entries] == [("opened", pull.url), ("commented", pull.url)]
    assert "secret words" not in str(trail.kept)


def test_who_asked_for_what_in_the_channel_is_kept_with_what_became_of_it() -> None:
    trail = MemoryAudit()
    clock = FixedClock(START)
    ledger = MemoryActions(clock)
    (seen,) = ledger.observe(intake())
    assert isinstance(seen, Incident)
    audited = AuditedActions(ledger, auditing(trail))
    request = Request(Verb.MUTE, seen.thread_id, "mark", "secret words", "ada (U1)")
    for _ in range(2):
        audited.note(request)
    audited.withdraw(request)
    entries = [each for each in trail.kept if isinstance(each, ChannelRequest)]

    assert [each.outcome for each in entries] == ["noted", "before", "withdrawn"]
    assert {(each.verb, each.by, each.origin.incident) for each in entries} == {
        ("mute", "ada (U1)", seen.thread_id)
    }
    assert "secret words" not in str(trail.kept)


@pytest.mark.parametrize("failure", [PermanentError("AccessDenied"), TransientError("SlowDown")])
def test_an_entry_that_cannot_be_kept_is_counted_and_logged_and_the_answer_goes_on(
    failure: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    here = work()
    with going_on(here):
        answered = reasoner(MemoryAudit(failure)).write(PROMPT)
    line = json.loads(capsys.readouterr().out)

    assert answered.value == "in words"
    assert here.counts["AuditFailures"] == 1
    assert (line["level"], line["kind"], line["error"]) == ("ERROR", "model-call", type(failure).__name__)
    assert (line["incident"], line["fingerprint"], line["function"]) == (
        "v1-a-1",
        "v1-a",
        "tracemend-respond",
    )
