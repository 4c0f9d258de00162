"""What a page says to a crawler, and what becomes of pages that a site withholds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from knowledge.passage import Page
from knowledge.sources.crawl.absent import NAME, absent
from knowledge.sources.crawl.bounds import bounds
from knowledge.sources.crawl.frontier import Frontier
from knowledge.sources.crawl.html_page import html_page
from knowledge.sources.crawl.known import Known
from knowledge.sources.crawl.limits import Limits
from knowledge.sources.crawl.mark import Mark
from knowledge.sources.crawl.rules import rules
from knowledge.sources.documents.charset import decoded

HOME = "https://wiki.example.com/"
LONG = "<p>" + "words of a runbook " * 60


def read(body: str, head: str = "", url: str = HOME) -> Any:
    return html_page(url, f"<html><head>{head}</head><body>{body}</body></html>".encode(), {})


@pytest.mark.parametrize(
    ("content", "leads_to"),
    [
        ("0; url=/next", "/next"),
        ("0;URL='/next'", "/next"),
        ("0, /next", "/next"),
        ("3.5;url=/next", "/next"),
        ("300", ""),
        ("5", ""),
        ("1800; url=/login?expired=1", ""),
        ("", ""),
    ],
)
def test_a_refresh_leads_on_only_at_once_and_with_an_address(content: str, leads_to: str) -> None:
    found = read("<p>Words", f'<meta http-equiv="Refresh" content="{content}">')

    assert found.moved == (HOME.rstrip("/") + leads_to if leads_to else "")


def test_a_refresh_for_browsers_without_scripts_is_not_meant_for_a_page_that_can_be_read() -> None:
    head = "<noscript><meta http-equiv=refresh content='0; url=/no-scripts'></noscript>"

    assert read("<p>Words", head).moved == ""


@pytest.mark.parametrize(
    ("body", "is_login"),
    [
        ("<form><input type=password></form>", True),
        ("<form><input type=email autocomplete='section-a username'></form>", True),
        ("<form action='https://idp.example.com/'><input type=hidden name=SAMLRequest></form>", True),
        (f"<form><input type=password></form>{LONG}", False),
        ("<header><form><input type=password></form></header><p>A short page", False),
        ("<form><input name=q autocomplete=off></form><p>Search", False),
    ],
)
def test_a_form_for_an_account_on_a_page_of_little_else_is_a_login(body: str, *, is_login: bool) -> None:
    assert read(body).login is is_login


def test_a_page_that_says_what_is_said_of_a_page_that_never_was_is_none() -> None:
    never = absent(f"# {NAME}\n\nSorry, {NAME} does not exist. [Create](/edit?page={NAME}&t=17)")
    says = "# Disk full\n\nSorry, Disk full does not exist. [Create](/edit?page=Disk_full&t=18)"

    assert never.is_like(HOME + "wiki/Disk_full", says)
    assert not never.is_like(HOME + "wiki/Disk_full", "# Disk full\n\nIt is. Buy a larger one.")
    assert not absent("").is_like(HOME + "a", "")
    assert not absent(NAME).is_like(HOME + "a", "a")


@pytest.mark.parametrize(
    ("raw", "declared", "text"),
    [
        (b"a \\n b", "unicode_escape", "a \\n b"),
        (b"a-b", "punycode", "a-b"),
        (b"<p>even", "utf-16", "<p>even"),
        ("größer".encode("utf-16-le"), "utf-16-le", "größer"),
        (b"\xc4\xc1", "koi8-r", "\u0434\u0430"),
        (b"\x93words\x94", "iso-8859-1", "\u201cwords\u201d"),
        (b"caf\xe9", "rot13", "caf\ufffd"),
    ],
)
def test_only_encodings_of_the_web_are_believed(raw: bytes, declared: str, text: str) -> None:
    assert decoded(raw, declared) == text


class Told:
    """What a crawl tells of the pages /0 to /9 that it knew."""

    def __init__(self) -> None:
        self.lines: list[Mapping[str, Any]] = []
        self.names = [f"{HOME}{number}" for number in range(10)]
        marks = {name: Mark(text=str(name)).written() for name in self.names}
        self.known = Known(bounds(HOME), marks, self.lines.append)

    @property
    def fatal(self) -> bool:
        return any("fatal" in line for line in self.lines)

    @property
    def same(self) -> set[str]:
        return {line["same"].removeprefix(HOME) for line in self.lines if "same" in line}


@pytest.mark.parametrize(("forbidden", "is_fatal"), [("/", True), ("/1", False)])
def test_a_robots_txt_that_suddenly_forbids_most_pages_empties_nothing(
    forbidden: str, *, is_fatal: bool
) -> None:
    told = Told()
    frontier = Frontier(bounds(HOME), Limits(), told.known)
    frontier.rules = rules(f"User-agent: *\nDisallow: {forbidden}*\nAllow: /$\n".encode())
    asked = [visit.page for visit in frontier.new(told.names, 1)]
    told.known.finish()

    assert told.fatal is is_fatal
    assert len(asked) == (0 if is_fatal else 9)


def test_pages_that_are_gone_by_status_leave_however_many_they_are() -> None:
    told = Told()
    for name in told.names[1:]:
        told.known.gone(name)
    told.known.finish()

    assert (told.fatal, told.same) == (False, {"0"})


def test_a_page_that_moved_over_others_leaves_when_the_last_is_known() -> None:
    told = Told()
    one, two, three, four, five, six = told.names[:6]
    told.known.moved(one, two)
    told.known.moved(two, three)
    told.known.page(Page(three, three, "Three", "words"), Mark())
    told.known.moved(four, five)
    told.known.moved(five, four)
    told.known.moved(six, f"{HOME}unread")
    told.known.finish()

    assert told.same == {"3", "4", "5", "6", "7", "8", "9"}


def test_a_visit_in_the_path_makes_no_other_page() -> None:
    told = Told()
    frontier = Frontier(bounds(HOME), Limits(), told.known)

    assert frontier.leads_on(f"{HOME}(S(lit3py55t21z5v55vlm25s55))/page", "same words")
    assert not frontier.leads_on(f"{HOME}(S(0pq2xw45k1yeqj55mzt4bi45))/page", "same words")
    assert frontier.leads_on(f"{HOME}(S(0pq2xw45k1yeqj55mzt4bi45))/page", "other words")
    assert frontier.leads_on(f"{HOME}disaster-recovery/page", "same words")
