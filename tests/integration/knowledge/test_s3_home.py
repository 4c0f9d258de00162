"""An index in S3: whole versions, one run at a time, and what a crash leaves."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from knowledge.errors import IndexUnusable, OutOfTime
from knowledge.homes.s3 import SECONDS, S3Home
from knowledge.ingest import Job, ingest, preview
from knowledge.search import search
from knowledge.sources.folder import Folder
from knowledge.stores.embedded import EmbeddedStore

BUCKET, KEY = "runbooks", "team/runbooks.sqlite"
URL = f"s3://{BUCKET}/{KEY}"


class Killed(BaseException):
    """Stands for SIGKILL: nothing that runs after it may reach S3."""


class Wire:
    """S3's client, which notes each call and may die at one of them."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.calls: list[tuple[str, str]] = []
        self.dies_at = -1
        self.loses_answers = False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**asked: Any) -> Any:
            if 0 <= self.dies_at <= len(self.calls):
                raise Killed
            self.calls.append((name, asked["Key"].removeprefix(KEY)))
            if self.loses_answers and {"IfMatch", "IfNoneMatch"} & {*asked} and name == "put_object":
                self.client.put_object(**asked)
                getattr(asked["Body"], "seek", bool)(0)
            return getattr(self.client, name)(**asked)

        return call

    @property
    def written(self) -> list[str]:
        """What was put, besides the lease."""
        return [key for name, key in self.calls if name == "put_object" and key != ".lease"]


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """A bucket."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield Wire(client)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder of pages."""
    root = tmp_path / "docs"
    root.mkdir()
    for number in range(4):
        (root / f"{number}.md").write_text(f"# Disk {number} full\n\nRemove old segments.\n")
    return root


@pytest.fixture
def home(s3: Wire, tmp_path: Path) -> S3Home:
    """The index of this test."""
    return S3Home(s3, URL, tmp_path / "scratch")


def published(s3: Wire, tmp_path: Path) -> Path:
    """The index as a reader gets it."""
    path = tmp_path / "downloaded"
    path.write_bytes(s3.client.get_object(Bucket=BUCKET, Key=KEY)["Body"].read())
    return path


def titles(s3: Wire, tmp_path: Path, text: str = "disk full") -> set[str]:
    with EmbeddedStore(published(s3, tmp_path)) as store:
        return {hit.passage.title for hit in search(store, text, 10)}


def test_the_index_is_published_with_its_manifest(home: S3Home, s3: Wire, docs: Path, tmp_path: Path) -> None:
    ingest([Folder(docs)], home)

    assert len(titles(s3, tmp_path)) == 4
    told = json.loads(s3.client.get_object(Bucket=BUCKET, Key=f"{KEY}.manifest.json")["Body"].read())
    assert told["sha256"] == hashlib.sha256(published(s3, tmp_path).read_bytes()).hexdigest()
    assert (told["pages"], told["model"], told["sources"][0]["source"]) == (4, "", str(docs))
    assert s3.written == ["", ".manifest.json"]


def test_ingesting_the_same_again_writes_nothing(home: S3Home, s3: Wire, docs: Path) -> None:
    ingest([Folder(docs)], home)
    s3.calls.clear()

    ingest([Folder(docs)], home)

    assert s3.written == []


def test_deleted_pages_are_gone_from_the_published_index(
    home: S3Home, s3: Wire, docs: Path, tmp_path: Path
) -> None:
    ingest([Folder(docs)], home)
    (docs / "0.md").unlink()

    assert ingest([Folder(docs)], home)[0].deleted == 1
    assert "Disk 0 full" not in titles(s3, tmp_path)


def test_a_second_run_at_the_same_time_is_refused(home: S3Home, s3: Wire, docs: Path, tmp_path: Path) -> None:
    refused: list[str] = []

    def second(_source: str, _done: int) -> None:
        with pytest.raises(IndexUnusable) as error:
            ingest([Folder(docs)], S3Home(s3, URL, tmp_path / "second"))
        refused.append(str(error.value))

    assert ingest([Folder(docs)], home, Job(second))[0].written == 4
    assert len(refused) == 4
    assert "another run is writing" in refused[0]
    assert ingest([Folder(docs)], S3Home(s3, URL, tmp_path / "second"))[0].written == 0


def test_a_run_that_lost_its_lease_publishes_nothing(home: S3Home, s3: Wire, docs: Path) -> None:
    def taken_over(_source: str, done: int) -> None:
        if done == 4:
            s3.client.put_object(Bucket=BUCKET, Key=f"{KEY}.lease", Body=b'{"until": 9e9}')

    with pytest.raises(IndexUnusable, match="another run is writing"):
        ingest([Folder(docs)], home, Job(taken_over))
    assert s3.written == []


