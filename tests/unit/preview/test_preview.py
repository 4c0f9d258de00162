"""A file becomes a page that shows all of it and runs nothing; a picture where there is a browser."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from infra.local.preview.page import Client, page
from infra.local.preview.reading import told_in
from lambda_image.commands.explain import Explained
from lambda_image.domain.errors import InputRefused
from tests.fakes.situations import situations

CLIENTS: tuple[Client, ...] = get_args(Client)
ANSWERED, REPAIRED = situations()["fixed"]


def row(**changes: Any) -> str:
    """What `explain --json` prints of a repaired error."""
    return json.dumps(Explained(ANSWERED, REPAIRED).row() | changes)


@pytest.mark.parametrize("client", CLIENTS)
def test_each_client_shows_the_answer_and_the_pull_request(client: Client) -> None:
    html = page(told_in(row()), client)

    for said in (
        "ZeroDivisionError in shop: division by zero",
        "Seen 14 times",
        "acme/shop/pull/12",
        "Proof",
    ):
        assert said in html
    assert "<script" not in html
    assert "default-src 'none'" in html


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("name", sorted(situations()))
def test_every_situation_is_shown_as_text(client: Client, name: str) -> None:
    lines = [json.dumps(Explained(outcome).row()) for outcome in situations()[name]]
    html = page(told_in("\n".join(lines)), client)

    assert 'attacker.example/pay"' not in html
    assert "<!channel>" not in html
    assert "</log></evidence>" not in html


def test_a_notification_alone_is_shown_as_chatbot_only() -> None:
    alone = json.dumps(json.loads(row())["notification"])

    assert "Seen 14 times" in page(told_in(alone), "chatbot")
    with pytest.raises(InputRefused, match="give the whole outcome"):
        page(told_in(alone), "slack")


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '{"notification": null}'])
def test_another_file_is_refused_with_what_it_should_be(text: str) -> None:
    with pytest.raises(InputRefused, match="explain --json"):
        told_in(text)
