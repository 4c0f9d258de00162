"""The index in S3 as `respond` reads it: downloaded when it changed, kept while S3 does not answer."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, IncompleteReadError

from lambda_image.adapters.runbooks.embedded import S3Index
from lambda_image.domain.errors import PermanentError, TransientError

OLD, NEW = b"old index", b"new index, which is larger"


class Body:
    """An object's bytes in two pieces, between which the download may fail."""

    def __init__(self, content: bytes, failure: Exception | None) -> None:
        self._content, self._failure = content, failure

    def iter_chunks(self, _size: int) -> Iterator[bytes]:
        """See botocore's StreamingBody."""
        yield self._content[:4]
        if self._failure:
            raise self._failure
        yield self._content[4:]


class OneObject:
    """S3 with one object; `down` refuses everything, `failure` ends a download in its middle."""

    def __init__(self) -> None:
        self.content = OLD
        self.down = False
        self.failure: Exception | None = None
        self.asked: list[str | None] = []

    def get_object(self, **asked: Any) -> dict[str, Any]:
        """By the conditions that the index asks with."""
        self.asked.append(asked.get("IfNoneMatch"))
        if self.down or asked.get("IfNoneMatch") == str(self.content):
            status = "503" if self.down else "304"
            answer = {"Error": {"Code": status}, "ResponseMetadata": {"HTTPStatusCode": int(status)}}
            raise ClientError(answer, "GetObject")  # type: ignore[arg-type]
        return {"Body": Body(self.content, self.failure), "ETag": str(self.content)}


@pytest.fixture
def s3() -> OneObject:
    """Holds the old index."""
    return OneObject()


@pytest.fixture
def index(s3: OneObject, tmp_path: Path) -> S3Index:
    """Reads it."""
    return S3Index(s3, "s3://runbooks/team/index", tmp_path / "cache")


def test_it_is_downloaded_again_only_when_it_changed(index: S3Index, s3: OneObject) -> None:
    first = index().stat()
    assert index().stat() == first

    s3.content = NEW
    assert index().read_bytes() == NEW
    assert s3.asked == [None, str(OLD), str(OLD)]


@pytest.mark.parametrize("failure", [None, IncompleteReadError(actual_bytes=4, expected_bytes=26)])
def test_the_copy_of_an_earlier_call_serves_while_s3_does_not(
    index: S3Index, s3: OneObject, failure: Exception | None
) -> None:
    index()
    s3.content, s3.failure, s3.down = NEW, failure, failure is None

    assert index().read_bytes() == OLD
    s3.failure, s3.down = None, False
    assert index().read_bytes() == NEW


def test_without_a_copy_it_may_be_there_later(index: S3Index, s3: OneObject) -> None:
    s3.down = True

    with pytest.raises(TransientError):
        index()


def test_no_room_is_said_with_what_to_do_and_leaves_no_half_of_it(
    index: S3Index, s3: OneObject, tmp_path: Path
) -> None:
    s3.failure = OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(PermanentError, match=r"no room in .*cache.*ephemeral storage"):
        index()
    assert list((tmp_path / "cache").iterdir()) == []
