"""Spaces of a Confluence on loopback, by either API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

import pytest

from knowledge.errors import SourceUnusable
from knowledge.passage import About, Page, Unchanged
from knowledge.sources.access import Access
from knowledge.sources.address import Options, source_from
from knowledge.sources.confluence.spaces import Spaces
from knowledge.sources.documents.kinds import UNREAD
from tests.fakes.confluence import Confluence, Stored
from tests.fakes.web_site import Reply, WebSite

pytestmark = pytest.mark.loopback
Api = Literal["v1", "v2"]
CODE = (
    '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">bash</ac:parameter>'
    "<ac:plain-text-body><![CDATA[df  -h && x]]></ac:plain-text-body></ac:structured-macro>"
)
LABELS = ("runbook", "service-checkout", "env-prod")
FILES = (("steps.md", "text/markdown", b"# Steps\n\n1. go\n"), ("a.png", "image/png", b"x"))
PAGES = {
    "11": Stored("Disk full", f"<p>Run this&nbsp;now</p>{CODE}", labels=LABELS),
    "12": Stored("Queue", "<p>Redrive</p>", files=FILES),
    "13": Stored("Empty", ""),
    "14": Stored("Certificate", "<p>Renew</p>", labels=("runbook",)),
    "15": Stored("Money", "<p>Pay</p>", space="PAY"),
}  # fmt: skip


@pytest.fixture(params=["v1", "v2"])
def api(request: pytest.FixtureRequest) -> Api:
    """Each of the two."""
    return "v1" if request.param == "v1" else "v2"


@pytest.fixture
def confluence() -> Confluence:
    """A wiki of two spaces."""
    return Confluence(dict(PAGES))


@pytest.fixture
def site(confluence: Confluence) -> Iterator[WebSite]:
    """Its server."""
    with confluence.site() as made:
        yield made


class Reader:
    """Reads a Confluence again and again, with the marks of the time before."""

    def __init__(self, site: WebSite, api: Api, query: str = "space=OPS") -> None:
        options = Options(Access("bearer", "t0ken"), frozenset({"127.0.0.1"}))
        source = source_from(f"confluence+{site.url('/wiki')}?{query}&api={api}", options)
        assert isinstance(source, Spaces)
        self.waited: list[float] = []
        rest = replace(source.rest, sleep=self.waited.append)
        self.source = replace(source, rest=rest, api=replace(source.api, rest=rest))  # type: ignore[type-var]
        self.marks: dict[str, str] = {}
        self.skipped: dict[str, str] = {}

    def read(self) -> tuple[dict[str, Page], set[str]]:
        """Pages by title, and what has not changed."""
        self.skipped = {}
        found = list(self.source.pages(self.marks, self.skipped.__setitem__))
        pages = {page.title: page for page in found if isinstance(page, Page)}
        same = {page.id for page in found if isinstance(page, Unchanged)}
        kept: Mapping[str, str] = {each: self.marks[each] for each in same}
        self.marks = {**kept, **{page.id: page.mark for page in pages.values()}}
        return pages, same


def test_pages_and_files_of_a_space_are_read_through_all_its_pages(site: WebSite, api: Api) -> None:
    reader = Reader(site, api)
    pages, _ = reader.read()

    assert set(pages) == {"Disk full", "Queue", "Steps", "Certificate"}
    assert pages["Disk full"].text == "Run this now\n\n```bash\ndf  -h && x\n```\n"
    assert pages["Steps"].text == "# Steps\n\n1. go\n"
    assert pages["Disk full"].url.startswith(site.url("/wiki/"))
    owner = "Ada" if api == "v1" else ""
    assert pages["Disk full"].about == About(owner, 1_795_168_800_000, ("checkout",), ("prod",))
    assert list(reader.skipped.values()) == [UNREAD, "empty"]


def test_only_what_was_edited_is_read_again_and_the_deleted_leave(
    confluence: Confluence, site: WebSite, api: Api
) -> None:
    reader = Reader(site, api)
    first, _ = reader.read()
    confluence.pages["11"] = confluence.pages["11"].edited("<p>New</p>")
    del confluence.pages["14"]
    site.asked.clear()
    pages, same = reader.read()

    assert {title: page.text for title, page in pages.items()} == {"Disk full": "New\n"}
    assert same == {first["Queue"].id, first["Steps"].id}
    assert not any("/12?" in target or "download" in target for target in site.targets())
    assert reader.read() == ({}, same | {first["Disk full"].id})


def test_a_new_title_keeps_the_page(confluence: Confluence, site: WebSite, api: Api) -> None:
    reader = Reader(site, api)
    before, _ = reader.read()
    confluence.pages["11"] = replace(confluence.pages["11"].edited("<p>x</p>"), title="Volume full")

    assert reader.read()[0]["Volume full"].id == before["Disk full"].id


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("space=OPS&label=runbook", {"Disk full", "Certificate"}),
        ("space=OPS,PAY&label=runbook", {"Disk full", "Certificate"}),
        ("", {"Disk full", "Queue", "Steps", "Certificate", "Money"}),
        ("space=OPS&attachments=no", {"Disk full", "Queue", "Certificate"}),
    ],
)
def test_spaces_labels_and_files_are_chosen(site: WebSite, api: Api, query: str, titles: set[str]) -> None:
    assert set(Reader(site, api, query).read()[0]) == titles


def test_the_server_is_asked_again_when_it_wants_to_be(
    confluence: Confluence, site: WebSite, api: Api
) -> None:
    path = "/api/v2/pages/11" if api == "v2" else "/rest/api/content/11"
    confluence.failing[path] = [Reply(b"{}", 429, {"Retry-After": "7"}), Reply(b"{}", 503)]
    reader = Reader(site, api)

    assert "Disk full" in reader.read()[0]
    assert reader.waited == [7.0, 2.0]


def test_a_file_on_another_host_is_fetched_without_the_secret(
    confluence: Confluence, site: WebSite, api: Api
) -> None:
    with WebSite({"/12/steps.md": Reply(b"# Elsewhere\n\nx\n")}) as media:
        confluence.files_at = media.url("")
        pages, _ = Reader(site, api).read()

    assert "Elsewhere" in pages
    assert [("authorization" in asked.headers) for asked in media.asked] == [False]


def test_a_file_is_not_fetched_from_the_metadata_address(
    confluence: Confluence, site: WebSite, api: Api
) -> None:
    confluence.files_at = "http://169.254.169.254/latest"
    reader = Reader(site, api)
    pages, _ = reader.read()

    assert set(pages) == {"Disk full", "Queue", "Certificate"}
    assert "169.254.169.254 is not asked over http; write https://" in reader.skipped.values()


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"{}", 401), "refuses the secret"),
        (Reply(b"{}", 500), "answered 500"),
        (Reply(b"<html>", 200), "does not answer as Confluence does"),
        (Reply(b'{"results": [{"no": "id"}]}', 200), "does not answer as Confluence does"),
    ],
)
def test_a_confluence_that_cannot_be_read_is_unusable(
    confluence: Confluence, site: WebSite, api: Api, reply: Reply, reason: str
) -> None:
    path = "/api/v2/spaces/100/pages" if api == "v2" else "/rest/api/content"
    confluence.failing[path] = [reply]
    with pytest.raises(SourceUnusable, match=reason) as refused:
        Reader(site, api).read()

    assert "t0ken" not in str(refused.value)


def test_a_space_that_is_not_there_is_told(site: WebSite, api: Api) -> None:
    with pytest.raises(SourceUnusable, match=r"no space NOPE|a space of"):
        Reader(site, api, "space=NOPE").read()
