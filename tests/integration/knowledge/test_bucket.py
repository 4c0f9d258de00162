"""Documents of an S3 prefix, against moto."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from knowledge.errors import SourceUnusable
from knowledge.passage import Page, Unchanged
from knowledge.sources.documents.kinds import UNREAD
from knowledge.sources.s3 import Bucket


@pytest.fixture
def client() -> Iterator[Any]:
    """S3 with one bucket."""
    with mock_aws():
        made = boto3.client(
            "s3", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        made.create_bucket(Bucket="wiki")
        # Few objects need several pages then.
        made.meta.events.register(
            "provide-client-params.s3.ListObjectsV2", lambda params, **_: params | {"MaxKeys": 10}
        )
        yield made


class Counting:
    """The client, with what it was asked to read."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.read: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_object(self, **asked: Any) -> Any:
        self.read.append(asked["Key"])
        return self._client.get_object(**asked)


def read(
    client: Any, marks: dict[str, str] | None = None
) -> tuple[dict[str, Page], set[str], dict[str, str]]:
    skipped: dict[str, str] = {}
    found = list(Bucket("wiki", "docs/", client).pages(marks or {}, skipped.__setitem__))
    pages = {page.id: page for page in found if isinstance(page, Page)}
    return pages, {page.id for page in found if isinstance(page, Unchanged)}, skipped


def test_objects_of_the_prefix_are_pages(client: Any) -> None:
    client.put_object(
        Bucket="wiki", Key="docs/disk.md", Body=b"---\nurl: https://w/disk\n---\n# Disk\n\n    a  b\n"
    )
    client.put_object(Bucket="wiki", Key="docs/deep/q.html", Body=b"<h1>Queue</h1><p>Redrive</p>")
    client.put_object(Bucket="wiki", Key="docs/picture.png", Body=b"x")
    client.put_object(Bucket="wiki", Key="docs/deep/", Body=b"")
    client.put_object(Bucket="wiki", Key="docs/empty.md", Body=b"")
    client.put_object(Bucket="wiki", Key="other/no.md", Body=b"# No")

    pages, _, skipped = read(client)

    assert {name: (page.title, page.url) for name, page in pages.items()} == {
        "s3://wiki/docs/disk.md": ("Disk", "https://w/disk"),
        "s3://wiki/docs/deep/q.html": ("Queue", "s3://wiki/docs/deep/q.html"),
    }
    assert pages["s3://wiki/docs/disk.md"].text == "# Disk\n\n    a  b\n"
    assert pages["s3://wiki/docs/disk.md"].about.modified
    assert skipped == {"s3://wiki/docs/empty.md": "empty", "s3://wiki/docs/picture.png": UNREAD}


def test_only_what_has_another_etag_is_read_again_and_the_deleted_leave(client: Any) -> None:
    for number in range(25):
        client.put_object(Bucket="wiki", Key=f"docs/{number}.md", Body=f"# Page {number}".encode())
    first, _, _ = read(client)
    client.put_object(Bucket="wiki", Key="docs/7.md", Body=b"# Page seven")
    client.delete_object(Bucket="wiki", Key="docs/8.md")
    counting = Counting(client)

    pages, same, _ = read(counting, {name: page.mark for name, page in first.items()})

    assert len(first) == 25
    assert counting.read == ["docs/7.md"]
    assert [page.title for page in pages.values()] == ["Page seven"]
    assert same == set(first) - {"s3://wiki/docs/7.md", "s3://wiki/docs/8.md"}


def test_an_object_that_may_not_be_read_now_stays(client: Any) -> None:
    client.put_object(Bucket="wiki", Key="docs/a.md", Body=b"# A")

    class Refusing(Counting):
        def get_object(self, **asked: Any) -> Any:
            return self._client.get_object(**asked, VersionId="no-such-version")

    pages, same, skipped = read(Refusing(client), {"s3://wiki/docs/a.md": "old"})

    assert (pages, same) == ({}, {"s3://wiki/docs/a.md"})
    assert "could not be read" in skipped["s3://wiki/docs/a.md"]


def test_a_bucket_that_is_not_there_is_unusable(client: Any) -> None:
    with pytest.raises(SourceUnusable, match=r"s3://nowhere/ cannot be listed \(NoSuchBucket\)"):
        list(Bucket("nowhere", "", client).pages({}, lambda *_: None))
