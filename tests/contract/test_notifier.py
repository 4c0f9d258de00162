"""What every way to people does: in memory, several at once, the topic on moto, webhooks on loopback."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambda_image.domain.card import ANYBODY, Card, Part, section, text
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.incident import Task
from lambda_image.domain.notification import Outcome, Telling
from lambda_image.steps.telling.compose import with_card
from lambda_image.steps.telling.notice import UNDIAGNOSED
from lambda_image.steps.words.ink import prose
from tests.contract.channels import Outside, outside
from tests.contract.servers.slack import trusted

WAYS = (
    "memory",
    "several",
    "topic",
    "email",
    *(pytest.param(each, marks=pytest.mark.loopback) for each in ("slack", "teams", "webhook")),
)
# These cut a long card into several messages.
CUTTING = tuple(each for each in WAYS if "webhook" not in str(each) and each != "email")


def told(length: int = 10) -> Outcome:
    """An outcome with so many sentences."""
    said = text(*(prose(f"This is sentence {number} of a long answer.") for number in range(length)))
    card = Card(
        id="v1-a-1-respond",
        fingerprint="v1-a",
        thread_id="v1-a-1",
        event_type="tracemend.respond",
        language="en",
        title="KeyError in shop",
        lead="No price.",
        sections=(section(Part.CAUSE, "", said),),
    )
    return with_card(Outcome("v1-a", "v1-a-1", Task.RESPOND, UNDIAGNOSED), card, ANYBODY)


class Book:
    """Tells an outcome, and keeps what was noted."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.kept: list[str] = []

    @property
    def noted(self) -> list[str]:
        """The messages' ids; Slack's way notes where each stands, too."""
        return [each.partition("@")[0] for each in self.kept]

    def telling(self) -> Telling:
        """The next try."""
        return Telling(self.outcome, frozenset(self.kept), "/aws/lambda/shop", self.kept.append)


@pytest.fixture
def way(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """One of them, that trusts the certificate of the loopback."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "loopback.pem"))
    trusted(monkeypatch, tmp_path / "loopback.pem")
    with outside(request.param, tmp_path) as made:
        yield made


@pytest.mark.parametrize("way", WAYS, indirect=True)
def test_a_card_is_sent_and_noted_once(way: Outside) -> None:
    book = Book(told())
    way.notifier.publish(book.telling())
    assert book.noted == ["v1-a-1-respond"]
    way.notifier.publish(book.telling())

    assert len(way.arrived()) == 1
    assert book.noted == ["v1-a-1-respond"]


@pytest.mark.parametrize("way", WAYS, indirect=True)
def test_what_is_down_keeps_nothing_and_is_told_later(way: Outside) -> None:
    book = Book(told())
    way.full(0)
    with pytest.raises(TransientError):
        way.notifier.publish(book.telling())
    assert (way.arrived(), book.noted) == ([], [])
    way.full(math.inf)
    way.notifier.publish(book.telling())

    assert len(way.arrived()) == 1


@pytest.mark.parametrize("way", WAYS, indirect=True)
def test_a_refusal_for_good_is_one(way: Outside) -> None:
    book = Book(told())
    way.full(0, for_good=True)

    with pytest.raises(PermanentError):
        way.notifier.publish(book.telling())
    assert book.noted == []


@pytest.mark.parametrize("way", CUTTING, indirect=True)
def test_after_a_fault_in_the_middle_only_the_rest_is_sent(way: Outside) -> None:
    book = Book(told(600))
    way.full(1)
    with pytest.raises(TransientError):
        way.notifier.publish(book.telling())
    assert book.noted == ["v1-a-1-respond"]
    way.full(math.inf)
    way.notifier.publish(book.telling())

    assert book.noted[1] == "v1-a-1-respond-2"
    assert len(set(way.arrived())) == len(way.arrived()) == len(book.noted)
