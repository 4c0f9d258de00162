"""What is a value, what is a header, and which templates are one."""

from __future__ import annotations

import pytest

from lambda_image.steps.group import group
from lambda_image.steps.header import without_header
from lambda_image.steps.masks import collapse, template
from lambda_image.steps.templates import merged


def groups(*lines: str) -> list[int]:
    """The group of each line."""
    return [row["group"] for row in group(lines)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("took 12 ms", "took <*>"),
        ("took 1.25s", "took <*>"),
        ("node 10.0.0.1:443 is gone", "node <*> is gone"),
        ("host db-1.internal:5432 refused", "host <*> refused"),
        ("cannot open /var/lib/x/y.db", "cannot open <*>"),
        ("key 'a b' is unknown", "key <*> is unknown"),
        ("ids 1, 2, 33, 444 left", "ids <*> left"),
        ("at Mon Nov 23 08:00:00 UTC 2026 it stopped", "at <*> it stopped"),
        ("S3 and IPv4 stay words", "S0 and IPv0 stay words"),
        ('"GET /a/b?c=1 HTTP/1.1" failed', "GET <*> failed"),
        ("threshold........7", "threshold <*>"),
    ],
)
def test_values_are_masked_and_words_are_not(text: str, words: str) -> None:
    assert " ".join(template(collapse(text))) == words


@pytest.mark.parametrize(
    "header",
    [
        "2026-11-23 08:00:00,123 - INFO  [worker-1:Handler@77] - ",
        "2026-11-23 08:00:00.123 4242 INFO shop.api.server [req-1 - -] ",
        "Nov 23 08:00:00 web7 sshd(pam_unix)[19939]: ",
        "- 1131566461 2026.11.23 dn228 Nov 23 08:00:01 dn228/dn228 crond[2915]: ",
        "[Mon Nov 23 08:00:00 2026] [error] ",
        "26/11/23 08:00:00 WARN storage.BlockManager: ",
        "2026-11-23 08:00:00,123 ERROR [main] org.example.App: ",
    ],
)
def test_what_a_logger_writes_before_a_message_is_left_out(header: str) -> None:
    assert without_header(collapse(f"{header}disk is full")) == "disk is full"


@pytest.mark.parametrize("line", ["disk is full", "INFO", "the ERROR page was shown", ""])
def test_a_line_without_header_stays(line: str) -> None:
    assert without_header(line) == line


def test_names_in_one_place_are_one_group() -> None:
    assert groups("cannot load module a.b.c now", "cannot load module d.e.f now") == [1, 1]


def test_users_are_one_group_once_there_are_three() -> None:
    lines = [f"session closed for user {name}" for name in ("ann", "bob", "eve")]

    assert groups(*lines[:2]) == [1, 2]
    assert groups(*lines) == [1, 1, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("read failed", "write failed"),
        ("flag=true reached", "flag=false reached"),
        ("the order is locked", "the user is locked"),
        ("payment status=declined for order 7", "payment status=expired for order 8"),
        ("task went from NEW to DONE", "task went from NEW to LOST"),
    ],
)
def test_words_that_tell_the_problem_keep_groups_apart(one: str, other: str) -> None:
    assert groups(one, other) == [1, 2]


def test_the_rule_behind_a_merge_is_told() -> None:
    became = merged([("lost", "host", "a.b"), ("lost", "host", "c.d"), ("lost", "all")])

    assert {merge.rule for merge in became.values()} == {"names", "masks"}
    assert became["lost", "host", "a.b"] == became["lost", "host", "c.d"]


def test_every_line_has_a_row_in_its_order() -> None:
    rows = list(group(["a 1", "", "b", "a 2"]))

    assert [row["line"] for row in rows] == [1, 2, 3, 4]
    assert [row["group"] for row in rows] == [1, 2, 3, 1]
