"""A site full of traps, and of good pages behind them."""

from __future__ import annotations

import gzip
import itertools
import time
from collections.abc import Iterator
from email.utils import formatdate

from knowledge.sources.crawl.absent import NAME
from tests.fakes.web_site import Answer, Asked, Reply, WebSite, html


def page(name: str, *links: str, **headers: str) -> Reply:
    """A good page with a runbook's step and links."""
    step = f"<h1>{name}</h1><p>To mend {name} run this.</p><pre>mend  --now {name}</pre>"
    return html(step + "".join(f'<a href="{link}">{link}</a> ' for link in links), name, **headers)


def endless(start: bytes, part: bytes, parts: int) -> Iterator[bytes]:
    yield start
    for _ in range(parts):
        yield part


def dripping() -> Iterator[bytes]:
    yield b"<html><body>"
    for _ in range(600):
        time.sleep(0.1)
        yield b"x"


def calendar(asked: Asked) -> Reply:
    month = int(asked.target.partition("=")[2] or 0)
    links = "".join(f"<a href='/calendar?month={each}'>{each}</a>" for each in (month - 1, month + 1))
    return html(
        f"<h1>Calendar of month {month}</h1><p>No events are planned in this month at all.</p>{links}"
    )


def deeper(asked: Asked) -> Reply:
    words = asked.target.count("/x")
    return html(
        f"<h1>{'so ' * words}</h1><p>deep {'very ' * words} page</p><a href='{asked.target}/x'>on</a>"
    )


def with_session() -> Answer:
    number = itertools.count()

    def answer(_: Asked) -> Reply:
        mine = next(number)
        return html(
            "<h1>Visit</h1><p>A page that gives each visitor a number of their own.</p>"
            f"<a href='/visit?v={mine:x}abc'>again</a>"
            f"<a href='/visit;jsessionid={mine}?sid={mine}'>again</a>"
        )

    return answer


def visit_in_the_path() -> Answer:
    """The first address sends on to one with the id of a visit, in which every link has a new one."""
    number = itertools.count()

    def answer(asked: Asked) -> Reply:
        mine = f"/visited/s{next(number):03x}q7w45k1yeqj5/page"
        if asked.target == "/visited":
            return Reply(status=302, headers={"Location": mine})
        return html(f"<h1>Visited</h1><p>The words are the same for each visitor.</p><a href='{mine}'>on</a>")

    return answer


def index_of_indexes(asked: Asked) -> Reply:
    """A sitemap that names ever more of its kind."""
    number = int(asked.target.partition("=")[2] or 0)
    maps = "".join(
        f"<sitemap><loc>/bomb.xml?n={each}</loc></sitemap>" for each in (2 * number + 1, 2 * number + 2)
    )
    body = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{maps}</sitemapindex>"
    return Reply(body.replace("<loc>", f"<loc>http://{asked.headers['host']}").encode())


def cookie_wall(asked: Asked) -> Reply:
    if "seen=1" in asked.headers.get("cookie", ""):
        return page("Behind cookies")
    return Reply(status=302, headers={"Location": asked.target, "Set-Cookie": "seen=1; Path=/"})


def unsteady(status: int, headers: dict[str, str]) -> Answer:
    """Fails once."""
    times = itertools.count()

    def answer(_: Asked) -> Reply:
        return page(f"After {status}") if next(times) else Reply(b"not now", status, headers)

    return answer


