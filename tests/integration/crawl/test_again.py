"""The second crawl of a site: what is asked, what stays, what leaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knowledge.errors import SourceUnusable
from knowledge.sources.crawl.absent import NAME
from tests.fakes.web_site import Asked, Reply, WebSite, html
from tests.integration.crawl.crawling import crawl

pytestmark = pytest.mark.loopback


def kept(text: str, *links: str, etag: str = "") -> Callable[[Asked], Reply]:
    """A page whose server knows whether it has changed."""
    tag = f'"{etag or abs(hash((text, links)))}"'

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == tag:
            return Reply(status=304, headers={"ETag": tag})
        body = f"<h1>{text}</h1><p>{text} is described here.</p>" + "".join(
            f"<a href='{each}'>l</a>" for each in links
        )
        return html(body, ETag=tag)

    return answer


def site_of(**pages: Callable[[Asked], Reply] | Reply) -> WebSite:
    return WebSite({f"/{name.removeprefix('home')}": reply for name, reply in pages.items()})


def test_what_has_not_changed_is_not_sent_again_and_all_stays() -> None:
    with site_of(home=kept("Home", "/a"), a=kept("A", "/b"), b=kept("B")) as site:
        first = crawl(site)
        second = crawl(site, first.marks)

    assert set(first.pages) == {"/", "/a", "/b"}
    assert (second.pages, second.same) == ({}, {"/", "/a", "/b"})


def test_without_validators_the_same_page_is_the_same_to_the_byte() -> None:
    visits = iter(range(99))

    def with_visit(_: Asked) -> Reply:
        link = f"<a href='/a?utm_source=x{next(visits)}&sid={next(visits)}'>a</a>"
        return html(
            f"<nav>visitor {next(visits)}</nav><main><h1>Home</h1><p>Words</p>{link}</main>",
            ETag=f'"{next(visits)}"',
        )

    with site_of(home=with_visit, a=html("<h1>A</h1><p>Other words</p>")) as site:
        first = crawl(site)
        second = crawl(site, first.marks)

    assert first.pages == second.pages


def test_gone_pages_leave_and_pages_that_fail_for_now_stay() -> None:
    names = ("gone", "removed", "down", "forbidden", "slow", "locked", "hidden", "moved")
    with site_of(
        home=kept("Home", *(f"/{each}" for each in names)), **{each: kept(each) for each in names}
    ) as site:
        first = crawl(site)
        site.pages |= {
            "/gone": Reply(b"", 404),
            "/removed": Reply(b"", 410),
            "/down": Reply(b"", 500),
            "/forbidden": Reply(b"", 403),
            "/slow": Reply(b"", 503, {"Retry-After": "100000"}),
            "/locked": html("<h1>Log in</h1><form><input type=password></form>"),
            "/hidden": html("<h1>hidden</h1><p>words</p>", head="<meta name=robots content='noindex'>"),
            "/moved": Reply(status=301, headers={"Location": "/new-place"}),
            "/new-place": kept("moved"),
        }
        second = crawl(site, first.marks)

    assert first.present == {"/", *(f"/{each}" for each in names)}
    assert second.present == {"/", "/down", "/forbidden", "/slow", "/locked", "/new-place"}
    assert set(second.pages) == {"/new-place"}


def test_a_page_that_failed_at_first_is_found_though_the_page_before_it_has_not_changed() -> None:
    with site_of(home=kept("Home", "/a"), a=kept("A", "/late")) as site:
        site.pages["/late"] = Reply(b"", 500)
        first = crawl(site)
        site.pages["/late"] = kept("Late")
        second = crawl(site, first.marks)

    assert first.present == {"/", "/a"}
    assert (set(second.pages), second.same) == ({"/late"}, {"/", "/a"})


def test_a_page_that_nobody_links_to_any_more_but_is_there_stays() -> None:
    with site_of(home=kept("Home", "/a"), a=kept("A")) as site:
        first = crawl(site)
        site.pages["/"] = kept("Home again")
        second = crawl(site, first.marks)

    assert (set(second.pages), second.same) == ({"/"}, {"/a"})


def test_robots_that_now_forbid_a_page_take_it_out() -> None:
    with site_of(home=kept("Home", "/a"), a=kept("A")) as site:
        first = crawl(site)
        site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /a\n")
        second = crawl(site, first.marks)

    assert second.present == {"/"}


def test_a_robots_txt_that_now_forbids_nearly_all_changes_nothing() -> None:
    names = [f"p{number}" for number in range(8)]
    with site_of(
        home=kept("Home", *(f"/{each}" for each in names)), **{each: kept(each) for each in names}
    ) as site:
        first = crawl(site)
        site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /\nAllow: /$\n")
        with pytest.raises(SourceUnusable, match="may not be read any more"):
            crawl(site, first.marks)


def test_a_page_that_is_not_found_though_the_site_says_all_is_well_leaves() -> None:
    def nothing(asked: Asked) -> Reply:
        name = asked.target.strip("/")
        return html(f"<h1>{name}</h1><p>There is no page {name}. <a href='/edit?p={name}'>Write it</a>")

    with site_of(home=kept("Home", "/a", "/b", "/never"), a=kept("A"), b=kept("B")) as site:
        site.pages |= {"/never": nothing, f"/{NAME}": nothing}
        first = crawl(site)
        site.pages["/b"] = nothing
        second = crawl(site, first.marks)

    assert first.present == {"/", "/a", "/b"}
    assert second.present == {"/", "/a"}
    assert second.skipped["/b"] == "says what the site says where no page is"


def test_a_site_that_is_down_loses_nothing() -> None:
    with site_of(home=kept("Home", "/a"), a=kept("A")) as site:
        first = crawl(site)
        site.pages = dict.fromkeys(site.pages, Reply(b"", 502))
        with pytest.raises(SourceUnusable, match="answered 502"):
            crawl(site, first.marks)


@pytest.mark.parametrize("target", ["/", "/welcome"])
def test_a_site_that_sends_all_its_pages_to_one_loses_nothing(target: str) -> None:
    names = [f"p{number}" for number in range(8)]
    with site_of(
        home=kept("Home", *(f"/{each}" for each in names)), **{each: kept(each) for each in names}
    ) as site:
        first = crawl(site)
        away = Reply(status=302, headers={"Location": target})
        site.pages |= {"/welcome": kept("Welcome"), **{f"/{each}": away for each in names}}
        with pytest.raises(SourceUnusable, match="or lead to the same page"):
            crawl(site, first.marks)


def test_a_site_in_maintenance_that_says_all_is_well_loses_nothing() -> None:
    names = [f"p{number}" for number in range(8)]
    with site_of(
        home=kept("Home", *(f"/{each}" for each in names)), **{each: kept(each) for each in names}
    ) as site:
        first = crawl(site)
        closed = html("<h1>Back soon</h1><p>We are working on the wiki, please come again.</p>")
        site.pages = dict.fromkeys(site.pages, closed)
        with pytest.raises(SourceUnusable, match="may not be read any more, or say the same"):
            crawl(site, first.marks)


def test_an_expired_session_loses_nothing() -> None:
    to_login = Reply(status=302, headers={"Location": "/login"})
    with site_of(home=kept("Home", "/a", "/b"), a=kept("A"), b=kept("B")) as site:
        first = crawl(site)
        site.pages |= {"/a": to_login, "/b": to_login, "/login": html("<form><input type=password></form>")}
        second = crawl(site, first.marks)

    assert second.same == {"/", "/a", "/b"}


def test_one_of_two_copies_is_told_and_it_stays_that_one() -> None:
    copy = html("<h1>Same</h1><p>The very same words</p>")
    canonical = html("<h1>Same</h1><p>The very same words</p>", head="<link rel=canonical href='/z'>")
    with site_of(home=kept("Home", "/y", "/z"), y=canonical, z=copy, x=copy) as site:
        first = crawl(site)
        site.pages["/"] = kept("Home", "/x", "/y", "/z")
        second = crawl(site, first.marks)
        site.pages["/z"] = Reply(b"", 404)
        third = crawl(site, first.marks | second.marks)

    assert first.present == second.present == {"/", "/z"}
    assert third.present in ({"/", "/x"}, {"/", "/y"})


def test_pages_that_all_name_the_first_page_as_theirs_are_still_found() -> None:
    head = "<link rel=canonical href='/'>"
    with site_of(home=kept("Home", "/a", "/b"), a=html("<h1>A</h1><p>a words</p>", head=head)) as site:
        site.pages["/b"] = html("<h1>B</h1><p>b words</p>", head=head)
        found = crawl(site)

    assert found.present == {"/", "/a", "/b"}


def test_the_folder_of_the_first_page_and_the_patterns_are_the_bounds() -> None:
    names = ("/docs/a", "/docs/b/c", "/docs/old/d", "/blog/e", "/docs/f?action=edit")
    with WebSite({name: kept(name) for name in names} | {"/docs/": kept("Docs", *names)}) as site:
        all_docs = crawl(site, path="/docs/")
        chosen = crawl(site, path="/docs/", include=("/docs/*",), exclude=("*/old/*", "*action=*"))

    assert all_docs.present == {"/docs/", "/docs/a", "/docs/b/c", "/docs/old/d", "/docs/f?action=edit"}
    assert chosen.present == {"/docs/", "/docs/a", "/docs/b/c"}
