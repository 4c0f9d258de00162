"""What the channel is told, by the channel's own schema and by the eyes of its reader."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from infra.local.channel.mrkdwn import parse, pings
from infra.local.channel.schema import Accepted
from infra.local.channel.schema import check as accepted_by_channel
from lambda_image.adapters.channels.chatbot import envelope
from lambda_image.domain.diagnosis import (
    Confidence,
    Diagnosis,
    DiagnosisDraft,
    DraftClaim,
    Fault,
    Usage,
)
from lambda_image.domain.evidence import Evidence, Gap, Span, SpanKind
from lambda_image.domain.incident import History
from lambda_image.domain.notification import NEXT_STEP_LIMIT, Notification, Outcome
from lambda_image.domain.patch import Attempt, FileChange, Proof, PullRequest, PullRequestPlan, TestRun
from lambda_image.steps.answering.check import check
from lambda_image.steps.telling.compose import compose_answer
from lambda_image.steps.telling.compose_repair import compose_repair
from lambda_image.steps.words.messages import REPAIR_COMES
from tests.fakes.events import incident
from tests.fakes.evidence import evidence

CLAIM = "ZeroDivisionError: total divides by len(prices), which is zero for an empty order"
USAGE = Usage("diagnose", "llama (Qwen)", 812, 120, 3.2)
HOSTILE = "<!channel> @here *b* _i_ `c` ``` https://evil.example.com/x <https://evil.example.com|ok> </log>"
RED = TestRun("pytest -q", 1, 3, ("test_total",), "ZeroDivisionError", 0.5)
GREEN = TestRun("pytest -q", 0, 4, (), "", 0.4)
PULL = PullRequest(
    "acme/shop", 12, "https://git.example.com/acme/shop/pull/12", "tracemend/fix-x", "open", draft=True
)


def diagnosis(
    of: Evidence, text: str = CLAIM, ids: tuple[str, ...] = ("L7", "C3", "P1.1"), **changes: Any
) -> Diagnosis:
    """A diagnosis with one statement, or with changes that a test needs."""
    checked = check(DiagnosisDraft((DraftClaim(text, ids),), Fault.CODE, ("P1.2", "P1.3"), (USAGE,)), of)
    return replace(checked, **changes)


def told(outcome: Outcome) -> Notification:
    """The notification, after the channel took it."""
    assert outcome.notification
    verdict = accepted_by_channel(envelope(outcome.notification))
    assert isinstance(verdict, Accepted), verdict
    assert not verdict.warnings
    return outcome.notification


def test_a_problem_that_came_back_says_what_was_known_of_it() -> None:
    url = "https://git.example.com/acme/shop/pull/12"
    back = replace(incident(), history=History(0, 41, 3 * 86_400_000 + 5, url))
    of = evidence()
    said = told(compose_answer(back, diagnosis(of), of)).description

    assert "Back after 3 days of silence; seen 41 times before, first on Jan 1, 1970 00:00 UTC." in said
    assert f"Its earlier pull request: {url}" in said
    assert "Back after" not in told(compose_answer(incident(), diagnosis(of), of)).description


def test_the_answer_comes_first_then_its_evidence_history_and_cost() -> None:
    of = evidence()
    notification = told(compose_answer(incident(), diagnosis(of), of))
    lines = notification.description.split("\n")

    assert lines[0] == "Seen once, Sep 21, 2026 14:13 UTC, in `shop` (log group `/aws/lambda/shop`)."
    assert lines[2] == f"{CLAIM} [1][2][3]"
    assert lines[3] == "Confidence: high. Fault: in the code."
    assert "[1] log: `ZeroDivisionError: division by zero`" in lines
    assert "[2] `shop/pricing.py:9`: `return sum(prices) / len(prices)`" in lines
    assert lines[9].startswith("[3] Pricing errors: ")
    assert lines[9].endswith(" https://wiki.example.com/pricing")
    assert (
        "last changed in `0123456789ab` by Ada on Sep 20, 2026: Average instead of sum"
        in notification.description
    )
    assert lines[-1] == "Answered by llama (Qwen) in 3.2 s, 812 tokens read and 120 written."


def test_the_notification_is_named_after_thread_and_task() -> None:
    of = evidence()
    outcome = compose_answer(incident(), diagnosis(of), of)

    assert told(outcome).id == f"{incident().thread_id}-respond"
    assert told(outcome).title == "ZeroDivisionError in shop: division by zero"
    assert told(compose_repair(incident(), replace(outcome, pull_request=PULL))).id.endswith("-repair")


def test_next_steps_are_the_runbooks_words() -> None:
    of = evidence()

    assert told(compose_answer(incident(), diagnosis(of), of)).next_steps == (
        "Find the order in the log.",
        "Replay the order after the items were added:",
        '`aws sqs send-message --queue-url "$QUEUE" &amp;&amp; echo done`',
    )


def test_not_known_says_so_and_quotes_the_log() -> None:
    of = evidence(gaps=[Gap("runbooks", "access denied", "Grant bedrock:Retrieve")])
    outcome = compose_answer(incident(), diagnosis(of, "Kafka lost it"), of)

    assert told(outcome).description.split("\n")[2].startswith("Cause not known")
    assert "`ZeroDivisionError: division by zero`" in told(outcome).description
    assert (
        "Could not be checked:\n\u2022 runbooks: access denied. Grant bedrock:Retrieve."
        in told(outcome).description
    )
    assert not outcome.repair_wanted


@pytest.mark.parametrize("changes", [{}, {"confidence": Confidence.LOW}])
def test_a_repair_is_wanted_for_code_at_fault_because_its_proof_decides(changes: dict[str, Any]) -> None:
    of = evidence()

    assert compose_answer(incident(), diagnosis(of, **changes), of).repair_wanted


@pytest.mark.parametrize("changes", [{"fault": Fault.CAPACITY}, {"confidence": Confidence.NOT_KNOWN}])
def test_no_repair_is_wanted_for_other_faults_and_unknown_causes(changes: dict[str, Any]) -> None:
    of = evidence()

    assert not compose_answer(incident(), diagnosis(of, **changes), of).repair_wanted


def test_where_nobody_can_repair_none_is_announced() -> None:
    of = evidence()
    able = compose_answer(incident(), diagnosis(of), of)
    unable = compose_answer(incident(), diagnosis(of), of, can_repair=False)

    assert able.repair_wanted
    assert not unable.repair_wanted
    assert REPAIR_COMES in told(able).description
    assert REPAIR_COMES not in told(unable).description


def test_no_repair_is_wanted_without_the_code() -> None:
    of = evidence(excerpts=())

    assert not compose_answer(incident(), diagnosis(of, ids=("L7", "P1.1")), of).repair_wanted


def step(text: str, **changes: Any) -> Span:
    """A span of a runbook that is to be followed."""
    span = Span("P1.1", SpanKind.PASSAGE, text, "Page", "https://wiki.example.com/p", step=True)
    return replace(span, **changes)


def of_steps(*steps: Span) -> Notification:
    """The message of an answer with these steps."""
    of = evidence()
    return told(compose_answer(incident(), diagnosis(of, steps=steps), of))


def test_a_command_of_several_lines_goes_whole_into_a_block() -> None:
    command = "aws s3 cp a b \\\n  --recursive && echo `date`"
    message = of_steps(step(command, command=True))
    blocks = parse(message.description)

    assert message.next_steps == ("Run the commands of block A",)
    assert [span.text for block in blocks if block.kind == "fence" for span in block.spans] == [command]
    assert "Commands, block A:" in message.description


def test_a_command_too_long_for_a_message_goes_on_in_the_thread() -> None:
    of, command = evidence(), "\n".join(f"echo {number:04}" for number in range(2_000))
    outcome = compose_answer(incident(), diagnosis(of, steps=(step(command, command=True),)), of)
    texts = [message.description for message in outcome.messages]
    shown = [
        span.text for each in texts for block in parse(each) if block.kind == "fence" for span in block.spans
    ]

    assert len(texts) == 3
    assert "\n".join(shown) == command
    assert len({message.id for message in outcome.messages}) == 3
    assert texts[0].startswith("Seen once")
    assert {message.thread_id for message in outcome.messages} == {incident().thread_id}


def test_a_long_step_is_cut_honestly() -> None:
    message = of_steps(step("Wait for the queue to drain. " * 30))

    assert len(message.next_steps[0]) <= NEXT_STEP_LIMIT
    assert message.next_steps[0].endswith("drain.\u2026")
    assert "Steps word for word from Page https://wiki.example.com/p" in message.description


def test_a_repeated_step_is_told_once() -> None:
    assert len(of_steps(step("Restart it."), step("Restart it.", id="P2.1")).next_steps) == 1


def repaired(**changes: Any) -> Notification:
    """The message about a repair."""
    of = evidence()
    outcome = replace(compose_answer(incident(), diagnosis(of), of), notification=None, **changes)
    return told(compose_repair(incident(), outcome))


PROVED = Proof("proved", RED, GREEN, (), (), "bubblewrap, no network")
PLAN = PullRequestPlan("acme/shop", "abc", "tracemend/fix-x", "t", "b", (), (FileChange("a.py", b"x"),))


def test_an_opened_pull_request_is_told_with_its_proof() -> None:
    notification = repaired(pull_request=PULL, proof=PROVED, diff="--- a\n+++ b\n")

    assert notification.description.startswith("Draft pull request opened")
    assert PULL.url in notification.description
    assert "Before: exit code 1, 3 passed, 1 failed, 0.5 s" in notification.description
    assert "After: exit code 0, 4 passed, 0 failed, 0.4 s" in notification.description
    assert notification.description.count("`pytest -q`") == 1


def test_a_refused_pull_request_is_told_with_the_change() -> None:
    notification = repaired(
        plan=PLAN, refusal="422 Validation Failed", proof=PROVED, diff="-a < b\n+a <= b\n"
    )

    assert "could not be opened: 422 Validation Failed" in notification.description
    assert "-a &lt; b\n+a &lt;= b" in notification.description


def test_an_unproved_edit_is_a_suggestion_only() -> None:
    not_proved = Proof("not proved", None, None, (), ("no test shows the error",), "none")
    notification = repaired(diff="-a\n+b\n", proof=not_proved)

    assert "suggestion only" in notification.description
    assert "Proof:\nNot proved.\nno test shows the error" in notification.description


def test_what_was_tried_is_told_when_nothing_helped() -> None:
    attempts = (Attempt(1, "", ("the tests still fail",)), Attempt(2, "", (HOSTILE,)))
    notification = repaired(attempts=attempts)

    assert notification.description.startswith("Not fixed")
    assert "Attempt 1: the tests still fail" in notification.description
    assert not pings(notification.description)
