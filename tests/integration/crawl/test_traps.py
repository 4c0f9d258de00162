"""A site full of traps: each is survived, every good page found, and the crawl ends by itself."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from knowledge.errors import SourceUnusable
from tests.fakes.web_site import Asked, Reply, WebSite, html
from tests.integration.crawl.crawling import QUICK, crawl
from tests.integration.crawl.trap_site import GOOD, page, trap_site

pytestmark = pytest.mark.loopback


def test_every_trap_is_survived_and_every_good_page_found() -> None:
    limits = replace(QUICK, page_bytes=2_000_000, answer_seconds=5, seconds=100)
    begun = time.monotonic()
    with trap_site() as site:
        found = crawl(site, limits=limits)

    assert set(GOOD) | {"/"} <= found.present
    assert not {"/metadata", "/around", "/private/secret", "/huge", "/huge-and-says-so", "/bomb",
                "/loris", "/account",
                "/wants-login", "/login", "/always-down", "/not-indexed", "/picture", "/copy",
                "/moved", "/empty",
                "/refresh", "/refreshes-to-login", "/chain"} & found.present  # fmt: skip
    assert "/private/secret" not in site.targets()
    assert sum(path.startswith("/calendar") for path in site.targets()) < 10
    assert sum(path.startswith("/visit") for path in site.targets()) < 20
    assert sum(path.startswith("/visited") for path in site.targets()) < 10
    assert sum(path.startswith("/chain") for path in site.targets()) == limits.redirects + 1
    assert sum(path.startswith("/bomb.xml") for path in site.targets()) <= 500
    assert sum(path.startswith("/x/") for path in found.present) <= limits.depth
    assert time.monotonic() - begun < 90
    assert "Störung" in found.pages["/wrong-charset"].text
    assert "再起動" in found.pages["/shift-jis"].text
    assert "mend  --now Relative\n" in found.pages["/deep/folder/relative"].text
    assert found.pages["/text.md"].text == "# Plain\n\n    four  spaces\n"
    assert found.skipped["/metadata"] == "leads to 169.254.169.254, which is not read"
    assert found.skipped["/private/secret"] == "robots.txt asks not to read it"
    assert found.skipped["/huge"] == found.skipped["/huge-and-says-so"] == "larger than 2000000 bytes"
    assert found.skipped["/bomb"] == "larger than 2000000 bytes"
    assert found.skipped["/loris"] == "did not answer within 5 seconds"
    assert found.skipped["/account"] == "asks to log in; give what opens it as a secret"
    assert found.skipped["/refreshes-to-login"] == "asks to log in; give what opens it as a secret"
    assert found.skipped["/chain"] == "redirects more than 5 times"
    assert "in ASCII" in found.pages["/utf-16-it-says"].text
    assert found.skipped["/always-down"] == "answered 500"


def test_a_site_without_end_is_left_at_the_limits() -> None:
    def endless_text(asked: Asked) -> Reply:
        at = int(asked.target.strip("/") or 0)
        word = "".join(chr(97 + int(digit)) for digit in str(at))
        return html(
            f"<h1>{word}</h1><p>{word * 3}</p><a href='/{at + 1}'>next</a> <a href='/{at + 1000}'>far</a>"
        )

    with WebSite() as site:
        site.reply = lambda asked: Reply(status=404) if "." in asked.target else endless_text(asked)  # type: ignore[method-assign]
        by_depth = crawl(site, limits=replace(QUICK, depth=5))
        by_pages = crawl(site, limits=replace(QUICK, pages=20, parallel=1))
        by_time = crawl(site, limits=replace(QUICK, seconds=5, delay=0.5))

    assert len(by_depth.pages) == 1 + 2 + 3 + 4 + 5 + 6
    assert len(by_pages.pages) == 20
    assert by_pages.skipped["/"] == "stopped after 20 pages"
    assert by_time.skipped["/"] == "stopped after 5 seconds"


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (Reply(b"", 500), "answered 500"),
        (Reply(b"", 404), "is not there"),
        (Reply(b"", 401), "asks to log in"),
        (Reply(status=302, headers={"Location": "/users/sign_in"}), "asks to log in"),
        (
            Reply(status=302, headers={"Location": "https://portal.example.com/"}),
            "leads to portal.example.com",
        ),
        (Reply(status=302, headers={"Location": "https://sso.example.com/"}), "asks to log in"),
        (html("<input type=password>"), "asks to log in"),
    ],
)
def test_a_wiki_whose_first_page_cannot_be_read_is_unusable(first: Reply, reason: str) -> None:
    with WebSite({"/": first}) as site, pytest.raises(SourceUnusable, match=reason):
        crawl(site)


def test_robots_in_trouble_or_against_us_stop_the_crawl() -> None:
    with WebSite({"/": page("Home"), "/robots.txt": Reply(b"", 503)}) as site:
        with pytest.raises(SourceUnusable, match=r"robots\.txt cannot be read for now"):
            crawl(site)
        site.pages["/robots.txt"] = Reply(b"User-agent: Tracemend\nDisallow: /\n")
        with pytest.raises(SourceUnusable, match=r"robots\.txt asks not to read the first page"):
            crawl(site)

    assert "/" not in site.targets()


def test_a_pause_that_the_site_asks_for_does_not_outlast_the_crawl() -> None:
    with WebSite({"/": page("Home", "/a"), "/a": Reply(b"", 429, {"Retry-After": "60"})}) as site:
        begun = time.monotonic()
        found = crawl(site, limits=replace(QUICK, seconds=6))

    assert found.present == {"/"}
    assert time.monotonic() - begun < 20


def test_the_delay_that_robots_ask_for_is_kept() -> None:
    with WebSite({"/": page("Home", "/a", "/b"), "/a": page("A"), "/b": page("B")}) as site:
        site.pages["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 0.5\n")
        begun = time.monotonic()
        found = crawl(site)

    assert len(found.pages) == 3
    assert time.monotonic() - begun > 1.9  # four requests after robots.txt
