"""What is read first of an answer: what broke and where, since when, how often, who is hit, and why."""

from __future__ import annotations

from dataclasses import replace

from lambda_image.domain.affected import KEPT, Affected
from lambda_image.domain.card import ANYBODY, Card, Part, Run, Style, section, text, words
from lambda_image.domain.diagnosis import DiagnosisDraft, DraftClaim, Fault
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.notification import Notification, Outcome
from lambda_image.steps.answering.check import check
from lambda_image.steps.telling.compose import compose_answer, with_card
from lambda_image.steps.telling.notice import UNDIAGNOSED
from tests.fakes.events import START, incident
from tests.fakes.evidence import evidence


def shown(of: Incident, said: str = "") -> Notification:
    """The answer's first message; its statement is said in other words."""
    found = evidence()
    claim = DraftClaim("ZeroDivisionError: division by zero", ("L7",))
    diagnosis = check(DiagnosisDraft((claim,), Fault.CODE, (), ()), found)
    claims = tuple(replace(each, said=said) for each in diagnosis.claims)
    notification = compose_answer(of, replace(diagnosis, claims=claims), found).notification
    assert notification
    return notification


def test_who_is_hit_stands_beside_how_often() -> None:
    few = replace(incident(), count=14, affected=Affected(users=1, tenants=2))
    many = replace(few, affected=Affected(users=KEPT, requests=14))

    assert shown(few).summary.endswith(" Hit: 1 user and 2 tenants.")
    assert " Hit: at least 30 users and 14 requests." in shown(many).description


def test_code_in_a_lead_leads_nowhere() -> None:
    said = (Run("not opened: "), Run("https://evil.example/x", Style.CODE))
    card = Card(
        "i", "v1-1", "t", "tracemend.repair", "en", "t", words(said), (section(Part.CAUSE, "", text(said)),)
    )
    outcome = Outcome("v1-1", "t", Task.REPAIR, UNDIAGNOSED)
    told = with_card(outcome, card, ANYBODY).notification

    assert told
    assert told.summary == "not opened: hxxps[:]//evil[.]example/x"


def test_an_error_in_a_file_is_nowhere_and_at_no_known_time() -> None:
    told = shown(replace(incident(log_group="file", service="shop"), count=3))

    assert told.title == "ZeroDivisionError in shop: division by zero"
    assert told.description.startswith("Seen 3 times.\n")
    assert told.related_resources == ()


def test_what_happened_within_a_minute_is_said_to_have_been_in_it() -> None:
    told = shown(replace(incident(), count=3, last_seen=START + 2_000))

    assert told.description.startswith("Seen 3 times, Sep 21, 2026 14:13 UTC, in `shop`")


def test_a_lock_screen_does_not_say_twice_what_broke() -> None:
    assert shown(incident()).summary == "Seen once, Sep 21, 2026 14:13 UTC."
    assert shown(incident(), "An order had no items.").summary.startswith(
        "An order had no items. \u00b7 Seen"
    )


def test_an_enormous_message_leaves_room_for_where_it_was_said() -> None:
    told = shown(incident(exception_type=None, frames=(), message="word " * 200))

    assert told.title.endswith("word\u2026 in shop")


def test_a_long_statement_begins_the_answer_and_stands_whole_below() -> None:
    told = shown(incident(), "One sentence. " * 90).description

    assert told.index("One sentence.\u2026 [1]") < 700
    assert told.index("Statements in full:\nOne sentence. ") > told.index("Evidence:")
    assert told.count("One sentence.") > 120
