"""The Slack app against a Slack on loopback: acknowledged at once, done later, said where it was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from lambda_image.adapters.channels.slack_api import SlackApi
from lambda_image.adapters.clock import InvocationClock
from lambda_image.adapters.slack_app.app import Service, SlackApp
from lambda_image.adapters.slack_app.gate import Gate
from lambda_image.domain.action import Verb
from lambda_image.domain.channels import Channel
from lambda_image.domain.errors import TransientError
from lambda_image.domain.notification import Telling
from lambda_image.handlers.slack import handler
from lambda_image.observing.work import NoTracer
from lambda_image.steps.action_token import read
from lambda_image.steps.cards import slack_form
from lambda_image.steps.cards.slack import reply_messages
from lambda_image.talking.asking import Asking
from lambda_image.talking.describing import Describing
from lambda_image.talking.reception import Reception
from lambda_image.wiring import doorkeeper
from lambda_image.wiring.functions import SlackFunction
from tests.contract.channels import patient, slack_notifier
from tests.contract.servers.slack import TOKEN, USER, Fault, LoopbackSlack, trusted
from tests.contract.slack_office import JSON, KEY, Context, Office
from tests.contract.test_notifier import Book, told
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, intake
from tests.fakes.ledger import MemoryLedger
from tests.unit.adapters.test_slack_gate import SECRET, MemorySeen, signed

pytestmark = pytest.mark.loopback


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A problem is known, and its card stands in the channel."""
    trusted(monkeypatch, tmp_path / "loopback.pem")
    with LoopbackSlack(tmp_path) as slack:
        clock = FixedClock(START)
        made = Office(slack, clock, MemoryLedger(clock))
        made.ledger.observe(intake(fingerprint="v1-0123456789abcdef"))
        reception = Reception(clock, made.ledger)
        asking = Asking(made.press, lambda: KEY, clock)
        describing = Describing(clock, made.ledger, made.press, lambda: KEY)
        form = (slack_form.form, slack_form.sent, slack_form.NAME)
        service = Service(reception, made.press, asking, reply_messages, describing, *form)
        held = json.dumps({"token": TOKEN})
        api = SlackApi(Channel("app", "slack", host=slack.host), lambda: held, 2.0)
        functions, host = SimpleNamespace(invoke=made.invoke), slack.host
        app = SlackApp(service, lambda: TOKEN, functions, api, patient(), host)
        gate = Gate(lambda: SECRET, MemorySeen(), clock)
        function = SlackFunction(InvocationClock(), NoTracer(), gate, app)
        monkeypatch.setattr(doorkeeper, "slack", lambda: function)
        yield made


def test_the_command_alone_opens_a_form_whose_description_is_looked_for(office: Office) -> None:
    assert office.command("")["statusCode"] == 200
    office.work()
    (view,) = office.slack.views
    assert (view["callback_id"], office.slack.ours) == (slack_form.NAME, [])

    said: dict[str, Any] = {"what": {"what": {"value": "ZeroDivisionError at checkout!"}}}
    said["when"] = {"when": {"selected_option": {"value": "3600"}}}
    sent = {
        "type": "view_submission",
        "view": {"type": "modal", "callback_id": view["callback_id"], "state": {"values": said}},
    }
    assert office.interact({**sent, "trigger_id": "2"})["statusCode"] == 200
    assert office.slack.ours == []
    office.work()
    (answer,) = office.slack.ours
    assert (answer["channel"], answer["text"].splitlines()[0]) == (USER, answer["text"].splitlines()[0])
    assert "`v1-0123456789abcdef`" in answer["text"]
    assert "card comes into the channel" in answer["text"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("status", "`v1-0123456789abcdef`): waiting, seen once since"),
        ("v1-0123456789abcdef please", "`v1-0123456789abcdef`): waiting"),
        ("v1-ffffffffffffffff", "`v1-ffffffffffffffff` is not known"),
        ("<!channel> dance", "opens a form in which you describe an error"),
    ],
)
def test_a_command_with_words_is_answered_where_it_was_typed(office: Office, text: str, said: str) -> None:
    assert office.command(text)["statusCode"] == 200
    assert office.slack.responses == []
    office.work()

    (answer,) = office.slack.responses
    assert said in answer["text"]
    assert "<!channel>" not in answer["text"]


def test_a_mention_in_the_thread_of_a_card_tells_of_its_problem(office: Office) -> None:
    book = Book(told())
    slack_notifier(office.slack, patient()).publish(book.telling())
    root = office.slack.ours[0]["ts"]
    assert office.mention(root, text="")["statusCode"] == 200
    office.work()

    answer = office.slack.ours[-1]
    assert (answer["thread_ts"], answer["text"]) == (root, "`v1-a` is not known, or it is forgotten.")
    office.slack.messages.append({"ts": "5.0"})
    office.mention(event_id="Ev2")
    office.work()
    assert office.slack.ours[-1]["thread_ts"] == "5.0"
    assert "waiting" in office.slack.ours[-1]["text"]


