"""The same card as each client is given it."""

from __future__ import annotations

import json

import pytest

from lambda_image.domain.card import Card, Part, Run, Style, items, section, text
from lambda_image.steps.cards.chatbot import notifications
from lambda_image.steps.cards.email import email_messages
from lambda_image.steps.cards.slack import slack_messages
from lambda_image.steps.cards.teams import teams_messages
from lambda_image.steps.words.ink import listing, prose
from tests.fakes.clients import of_teams

URL = "https://wiki.example.com/p"
CARD = Card(
    id="v1-1-respond",
    fingerprint="v1-1",
    thread_id="v1-1-7",
    event_type="tracemend.respond",
    language="en",
    title="KeyError in shop: \u2603 @here",
    lead="No price. \u00b7 Seen once.",
    sections=(
        section(Part.CAUSE, "", text((*prose("No *price* here"), Run(" "), Run("[1]", url=URL)))),
        section(Part.EVIDENCE, "Evidence", text((Run("[1]", url=URL), Run(" "), Run("x = y", Style.CODE)))),
        section(Part.STEPS, "Next steps", items(prose("Restart it."), prose("Ask https://evil.example.com"))),
        section(Part.CHANGE, "", *listing("-a\n+b")),
    ),
)


@pytest.mark.parametrize(
    ("client", "cause", "evidence"),
    [
        ("", "No `*price*` here [1]", f"Evidence:\n[1] `x = y` {URL}"),
        ("slack", f"No `*price*` here <{URL}|[1]>", f"*Evidence*\n<{URL}|[1]> `x = y`"),
        ("teams", f"No `*price*` here [[1]]({URL})", f"**Evidence**  \n[[1]]({URL}) `x = y`"),
    ],
)
def test_chatbot_speaks_the_markdown_of_its_client(client: str, cause: str, evidence: str) -> None:
    (message,) = notifications(CARD, client)

    assert message.description == f"{cause}\n\n{evidence}\n\n```\n-a\n+b\n```"
    assert message.next_steps == ("Restart it.", "Ask `hxxps[:]//evil[.]example[.]com`")
    assert message.title == "KeyError in shop: \u2603 @\u2060here"


def test_slack_gets_rich_text_and_a_text_for_the_lock_screen() -> None:
    (message,) = slack_messages(CARD)
    header, cause, _, steps, change = message["blocks"]

    assert message["text"].split("\n") == [
        "KeyError in shop: \u2603 @\u2060here",
        "No price. \u00b7 Seen once.",
    ]
    assert header["text"]["type"] == "plain_text"
    assert cause["elements"][0]["elements"][-1] == {"type": "link", "url": URL, "text": "[1]"}
    assert [each["type"] for each in steps["elements"]] == ["rich_text_section", "rich_text_list"]
    assert change["elements"][0]["type"] == "rich_text_preformatted"


def test_teams_gets_runs_that_are_no_markdown() -> None:
    (message,) = teams_messages(CARD)
    assert not list(of_teams(CARD, {URL}, public=True))
    card = message["attachments"][0]["content"]
    texts = [run["text"] for each in card["body"] if "inlines" in each for run in each["inlines"]]

    assert "No *price* here" in texts
    assert card["body"][-1]["items"][1]["inlines"][0] == {
        "type": "TextRun",
        "text": "+b",
        "fontType": "Monospace",
    }
    assert json.dumps(message).count("Action.OpenUrl") == 2


def test_an_e_mail_is_plain_text_that_leads_to_allowed_pages_only() -> None:
    (mail,) = email_messages(CARD)

    assert mail.subject == "KeyError in shop: ? @here"
    assert "[1] x = y\n    https://wiki.example.com/p" in mail.body
    assert "* Ask hxxps[:]//evil[.]example[.]com" in mail.body
    assert mail.body.endswith("Addresses outside your own pages are written so that they lead nowhere.\n")