def test_an_index_that_was_replaced_meanwhile_is_not_overwritten(
    home: S3Home, s3: Wire, docs: Path, tmp_path: Path
) -> None:
    ingest([Folder(docs)], home)
    (docs / "0.md").write_text("# Disk 0 lost\n\nCall.\n")

    def copied(_source: str, done: int) -> None:
        if done == 4:
            s3.client.put_object(Bucket=BUCKET, Key=KEY, Body=b"by hand")

    with pytest.raises(IndexUnusable, match="replaced by another run"):
        ingest([Folder(docs)], home, Job(copied))
    assert published(s3, tmp_path).read_bytes() == b"by hand"


def test_a_lambda_that_runs_out_of_time_leaves_its_draft_to_the_next(
    home: S3Home, s3: Wire, docs: Path, tmp_path: Path
) -> None:
    ingest([Folder(docs)], home)
    for number in range(4):
        (docs / f"{number}.md").write_text(f"# Disk {number} lost\n\nCall the vendor.\n")

    with pytest.raises(OutOfTime, match="after 3 pages"):
        ingest([Folder(docs)], home, Job(time_left=iter([900.0, 900.0, 1.0]).__next__))
    assert all(title.endswith("full") for title in titles(s3, tmp_path))

    other = S3Home(s3, URL, tmp_path / "other machine")
    assert ingest([Folder(docs)], other)[0].written == 1
    assert titles(s3, tmp_path, "disk lost") == {f"Disk {number} lost" for number in range(4)}
    keys = {each["Key"].removeprefix(KEY) for each in s3.client.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert keys == {"", ".manifest.json", ".lease"}


def test_a_crash_at_any_call_leaves_the_old_index_or_the_new_one(
    home: S3Home, s3: Wire, docs: Path, tmp_path: Path
) -> None:
    ingest([Folder(docs)], home)
    old = titles(s3, tmp_path)
    (docs / "0.md").write_text("# Disk 0 full of letters\n\nCall.\n")
    (docs / "1.md").unlink()
    new = {"Disk 0 full of letters", "Disk 2 full", "Disk 3 full"}
    seen = set()
    for at in range(100):
        s3.calls.clear()
        s3.dies_at = at
        try:
            ingest([Folder(docs)], home, Job(save_every=0.0))
        except Killed:
            seen.add(frozenset(titles(s3, tmp_path)))
            s3.client.put_object(Bucket=BUCKET, Key=f"{KEY}.lease", Body=b'{"until": 0}')  # time passes
        else:
            break

    assert seen == {frozenset(old), frozenset(new)}
    assert titles(s3, tmp_path) == new


def test_what_the_sdk_sends_again_when_an_answer_was_lost_is_not_taken_for_another_run(
    home: S3Home, s3: Wire, docs: Path, tmp_path: Path
) -> None:
    s3.loses_answers = True

    for number in range(2):
        (docs / f"{number}.md").write_text(f"# Disk {number} lost\n\nCall the vendor.\n")
        ingest([Folder(docs)], home, Job(save_every=0.0))

    assert titles(s3, tmp_path, "disk lost") >= {"Disk 0 lost", "Disk 1 lost"}
    assert json.loads(s3.client.get_object(Bucket=BUCKET, Key=f"{KEY}.lease")["Body"].read())["until"] == 0


def test_the_lease_of_a_killed_run_ends(home: S3Home, s3: Wire, docs: Path) -> None:
    s3.client.put_object(
        Bucket=BUCKET, Key=f"{KEY}.lease", Body=json.dumps({"until": time.time() + SECONDS}).encode()
    )
    with pytest.raises(IndexUnusable, match="its hold ends at"):
        ingest([Folder(docs)], home)

    s3.client.put_object(Bucket=BUCKET, Key=f"{KEY}.lease", Body=json.dumps({"until": 1.0}).encode())
    assert ingest([Folder(docs)], home)[0].written == 4


def test_a_preview_writes_nothing(home: S3Home, s3: Wire, docs: Path) -> None:
    assert preview([Folder(docs)], home, Job())[0].new == 4
    assert {name for name, _ in s3.calls} == {"head_object"}


def test_a_bucket_that_is_not_there_is_said_so(s3: Wire, docs: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable, match=r"s3://nowhere/i: .*Check that the bucket is there") as error:
        ingest([Folder(docs)], S3Home(s3, "s3://nowhere/i", tmp_path))
    assert isinstance(error.value.__cause__, ClientError)