@pytest.mark.parametrize(
    ("text", "verb", "words"),
    [
        ("why do you think so?", Verb.ASK, "why do you think so?"),
        ("Wrong: the pool was full", Verb.WRONG, "the pool was full"),
        ("snooze 2h a deployment is running", Verb.SNOOZE, "2h a deployment is running"),
        ("Merge with `v1-fedcba9876543210`", Verb.MERGE, "v1-fedcba9876543210"),
        ("merged by whom?", Verb.ASK, "merged by whom?"),
        ("split again", Verb.SPLIT, "again"),
        ("split brain is the cause, why?", Verb.ASK, "split brain is the cause, why?"),
    ],
)
def test_words_in_the_thread_of_a_card_are_a_request_that_chat_can_check(
    office: Office, text: str, verb: Verb, words: str
) -> None:
    slack_notifier(office.slack, patient()).publish(Book(told()).telling())
    root = office.slack.ours[0]["ts"]
    office.mention(root, text=text)
    office.work()

    ((asked, said, by),) = office.pressed
    request = read(Verb(asked), said, office.clock.now() // 1_000, KEY.encode())
    assert (request.verb, request.thread_id, request.text) == (verb, "v1-a-1", words)
    assert by == USER
    answer = office.slack.ours[-1]
    assert answer["thread_ts"] == root
    assert (answer["blocks"][0]["type"] == "header") if verb is Verb.ASK else "blocks" not in answer
    assert "<!channel>" not in str([answer["text"], *answer.get("blocks", ())[-1:]])
    assert office.slack.wrong == []


def test_words_below_a_member_whose_channel_hears_not_of_the_first_are_about_the_member(
    office: Office,
) -> None:
    card = replace(told().card, thread_id="v1-first-1")  # type: ignore[type-var]
    slack_notifier(office.slack, patient()).publish(Telling(replace(told(), card=card), frozenset(), "/g"))
    office.mention(office.slack.ours[0]["ts"], text="snooze 2h it is known")
    office.work()

    ((_, said, _),) = office.pressed
    assert said.partition(".")[0] == "v1-a-1"


def test_an_event_that_could_not_be_put_off_is_taken_when_it_comes_again(office: Office) -> None:
    office.slack.messages.append({"ts": "5.0"})
    office.throttled = True
    assert office.mention()["statusCode"] >= 500
    office.throttled = False
    office.clock.advance(10)
    assert office.mention()["statusCode"] == 200
    office.work()

    assert len(office.slack.ours) == 1


def test_an_event_that_comes_again_is_answered_once(office: Office) -> None:
    office.slack.messages.append({"ts": "5.0"})
    for retry in ("", "1", "2"):
        office.clock.advance(10)
        assert office.mention(**({"X-Slack-Retry-Num": retry} if retry else {}))["statusCode"] == 200
    office.work()

    assert len(office.slack.ours) == 1


@pytest.mark.parametrize("fault", [None, TransientError("chat failed")])
def test_a_button_is_served_by_its_token_and_answered_in_the_thread(
    office: Office, fault: Exception | None
) -> None:
    office.slack.messages.append({"ts": "7.0"})
    office.fault = fault
    action = {"type": "button", "block_id": "b", "action_id": "tracemend-redo", "value": "v1-a-1.ff.sig"}
    assert (
        office.interact({"type": "block_actions", "actions": [action], "message": {"ts": "7.0"}})[
            "statusCode"
        ]
        == 200
    )
    office.work()

    (answer,) = office.slack.ours
    assert answer["thread_ts"] == "7.0"
    assert office.pressed == ([] if fault else [("redo", "v1-a-1.ff.sig", f"ada.l ({USER})")])
    assert ("did not work: chat failed" in answer["text"]) == bool(fault)


def test_an_answer_that_slack_does_not_take_now_is_said_later_and_the_button_pressed_once(
    office: Office,
) -> None:
    office.slack.messages.append({"ts": "7.0"})
    office.slack.faults["chat.postMessage"] = [Fault(429, headers={"Retry-After": "1"}), Fault(503)]
    action = {"type": "button", "block_id": "b", "action_id": "tracemend-ask", "value": "v1-a-1.ff.sig"}
    office.interact({"type": "block_actions", "actions": [action], "message": {"ts": "7.0"}})
    office.work()

    (answer,) = office.slack.ours
    assert answer["thread_ts"] == "7.0"
    assert len(office.pressed) == 1


def test_what_slack_did_not_sign_does_nothing_and_is_logged(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    body = urlencode({"command": "/tracemend", "text": "status"})
    event = {"requestContext": {"http": {"method": "POST"}}, "body": body, "isBase64Encoded": False}
    now = office.clock.now() // 1_000
    refused = [
        {},
        signed(body.encode(), now, "another"),
        signed(body.encode(), now - 301),
        signed(body.encode() + b"x", now),
    ]
    answers = [handler({**event, "headers": headers}, Context()) for headers in refused]

    assert {each["statusCode"] for each in answers} == {401}
    assert (
        handler({**event, "body": "\u00e9=", "isBase64Encoded": True, "headers": {}}, Context())["statusCode"]
        == 401
    )
    assert (office.put_off, office.slack.calls) == ([], [])
    assert capsys.readouterr().out.count("slack request refused") == 5


def test_who_asks_for_the_work_of_a_request_by_its_url_gets_an_acknowledgement(office: Office) -> None:
    marks = {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "_command"}
    body = urlencode({"command": "/tracemend", "text": "status", "response_url": "https://evil.example"})
    answer = office.send(body, **marks)

    assert (answer["statusCode"], len(office.put_off), office.slack.responses) == (200, 1, [])
    assert office.send(body, **marks)["statusCode"] == 401


def test_the_check_of_the_address_is_answered(office: Office) -> None:
    answer = office.send(json.dumps({"type": "url_verification", "challenge": "c3"}), JSON)

    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"challenge": "c3"})
