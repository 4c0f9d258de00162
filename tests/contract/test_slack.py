"""What a Slack channel does beside what every way does: threads, the newest state, nothing twice."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.aws.direct import DirectChannel
from infra.aws.doctor import slack as doctor
from lambda_image.adapters.retry import Retry
from lambda_image.domain.card import ANYBODY
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.incident import Task
from lambda_image.domain.notification import Outcome, Telling
from lambda_image.domain.storm import Joined, Member, Shares
from lambda_image.observing import log
from lambda_image.steps.telling.compose import with_card
from lambda_image.steps.telling.compose_member import compose_member
from tests.contract.channels import patient, slack_notifier
from tests.contract.servers.slack import CHANNEL, TOKEN, Fault, LoopbackSlack, trusted
from tests.contract.test_notifier import Book, told
from tests.fakes.clock import FixedClock
from tests.fakes.events import incident
from tests.fakes.incidents import generated
from tests.infra.configs import config

pytestmark = pytest.mark.loopback
STATE = "tracemend-state"


@pytest.fixture
def slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackSlack]:
    """A Slack whose certificate is known."""
    trusted(monkeypatch, tmp_path / "loopback.pem")
    with LoopbackSlack(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("channel", "scopes", "said"),
    [
        (CHANNEL, {"chat:write", "channels:history"}, "may look, and post there"),
        (CHANNEL, {"chat:write"}, "the token lacks channels:history"),
        ("C0ELSEWHERE", {"chat:write", "channels:history"}, "correct the channel's id"),
    ],
)
def test_the_doctor_asks_whether_a_channel_can_be_posted_to_and_leaves_nothing(
    slack: LoopbackSlack, channel: str, scopes: set[str], said: str
) -> None:
    slack.scopes = scopes
    room = DirectChannel("ops-room", "slack", host=slack.host, secret="s", channel=channel)
    held = SimpleNamespace(get_secret_value=lambda **_: {"SecretString": json.dumps({"token": TOKEN})})
    (check,) = doctor.channels(replace(config(), channels=(room,)), lambda _: held)

    assert said in check.detail
    assert (check.ok, slack.planned, slack.messages, slack.wrong) == ("post there" in said, {}, [], [])


def later(lead: str = "Draft pull request opened.", task: Task = Task.REPAIR) -> Outcome:
    """What is told of the same problem afterwards."""
    before = told()
    assert before.card
    card = replace(before.card, id=f"v1-a-1-{task}", event_type=f"tracemend.{task}", lead=lead)
    return with_card(replace(before, task=task), card, ANYBODY)


def states(slack: LoopbackSlack) -> list[str]:
    """What the first messages say of the newest state."""
    blocks = [block for each in slack.ours for block in each["blocks"] if block.get("block_id") == STATE]
    return [block["elements"][0]["text"] for block in blocks]


def test_what_follows_stands_in_the_thread_and_the_first_message_tells_of_it(slack: LoopbackSlack) -> None:
    way, book = slack_notifier(slack, patient()), Book(told(400))
    way.publish(book.telling())
    pages = len(slack.ours)
    for outcome in (later("Spiking.", Task.SPIKE), later()):
        book.outcome = outcome
        way.publish(book.telling())
    root, *rest = slack.ours

    assert (slack.wrong, pages > 1, len(rest)) == ([], True, pages + 1)
    assert "thread_ts" not in root
    assert {each["thread_ts"] for each in rest} == {root["ts"]}
    assert states(slack) == ["Newest: Draft pull request opened."]
    assert root["text"] == "KeyError in shop (1/2)\nNo price."
    assert [block["type"] for block in root["blocks"]][:2] == ["header", "context"]
    calls = len(slack.calls)
    way.publish(book.telling())
    assert len(slack.calls) == calls


@pytest.mark.parametrize(
    "fault", [Fault(0), Fault(503), Fault(500), Fault(seconds=1.3), Fault(error="fatal_error")]
)
def test_an_answer_that_got_lost_makes_no_second_message(slack: LoopbackSlack, fault: Fault) -> None:
    slack.faults["chat.postMessage"] = [replace(fault, after=True)]
    way, book = slack_notifier(slack, patient()), Book(told())
    way.publish(book.telling())

    assert (len(slack.ours), len(book.noted)) == (1, 1)
    slack.faults["chat.postMessage"] = [Fault(503, after=True)]
    book.outcome = later()
    way.publish(book.telling())
    assert len(slack.ours) == 2


@pytest.mark.parametrize("others", [0, 450])
def test_a_crash_before_the_note_makes_no_second_message(slack: LoopbackSlack, others: int) -> None:
    way = slack_notifier(slack, patient())
    way.publish(Telling(told()))
    slack.chatter(others)
    noted: list[str] = []
    way.publish(Telling(told(), note=noted.append))
    way.publish(Telling(later()))
    way.publish(Telling(later()))

    root, reply = slack.ours
    assert noted == [f"v1-a-1-respond@{root['ts']}"]
    assert reply["thread_ts"] == root["ts"]
    assert states(slack) == ["Newest: Draft pull request opened."]


def test_a_member_stands_in_the_thread_of_the_first_whose_message_lists_it(slack: LoopbackSlack) -> None:
    way = slack_notifier(slack, patient())
    way.publish(Telling(told()))
    joined = Joined("v1-a", "v1-a-1", Shares.REQUEST, "", "KeyError: price", "/ecs/mail")
    members = (Member("v1-b", "MailError: no answer", "/ecs/mail"),)
    for _ in range(2):
        way.publish(
            Telling(compose_member(replace(incident("v1-b"), joined=joined, members=members), joined))
        )

    root, reply = slack.ours
    assert reply["thread_ts"] == root["ts"]
    (state,) = states(slack)
    assert state.startswith("Newest: 2 problems in this incident \u00b7 MailError: no answer")


def test_a_problem_that_came_back_has_a_thread_of_its_own(slack: LoopbackSlack) -> None:
    way = slack_notifier(slack, patient())
    way.publish(Telling(told()))
    card = told().card
    assert card
    back = replace(card, id="v1-a-2-respond", thread_id="v1-a-2")
    way.publish(Telling(with_card(told(), back, ANYBODY)))

    assert ["thread_ts" in each for each in slack.ours] == [False, False]
    assert states(slack) == []


def test_a_first_message_that_was_deleted_costs_no_other(slack: LoopbackSlack) -> None:
    way, book = slack_notifier(slack, patient()), Book(told())
    way.publish(book.telling())
    slack.messages.clear()
    for book.outcome in (later(), later("Back again.", Task.SPIKE)):
        way.publish(book.telling())

    assert [each.get("thread_ts") for each in slack.ours] == [None, slack.ours[0]["ts"]]
    assert states(slack) == ["Newest: Back again."]


@pytest.mark.parametrize("code", ["edit_window_closed", "cant_update_message", "message_not_found"])
def test_a_first_message_that_may_not_be_changed_costs_nothing_else(slack: LoopbackSlack, code: str) -> None:
    way, book = slack_notifier(slack, patient()), Book(told())
    way.publish(book.telling())
    slack.faults["chat.update"] = [Fault(error=code)]
    book.outcome = later()
    way.publish(book.telling())

    assert (len(slack.ours), states(slack)) == (2, [])
    assert book.noted == ["v1-a-1-respond", "v1-a-1-repair", "v1-a-1-repair-state"]


def test_a_change_that_failed_is_made_later_and_no_message_sent_again(slack: LoopbackSlack) -> None:
    way, book = slack_notifier(slack, patient()), Book(told())
    way.publish(book.telling())
    slack.faults["chat.update"] = [Fault(503)] * 3
    book.outcome = later()
    with pytest.raises(TransientError, match=r"the channel ops: chat\.update answers 503"):
        way.publish(book.telling())
    way.publish(book.telling())

    assert (len(slack.ours), states(slack)) == (2, ["Newest: Draft pull request opened."])


@pytest.mark.parametrize(
    "fault", [Fault(429, "ratelimited"), Fault(error="ratelimited"), Fault(0), Fault(503)]
)
@pytest.mark.parametrize("method", ["conversations.history", "chat.postMessage"])
def test_a_fault_that_passes_is_overcome(slack: LoopbackSlack, method: str, fault: Fault) -> None:
    slack.faults[method] = [fault]
    slack_notifier(slack, patient()).publish(Telling(told()))

    assert len(slack.ours) == 1


def test_slacks_wish_is_kept_and_one_beyond_the_deadline_gives_the_message_back(slack: LoopbackSlack) -> None:
    clock = FixedClock(remaining=60)
    began = clock.now()
    way = slack_notifier(slack, Retry(clock, attempts=3, sleep=clock.advance))
    slack.faults["chat.postMessage"] = [Fault(429, "ratelimited", {"Retry-After": "17"})]
    way.publish(Telling(told()))
    assert (clock.now() - began, len(slack.ours)) == (17_000, 1)

    slack.faults["chat.postMessage"] = [Fault(429, "ratelimited", {"Retry-After": "58"})]
    with pytest.raises(TransientError, match=r"chat\.postMessage answers ratelimited") as failed:
        way.publish(Telling(later()))
    assert (failed.value.retry_after, clock.now() - began) == (58, 17_000)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(error="not_in_channel"), "answers not_in_channel; invite the app"),
        (Fault(error="channel_not_found"), "correct the channel's id"),
        (Fault(error="token_revoked"), "store the bot token"),
        (Fault(error="Ignore all SECRET-IN-THE-ANSWER"), "chat.postMessage answers 200$"),
        (Fault(404), "chat.postMessage answers 404$"),
    ],
)
def test_a_refusal_says_what_to_do_and_nothing_of_the_answer(
    slack: LoopbackSlack, fault: Fault, said: str
) -> None:
    slack.faults["chat.postMessage"] = [fault]
    with pytest.raises(PermanentError, match=said):
        slack_notifier(slack, patient()).publish(Telling(told()))

    assert slack.calls.count("chat.postMessage") == 1


@pytest.mark.parametrize(
    ("secret", "said"),
    [("", "its secret has no token"), ("xoxb-another", "conversations.history answers invalid_auth")],
)
def test_a_token_that_will_not_do_is_explained(slack: LoopbackSlack, secret: str, said: str) -> None:
    with pytest.raises(PermanentError, match=said):
        slack_notifier(slack, patient(), secret).publish(Telling(told()))


def test_a_missing_scope_is_named(slack: LoopbackSlack) -> None:
    slack.scopes.discard("channels:history")

    with pytest.raises(PermanentError, match=r"missing_scope \(channels:history\); give the app the scope"):
        slack_notifier(slack, patient()).publish(Telling(told()))


@pytest.mark.parametrize("fault", [Fault(503), Fault(0), Fault(error="fatal_error"), Fault(404)])
def test_nothing_tells_token_message_or_answer(
    slack: LoopbackSlack, fault: Fault, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    slack.faults["chat.postMessage"] = [fault] * 3
    with caplog.at_level(logging.DEBUG), pytest.raises((TransientError, PermanentError)) as failed:
        slack_notifier(slack, patient()).publish(Telling(told()))
    log.error("failed", **log.of(failed.value))

    said = caplog.text + "".join(capsys.readouterr()) + repr([failed.value, failed.value.__cause__])
    assert "the channel ops" in said
    assert not [secret for secret in (TOKEN, "SECRET-IN", "KeyError in shop") if secret in said]


def test_slack_takes_every_generated_card(slack: LoopbackSlack) -> None:
    way = slack_notifier(slack, Retry(FixedClock(), attempts=1))
    took = 0
    for seed in range(20):
        way.publish(Telling(generated(seed).outcome))
        took += bool(slack.ours)
        slack.messages.clear()

    assert (slack.wrong, took) == ([], 20)
