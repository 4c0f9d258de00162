"""What a stream's item and a mark hold is bounded, whatever comes."""

from __future__ import annotations

from dataclasses import replace

from lambda_image.adapters.dynamodb.recent import DELIVERIES, NAMED, REACH, Recent, apart, events
from lambda_image.adapters.dynamodb.table import Item
from lambda_image.domain.incident import Occurrence
from tests.fakes.events import START, intake


def named(item: Item, begins: int, mark: str) -> Item:
    """The item when one more delivery is named."""
    return Recent(item, (begins, begins + 5)).with_next("stream#s", mark, START).sets


def test_a_stream_names_its_last_deliveries_and_no_old_ones() -> None:
    item: Item = {}
    for at in range(DELIVERIES + 20):
        item = named(item, START + at, f"delivery#{at}#0")

    assert len(item["marks"]["L"]) == DELIVERIES
    assert [each["S"] for each in named(item, START + 2 * REACH, "late")["marks"]["L"]] == [
        f"{START + 2 * REACH} {START + 2 * REACH + 5} late"
    ]


def test_the_marks_at_the_time_of_a_delivery_are_read_and_no_others() -> None:
    item = named(named({}, START, "delivery#a#0"), START + 60_000, "delivery#b#0")

    assert Recent(item, (START + 2, START + 9)).marks() == ["delivery#a#0"]
    assert Recent(item, (START + 30_000, START + 31_000)).marks() == []


def test_more_events_than_an_item_can_name_have_no_names() -> None:
    (sighting,) = intake().sightings
    some = tuple(Occurrence((str(at),), 1, START) for at in range(NAMED))

    assert len(apart(events([replace(sighting, occurrences=some)]))) == NAMED
    assert events([replace(sighting, occurrences=(*some, Occurrence(("x",), 1, START)))]) == b""
