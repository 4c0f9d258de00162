"""Where a crawl connects to, and who sees its secret."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.errors import SourceUnusable
from knowledge.passage import Page
from knowledge.sources.access import Access
from knowledge.sources.crawl.wiki import Wiki
from tests.fakes.web_site import Asked, Reply, WebSite, html
from tests.integration.crawl.crawling import HERE, QUICK, crawl, named

pytestmark = pytest.mark.loopback
SECRET = "hunter2-secret"


def read(wiki: Wiki) -> tuple[list[str], dict[str, str]]:
    skipped: dict[str, str] = {}
    return [page.title for page in wiki.pages({}, skipped.__setitem__) if isinstance(page, Page)], skipped


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "::ffff:127.0.0.1", "100.64.0.1"]
)
def test_a_name_that_stands_at_no_public_address_is_not_asked(address: str) -> None:
    with WebSite({"/": html("<h1>Inside</h1>")}) as site:
        wiki = named(
            Wiki(f"https://wiki.example.com:{site.port}/", limits=QUICK), {"wiki.example.com": [address]}
        )
        with pytest.raises(SourceUnusable, match="wiki.example.com stands at"):
            read(wiki)

    assert site.asked == []


def test_a_name_that_moves_to_another_address_is_not_followed_there() -> None:
    home = html("<h1>Home</h1><p>The first page</p><a href='/next'>n</a>", Connection="close")
    pages = {"/": home, "/next": html("<h1>Next</h1><p>The next page</p>")}
    with WebSite(
        {
            path: replace(reply, headers={**reply.headers, "Connection": "close"})
            for path, reply in pages.items()
        }
    ) as site:
        site.pages["/robots.txt"] = site.pages["/sitemap.xml"] = Reply(b"", 404, {"Connection": "close"})
        wiki = Wiki(
            site.url(host="wiki.corp"), private=frozenset({"wiki.corp"}), limits=replace(QUICK, parallel=1)
        )
        steady, _ = read(named(wiki, {"wiki.corp": ["127.0.0.1"]}))
        asked = len(site.asked)
        moved, skipped = read(named(wiki, {"wiki.corp": ["127.0.0.1"] * 3 + ["169.254.169.254"]}))

    assert steady == ["Home", "Next"]
    assert moved == ["Home"]
    assert len(site.asked) - asked < asked
    assert any("169.254.169.254, where credentials are kept" in reason for reason in skipped.values())


def test_no_private_host_is_asked_over_http_unless_named() -> None:
    with pytest.raises(SourceUnusable, match="write https://"):
        read(Wiki("http://wiki.example.com/"))


def test_the_secret_goes_to_the_wiki_and_to_nobody_else() -> None:
    with WebSite() as other, WebSite() as site:
        site.pages = {
            "/": html(
                f"<h1>Home</h1><p>Words</p><a href='{other.url('/x')}'>x</a><a href='/away'>a</a><a href='/b'>b</a>"
            ),
            "/away": Reply(status=302, headers={"Location": other.url("/stolen")}),
            "/b": html("<h1>B</h1><p>More words</p>"),
        }
        titles = {
            kind: sorted(page.title for page in crawl(site, access=Access(kind, secret)).pages.values())
            for kind, secret in (
                ("basic", f"ada:{SECRET}"),
                ("bearer", SECRET),
                ("cookie", f"session={SECRET}"),
            )
        }

    assert titles == dict.fromkeys(("basic", "bearer", "cookie"), ["B", "Home"])
    assert other.asked == []
    sent = {asked.headers.get("authorization", asked.headers.get("cookie")) for asked in site.asked}
    assert sent == {"Basic YWRhOmh1bnRlcjItc2VjcmV0", f"Bearer {SECRET}", f"session={SECRET}"}


def test_the_secret_is_in_no_error_and_no_name() -> None:
    with WebSite({"/": Reply(b"", 401)}) as site:
        wiki = Wiki(site.url(), private=HERE, access=Access("bearer", SECRET), limits=QUICK)
        with pytest.raises(SourceUnusable) as refused:
            read(wiki)

    assert SECRET not in str(refused.value) + repr(refused.value) + wiki.name + repr(wiki)


def test_what_a_login_opens_is_read_with_the_secret() -> None:
    def home(asked: Asked) -> Reply:
        if asked.headers.get("cookie") == "session=ok":
            return html("<h1>Runbooks</h1><p>All of them</p>")
        return Reply(status=302, headers={"Location": "/login"})

    with WebSite({"/": home, "/login": html("<form><input type=password></form>")}) as site:
        assert [page.title for page in crawl(site, access=Access("cookie", "session=ok")).pages.values()] == [
            "Runbooks"
        ]
        with pytest.raises(SourceUnusable, match="asks to log in"):
            crawl(site)