BOMB = gzip.compress(b"<p>" + b"a" * 60_000_000)
GOOD: dict[str, Reply | Answer] = {
    "/wrong-charset": Reply(
        "<h1>Störung</h1><p>Gerät prüfen, Straße sperren</p>".encode(),
        headers={"Content-Type": "text/html; charset=iso-8859-1"},
    ),
    "/shift-jis": Reply(
        "<meta charset=shift_jis><h1>障害</h1><p>サーバーを再起動する</p>".encode("shift_jis"),
        headers={"Content-Type": "text/html; charset=utf-8"},
    ),
    "/broken": Reply(
        b"<html><body><div><h1>Broken</h1><p>Unclosed <table><tr><td>cell<td>other<a href='/from-broken'>",
        headers={"Content-Type": "text/html"},
    ),
    "/from-broken": page("From broken"),
    "/based": html(
        "<h1>Based</h1><p>Relative to elsewhere</p><a href='relative'>r</a>",
        head="<base href='/deep/folder/'>",
    ),
    "/deep/folder/relative": page("Relative"),
    "/framed-inside": page("Inside a frame"),
    "/refreshed": page("After a refresh"),
    "/area": page("Behind a map"),
    "/in-sitemap-only": page("In the sitemap only"),
    "/many/7": page("Seven of many"),
    "/moved-here": page("Moved here"),
    "/text.md": Reply(b"# Plain\n\n    four  spaces\n", headers={"Content-Type": "text/markdown"}),
    "/last-in-loop": page("Last in the loop", "/", "/loop-a"),
    "/loop-a": page("Loop A", "/last-in-loop", "/loop-a", "/loop-a#part", "/loop-a?utm_source=mail"),
    "/cookie-wall": cookie_wall,
    "/refreshes-itself": html(
        "<h1>Status</h1><p>The state of things</p>", head="<meta http-equiv=refresh content=300>"
    ),
    "/canonical-elsewhere": html(
        "<h1>Elsewhere</h1><p>Said to be of another host</p>",
        head="<link rel=canonical href='https://other.example.com/canonical-elsewhere'>",
    ),
    "/utf-16-it-says": Reply(
        b"<h1>Plain words</h1><p>in ASCII.", headers={"Content-Type": "text/html; charset=utf-16"}
    ),
    "/gr%C3%B6%C3%9Fe": page("Size"),
    "/five-hundred-once": unsteady(500, {}),
    "/slow-down": unsteady(429, {"Retry-After": "1"}),
    "/try-later": unsteady(503, {"Retry-After": formatdate(time.time() + 1, usegmt=True)}),
}
TRAPS: dict[str, Reply | Answer] = {
    "/metadata": Reply(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}),
    "/around": Reply(status=302, headers={"Location": "/around-again"}),
    "/around-again": Reply(status=302, headers={"Location": "/around"}),
    "/calendar": calendar,
    "/x": deeper,
    "/private/secret": page("Secret"),
    "/huge": lambda _: Reply(
        endless(b"<html><body>", b"a" * 1_000_000, 1_000), headers={"Content-Type": "text/html"}
    ),
    f"/{NAME}": lambda _: Reply(
        endless(b"<html><body>", b"a" * 1_000_000, 1_000), headers={"Content-Type": "text/html"}
    ),
    "/huge-and-says-so": Reply(
        b"<p>short", headers={"Content-Type": "text/html", "Content-Length": "1000000000"}
    ),
    "/bomb": Reply(BOMB, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}),
    "/loris": lambda _: Reply(dripping(), headers={"Content-Type": "text/html"}),
    "/account": html("<h1>Account</h1><form action='/login'><input name=u><input type=password></form>"),
    "/wants-login": Reply(status=302, headers={"Location": "/login?next=/wants-login"}),
    "/login": html("<form><input type=password></form>"),
    "/always-down": Reply(b"down", 500),
    "/forbidden": Reply(b"no", 403),
    "/visit": with_session(),
    "/copy": page("Loop A", "/last-in-loop", "/loop-a", "/loop-a#part", "/loop-a?utm_source=mail"),
    "/refresh": html("Wait", head="<meta http-equiv=refresh content='0; url=/refreshed'>"),
    "/frames": Reply(
        b"<html><frameset><frame src='/framed-inside'></frameset></html>",
        headers={"Content-Type": "text/html"},
    ),
    "/map": html("<map><area href='/area'></map><p>Here is a map.</p>"),
    "/not-indexed": html(
        "<h1>Not</h1><p>This is not for search</p>", head="<meta name=robots content=noindex>"
    ),
    "/picture": Reply(b"\x89PNG" + b"\0" * 100, headers={"Content-Type": "image/png"}),
    "/many": html("".join(f"<a href='/many/{each}'>{each}</a>" for each in range(1_000))),
    "/moved": Reply(status=301, headers={"Location": "/moved-here"}),
    "/elsewhere": Reply(status=301, headers={"Location": "https://other.example.com/"}),
    "/empty": html(""),
    "/visited": visit_in_the_path(),
    "/refreshes-to-login": html("Wait", head="<meta http-equiv=refresh content='0; url=/login'>"),
    "/chain": lambda asked: Reply(status=302, headers={"Location": f"/chain?n={len(asked.target)}x"}),
    "/to-umlaut": Reply(status=302, headers={"Location": "/gr\xc3\xb6\xc3\x9fe"}),
    "/bomb.xml": index_of_indexes,
}
ROBOTS = Reply(
    b"User-agent: *\nDisallow: /private/\nSitemap: /bomb.xml\nSitemap: /map.xml\n",
    headers={"Content-Type": "text/plain"},
)
SITEMAP = b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>/in-sitemap-only</loc></url></urlset>"
UNINVITED = {
    "/deep/folder/relative", "/framed-inside", "/refreshed", "/area", "/in-sitemap-only", "/many/7",
    "/moved-here",
    "/from-broken", "/last-in-loop", "/around-again", "/login", "/refresh",
    "/gr%C3%B6%C3%9Fe", "/bomb.xml", f"/{NAME}",
}  # fmt: skip


def trap_site() -> WebSite:
    """All of them behind one first page."""
    invited = [path for path in (*GOOD, *TRAPS) if path not in UNINVITED]
    links = [
        *invited,
        "/refresh",
        "mailto:a@example.com",
        "javascript:void(0)",
        "http://[bad",
        "tel:1",
        "ftp://x/y",
    ]
    site = WebSite({**TRAPS, **GOOD, "/robots.txt": ROBOTS, "/": page("Home", *links)})
    sitemap = SITEMAP.replace(b"<loc>", f"<loc>{site.url('')}".encode())
    site.pages["/map.xml"] = Reply(sitemap, headers={"Content-Type": "application/xml"})
    return site
