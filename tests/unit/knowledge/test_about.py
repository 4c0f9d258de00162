"""What front matter tells of a page."""

from __future__ import annotations

from knowledge.about import about_from
from knowledge.passage import About


def test_the_usual_fields_are_read() -> None:
    fields = {"Owner": "payments", "last-reviewed": "2026-01-02", "services": "[shop, 'till']", "env": "prod"}

    assert about_from(fields) == About("payments", 1_767_312_000_000, ("shop", "till"), ("prod",))


def test_what_is_not_told_stays_as_it_is_known() -> None:
    known = About("search", 7, ("index",), ("test",))

    assert about_from({"title": "x", "updated": "last week", "service": ""}, known) == known


def test_a_time_has_its_zone() -> None:
    assert about_from({"updated": "1970-01-01T01:00:01+01:00"}).modified == 1_000
