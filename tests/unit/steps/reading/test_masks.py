"""What is a value, what is a header, and which templates are one."""

from __future__ import annotations

import pytest

from lambda_image.steps.reading.group import group, grouped_at_the_end
from lambda_image.steps.reading.header import without_header, without_seconds
from lambda_image.steps.reading.masks import collapse, template
from lambda_image.steps.reading.templates import Miner


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
        "2286759 full partition status 1061219795 -1 ",
        "134681 node-246 unix.hw state_change.unavailable 1077804742 1 ",
        "1286536309.586 921 ",
        "2026-11-23 08:00:00,123 - INFO  [worker-1:Handler@77] - ",
        "2026-11-23 08:00:00.123 4242 INFO shop.api.server [req-1 - -] ",
        "Nov 23 08:00:00 web7 sshd(pam_unix)[19939]: ",
        "- 1131566461 2026.11.23 dn228 Nov 23 08:00:01 dn228/dn228 crond[2915]: ",
        "[Mon Nov 23 08:00:00 2026] [error] ",
        "26/11/23 08:00:00 WARN storage.BlockManager: ",
        "2026-11-23 08:00:00,123 ERROR [main] org.example.App: ",
        "Nov 23 08:00:00 mac7 sandboxd[129] ([31211]): ",
    ],
)
def test_what_a_logger_writes_before_a_message_is_left_out(header: str) -> None:
    assert without_header(collapse(without_seconds(f"{header}disk is full"))) == "disk is full"


@pytest.mark.parametrize(
    "line",
    [
        "disk is full",
        "INFO",
        "the ERROR page was shown",
        "1365301360 exceptions",
        "expired 1700000000 ago",
        "",
    ],
)
def test_a_line_without_header_stays(line: str) -> None:
    assert without_header(without_seconds(line)) == line


def test_names_in_one_place_are_one_group() -> None:
    assert groups("cannot load module a.b.c now", "cannot load module d.e.f now") == [1, 1]


@pytest.mark.parametrize(
    "text",
    [
        "session closed for user {}",
        "no login as account {} from there",
        "lost user {} 10.0.0.1",
        "authentication failed rhost=10.0.0.1 user={}",
        "auth request: invalid user {} [preauth]",
    ],
)
def test_two_users_are_one_group(text: str) -> None:
    assert groups(*(text.format(name) for name in ("ann", "bob"))) == [1, 1]


def test_where_a_well_known_account_stood_others_do() -> None:
    text = "wrong password for {} from 10.0.0.1"

    assert groups(*(text.format(name) for name in ("root", "ftp", "git"))) == [1, 1, 1]


def test_a_component_in_front_of_the_same_sentence_is_a_name() -> None:
    text = "{}: the job was told to run but its time has not come"

    assert groups(text.format("com.shop.mail.daily"), text.format("com.shop.stock.weekly")) == [1, 1]
    assert groups(text.format("com.shop.MailError"), text.format("com.shop.StockError")) == [1, 2]


def test_a_value_joins_the_names_that_came_before_it() -> None:
    assert groups("volume root_7 is lost now", "volume 10.0.0.1 is lost now") == [1, 1]


def test_names_of_things_are_one_group_once_there_are_five() -> None:
    lines = [f"cannot drop table {name}" for name in ("orders", "items", "carts", "users", "taxes")]

    assert groups(*lines) == [1, 2, 3, 4, 1]
    assert [row["group"] for row in grouped_at_the_end(lines)] == [1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("read failed", "write failed"),
        ("flag=true reached", "flag=false reached"),
        ("the order is locked", "the user is locked"),
        ("payment status=declined for order 7", "payment status=expired for order 8"),
        ("task went from NEW to DONE", "task went from NEW to LOST"),
        ("failed to start service x", "failed to stop service x"),
        ("cannot read table header", "cannot read table footer"),
        ("no answer for user disabled", "no answer for user expired"),
        ("the user session is over", "the user account is over"),
        ("got action app.intent.START now", "got action app.intent.STOP now"),
        ("request ended, cause: app.net.TimedOut", "request ended, cause: app.net.Refused"),
        ("link is up again on en0", "link is up again on awdl1"),
    ],
)
def test_words_that_tell_the_problem_keep_groups_apart(one: str, other: str) -> None:
    assert groups(one, other) == [1, 2]


def test_what_became_of_a_thing_is_never_a_value() -> None:
    states = ["failed", "is full", "slow", "lost", "unreachable", "closing", "denied", "not found", "broken"]

    assert len(set(groups(*(f"write of node {state} on start" for state in states)))) == len(states)


@pytest.mark.parametrize("text", ["failed to {} the service", "cannot {} the service", "it did not {} well"])
def test_what_was_not_done_is_never_a_value(text: str) -> None:
    verbs = ["start", "stop", "reload", "mask", "check", "read", "write", "open", "close", "drain"]

    assert len(set(groups(*(text.format(verb) for verb in verbs)))) == len(verbs)


def test_what_is_told_does_not_depend_on_what_comes_later() -> None:
    lines = [f"cannot drop table {name} of {owner}" for name in "abcdef" for owner in ("ann", "x.y", "z.y")]
    told = groups(*lines)

    assert all(groups(*lines[:count]) == told[:count] for count in range(len(lines)))


def test_the_least_told_half_is_forgotten_when_it_becomes_too_much() -> None:
    miner: Miner[int] = Miner(limit=10)
    miner.tell(("disk", "full"), 0)
    for number in range(1, 40):
        assert miner.tell(("disk", "full"), 99).group == 0
        miner.tell(("message", f"a{'b' * number}"), number)

    assert len(list(miner.known())) <= 10


def test_the_rule_behind_a_merge_is_told() -> None:
    rows = list(group(["lost host a.b", "lost host c.d", "lost all", "lost host c.d"]))

    assert [row["rule"] for row in rows] == ["new", "names", "new", "names"]
    assert [row["template"] for row in rows] == [
        "lost host a.b",
        "lost host <*>",
        "lost all",
        "lost host <*>",
    ]


def test_every_line_has_a_row_in_its_order() -> None:
    rows = list(group(["a 1", "", "b", "a 2"]))

    assert [row["line"] for row in rows] == [1, 2, 3, 4]
    assert [row["group"] for row in rows] == [1, 2, 3, 1]
