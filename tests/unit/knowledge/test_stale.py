"""Pages that need a person."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.passage import About, Page
from knowledge.resources import resources_in
from knowledge.split import split
from knowledge.stale import existing_from, stale
from knowledge.store import Kept
from knowledge.stores.embedded import EmbeddedStore

NOW = int(datetime(2026, 11, 25, tzinfo=UTC).timestamp() * 1_000)
DAY = 86_400_000


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (
            "Look at the queue `orders-dlq`, then at the `late` alarm.",
            {("queue", "orders-dlq"), ("alarm", "late")},
        ),
        ("aws dynamodb scan --table-name carts --limit 1", {("table", "carts")}),
        ("aws cloudwatch describe-alarms --alarm-names 'a/b'", {("alarm", "b")}),
        ("arn:aws:sqs:eu-west-1:123456789012:jobs", {("queue", "jobs")}),
        ("arn:aws:lambda:eu-west-1:123456789012:function:pay", {("function", "pay")}),
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/carts/index/x", {("table", "carts")}),
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", {("queue", "jobs")}),
        ("Turn the feature flag **new-basket** off.", {("flag", "new-basket")}),
        ("The function of the queue is a table of alarms; `ls` the flags.", set()),
    ],
)
def test_resources_are_found_where_their_kind_is_said(text: str, named: set[tuple[str, str]]) -> None:
    assert set(resources_in(text)) == named


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    """A page edited long ago, one that names a queue and an alarm, and one of which nothing is known."""
    made = EmbeddedStore.create(tmp_path / "index")
    pages = [
        Page("old", "https://w/old", "Old", "# A\n\nText.", About("payments", NOW - 400 * DAY)),
        Page("new", "https://w/new", "New", "# B\n\nQueue `Jobs`, alarm `late`.", About(modified=NOW - DAY)),
        Page("unknown", "https://w/unknown", "Unknown", "# C\n\nText."),
    ]
    for page in pages:
        made.replace(page.id, Kept(page.id), split(page))
    return made


def test_old_pages_are_told_with_their_owner(store: EmbeddedStore) -> None:
    (found,) = stale(store, NOW)

    assert (found.url, found.owner, found.reason) == ("https://w/old", "payments", "old")
    assert found.detail == "last edited 2025-10-21, 400 days ago"
    assert not list(stale(store, NOW, days=401))


def test_names_are_judged_by_kinds_that_are_listed(store: EmbeddedStore) -> None:
    existing = existing_from("# ours\nqueue: jobs\nalarm early  # a remark\n\n")

    assert [found.detail for found in stale(store, NOW, existing, 500)] == ["alarm late is not there"]
    assert not list(stale(store, NOW, {"table": frozenset()}, 500))


def test_a_list_that_is_none_names_its_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        existing_from("queue jobs\njobs\n")
