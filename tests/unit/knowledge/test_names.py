"""Names in a text that an error or an alarm would say too."""

from __future__ import annotations

import pytest

from knowledge.names import MOST_NAMES, names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Seen as java.io.IOException, then a TypeError.", ("java.io.IOException", "TypeError")),
        ("`connect ECONNREFUSED 10.0.0.1`, an EXAMPLE", ("ECONNREFUSED",)),
        ("ORA-00942 or net::ERR_TIMED_OUT or DB_ERROR_7", ("ORA-00942", "ERR_TIMED_OUT", "DB_ERROR_7")),
        ("When KubePodCrashLooping fires", ("KubePodCrashLooping",)),
        ("The alarm `orders-queue-age` or alert: \u201ctoo/late\u201d", ("orders-queue-age", "too/late")),
        ("An Error and a Timeout of DynamoDB, see IOException. IOException!", ("IOException",)),
        ("", ()),
    ],
)
def test_names_are_found(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


def test_what_has_no_end_is_no_name_and_costs_its_length_once() -> None:
    """Looked through from each of its words, half a megabyte would take an hour."""
    assert names_in("a." * 250_000, "A_" * 250_000 + "ERR", "a-b" * 99 + " DB_ERROR") == ("DB_ERROR",)


def test_a_page_of_names_gives_only_the_first() -> None:
    assert len(names_in(" ".join(f"Number{n}Error" for n in range(100)))) == MOST_NAMES
