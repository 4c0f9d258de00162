"""Where a crawl connects to, and who sees its secret."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from scrapy.downloadermiddlewares import cookies

from knowledge.errors import SourceUnusable
from knowledge.passage import Page
from knowledge.sources.access import Access, Kind
from knowledge.sources.crawl import child
from knowledge.sources.crawl.wiki import Wiki
from knowledge.sources.fetch import Fetch
from knowledge.sources.reach import Reach
from tests.fakes.web_site import Asked, Reply, WebSite, html
from tests.integration.crawl.crawling import HERE, QUICK, crawl, named

pytestmark = pytest.mark.loopback
SECRET = "hunter2-secret"
SECRETS: tuple[tuple[Kind, str], ...] = (
    ("basic", f"ada:{SECRET}"), ("bearer", SECRET), ("cookie", f"session={SECRET}")
)  # fmt: skip


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
        with pytest.raises(SourceUnusable, match=r"wiki\.example\.com stands at"):
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


def test_nothing_is_asked_of_the_internet_for_the_sake_of_a_cookie() -> None:
    child.keep_to_the_wiki()

    assert cookies._split_domain.suffix_list_urls == ()
    assert cookies._is_public_domain("co.uk")


def test_no_private_host_is_asked_over_http_unless_named() -> None:
    with pytest.raises(SourceUnusable, match="write https://"):
        read(Wiki("http://wiki.example.com/"))


def test_the_secret_goes_to_the_wiki_and_to_nobody_else() -> None:
    with WebSite() as other, WebSite() as site:
        site.pages = {
            "/": html(
                f"<h1>Home</h1><p>Words</p><a href='{other.url('/x')}'>x</a>"
                "<a href='/away'>a</a><a href='/b'>b</a>"
            ),
            "/away": Reply(status=302, headers={"Location": other.url("/stolen")}),
            "/b": html("<h1>B</h1><p>More words</p>"),
        }
        titles = {
            kind: sorted(page.title for page in crawl(site, access=Access(kind, secret)).pages.values())
            for kind, secret in SECRETS
        }

    assert titles == {kind: ["B", "Home"] for kind, _ in SECRETS}
    assert other.asked == []
    sent = {asked.headers.get("authorization", asked.headers.get("cookie")) for asked in site.asked}
    assert sent == {"Basic YWRhOmh1bnRlcjItc2VjcmV0", f"Bearer {SECRET}", f"session={SECRET}"}


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate for loopback that nobody has vouched for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1)
        )
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "site.pem").write_bytes(secret + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "site.pem")
    return context


def test_a_certificate_that_is_not_vouched_for_is_refused_before_the_secret_is_sent(tmp_path: Path) -> None:
    with WebSite({"/": html("<h1>Home</h1><p>words</p>")}, self_signed(tmp_path)) as site:
        url = f"https://127.0.0.1:{site.port}/"
        with pytest.raises(SourceUnusable, match="did not answer"):
            read(Wiki(url, private=HERE, access=Access("bearer", SECRET), limits=QUICK))
        with pytest.raises(SourceUnusable, match="did not answer"):
            Fetch(Reach(HERE)).get(url, {"Authorization": SECRET})

    assert site.asked == []


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
