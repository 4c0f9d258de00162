"""What people type, and what becomes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import SourceUnusable
from knowledge.sources.access import Access, access_from
from knowledge.sources.address import Options, source_from
from knowledge.sources.confluence.cloud import Cloud
from knowledge.sources.confluence.data_center import DataCenter
from knowledge.sources.confluence.spaces import Spaces
from knowledge.sources.crawl.bounds import Bounds, bounds, canonical
from knowledge.sources.crawl.wiki import Wiki
from knowledge.sources.folder import Folder
from knowledge.sources.git import Repository
from knowledge.sources.s3 import Bucket


def test_each_form_gives_its_source() -> None:
    access = Access("bearer", "t0ken")
    told = Options(access, private=frozenset({"Wiki.Corp"}), exclude=("*edit*",))

    wiki = source_from("https://wiki.example.com/docs/", told)
    code = source_from("git+https://github.com/team/repo.git@v1#docs/runbooks/", told)
    cloud = source_from("confluence+https://team.atlassian.net/wiki?space=OPS,PAY&label=runbook", told)
    own = source_from("confluence+https://wiki.corp/confluence?space=OPS&attachments=no", told)

    assert wiki == Wiki("https://wiki.example.com/docs/", (), ("*edit*",), frozenset({"wiki.corp"}), access)
    assert code == Repository("https://github.com/team/repo.git", "v1", "docs/runbooks", access, told.reach)
    assert isinstance(cloud, Spaces)
    assert isinstance(cloud.api, Cloud)
    assert (cloud.api.spaces, cloud.api.labels) == (("OPS", "PAY"), ("runbook",))
    assert isinstance(own, Spaces)
    assert isinstance(own.api, DataCenter)
    assert (own.rest.home, own.with_attachments) == ("https://wiki.corp/confluence", False)
    assert source_from("s3://bucket/docs/", told) == Bucket("bucket", "docs/")
    assert source_from("docs") == Folder(Path("docs"))


@pytest.mark.parametrize(
    "address",
    [
        "https://wiki.example.com/docs/",
        "git+https://github.com/team/repo.git@v1#docs",
        "git+file:///srv/repo",
        "confluence+https://team.atlassian.net/wiki?space=OPS",
        "s3://bucket/docs/",
        "docs/runbooks",
    ],
)
def test_a_source_is_called_as_it_was_typed(address: str) -> None:
    assert source_from(address).name == address


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ftp://host/x", "no source that can be read"),
        ("git+ssh://git@host/x", "over ssh"),
        ("ssh://ada:secret@host/x", "over ssh"),
        ("git@github.com:team/repo.git", "over ssh"),
        ("https://", "no source that can be read"),
        ("s3://", "no source that can be read"),
        ("https://ada:secret@host/x", "password in it"),
        ("https://host:port/x", "no source that can be read"),
        ("git+https://host/repo@--upload-pack=x", "no branch"),
        ("git+https://host/repo@a:refs/heads/b", "no branch"),
        ("confluence+https://host/?spaces=OPS", "spaces says nothing here"),
        ("confluence+https://host/?api=v3", "api=v3"),
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(address: str, reason: str) -> None:
    with pytest.raises(SourceUnusable, match=reason) as refused:
        source_from(address)

    assert "secret" not in str(refused.value).replace("as a secret", "")


def test_a_secret_is_read_in_each_form_and_never_shown() -> None:
    assert access_from('{"basic": "ada:pw"}') == Access("basic", "ada:pw")
    assert access_from(" t0ken\n") == Access("bearer", "t0ken")
    assert access_from('{"cookie": "a=b"}').header == ("Cookie", "a=b")
    assert Access("bearer", "t0ken").basic == "x-access-token:t0ken"
    assert "t0ken" not in repr(Access("bearer", "t0ken"))


@pytest.mark.parametrize(
    "text", ["", '{"basic": "nocolon"}', '{"other": "hunter2"}', "{hunter2", '{"bearer": 2}', "a\nb"]
)
def test_a_secret_that_is_none_is_refused_without_saying_it(text: str) -> None:
    with pytest.raises(SourceUnusable, match="not understood") as refused:
        access_from(text)

    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Wiki.Example.com:443/a/?utm_source=x&b=2&a=1#part", "https://wiki.example.com/a/?a=1&b=2"),
        ("https://wiki.example.com", "https://wiki.example.com/"),
        ("https://wiki.example.com./a;jsessionid=1F?PHPSESSID=2", "https://wiki.example.com/a"),
        ("http://host:8080/a b", "http://host:8080/a%20b"),
        ("https://user:pw@host/a", "https://host/a"),
        ("https://[2606::1]/a", "https://[2606::1]/a"),
        ("https://host/a?empty=", "https://host/a?empty="),
        ("mailto:a@b", ""),
        ("https://[bad", ""),
        ("https://host:99999/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_page_has_one_address(url: str, expected: str) -> None:
    assert canonical(url) == expected


def test_other_hosts_and_folders_are_out_of_bounds() -> None:
    within = bounds("https://wiki.example.com/docs/index.html")

    assert within.page("http://wiki.example.com/docs/a") == "https://wiki.example.com/docs/a"
    assert [
        within.page(url)
        for url in ("https://other.example.com/docs/a", "https://wiki.example.com:8443/docs/a")
    ] == ["", ""]
    assert within.hold("https://wiki.example.com/docs/deep/a?x=1")
    assert not within.hold("https://wiki.example.com/documents/a")
    assert Bounds("https://h/", exclude=("*/Special:*",)).hold("https://h/Special:Export") is False
