"""The ingest job as a function and as a task."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from knowledge.search import search
from knowledge.sources.access import Access
from knowledge.sources.crawl.wiki import Wiki
from knowledge.sources.git import Repository
from knowledge.stores.embedded import EmbeddedStore
from lambda_image.adapters import aws
from lambda_image.domain.errors import ConfigurationError, DeadlineNear, InputRefused, PermanentError
from lambda_image.handlers.ingest import handler
from lambda_image.wiring import librarian
from tests.fakes.bedrock_models import Titan
from tests.fakes.s3vectors import BUCKET as VECTORS
from tests.fakes.s3vectors import INDEX as RUNBOOKS
from tests.fakes.s3vectors import S3Vectors
from tests.fakes.search_services import INDEX as KENDRA
from tests.fakes.search_services import SOURCE, KendraService

BUCKET = "runbooks"
INDEX = f"s3://{BUCKET}/runbooks.sqlite"


@dataclass
class Context:
    """The part of the Lambda context that is read."""

    seconds: float = 900.0
    function_name: str = "tracemend-prod-ingest"
    aws_request_id: str = "r"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1_000)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The deployment's bucket, and a function that nobody has invoked yet."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("TRACEMEND_CACHE_DIR", str(tmp_path / "cache"))
    librarian.ingest.cache_clear()
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client
    librarian.ingest.cache_clear()


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Two pages."""
    root = tmp_path / "docs"
    root.mkdir()
    (root / "disk.md").write_text("# Disk full\n\nRemove old segments.\n")
    (root / "queue.md").write_text("# Queue blocked\n\nRedrive the messages.\n")
    return root


def test_the_function_fills_the_index_and_reports_one_line_of_metrics(
    s3: Any, docs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = handler({"sources": [str(docs)], "index": INDEX}, Context())

    assert (answer["sources"][0]["pages"], answer["sources"][0]["new"]) == (2, 2)
    local = tmp_path / "index"
    local.write_bytes(s3.get_object(Bucket=BUCKET, Key="runbooks.sqlite")["Body"].read())
    with EmbeddedStore(local) as store:
        assert search(store, "disk full", 1)[0].passage.title == "Disk full"
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["message"] for line in told] == ["source read", "index filled"]
    assert (told[1]["PagesRead"], told[1]["PagesWritten"], told[1]["SourcesFailed"]) == (2, 2, 0)
    assert told[1]["function"] == "tracemend-prod-ingest"


def test_without_time_nothing_is_published_and_the_next_invocation_goes_on(
    s3: Any, docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = {"sources": [str(docs)], "index": INDEX}
    with pytest.raises(DeadlineNear, match="out of time after 1 pages"):
        handler(event, Context(seconds=30.0))
    keys = {each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert keys == {"runbooks.sqlite.lease", "runbooks.sqlite.unfinished"}
    told = json.loads(capsys.readouterr().out)
    assert (told["level"], told["error"]) == ("ERROR", "DeadlineNear")
    assert "nothing was published" in told["reason"]

    assert handler(event, Context())["sources"][0]["new"] == 1


@pytest.mark.usefixtures("s3")
def test_a_source_that_fails_is_told_and_keeps_its_pages(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = handler({"sources": [str(docs), "/nowhere"], "index": INDEX}, Context())

    assert [bool(each["failed"]) for each in answer["sources"]] == [False, True]
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["level"] for line in told] == ["INFO", "WARNING", "INFO"]
    assert "/nowhere is not a folder" in told[1]["reason"]
    assert told[2]["SourcesFailed"] == 1
    with pytest.raises(PermanentError, match="/nowhere"):
        handler({"sources": ["/nowhere"], "index": INDEX}, Context())


@pytest.mark.usefixtures("s3")
def test_the_secret_goes_to_its_host_and_private_hosts_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = boto3.client("secretsmanager", region_name="us-east-1")
    secrets.create_secret(Name="wiki", SecretString='{"wiki.example.com": {"bearer": "t"}}')
    monkeypatch.setenv("TRACEMEND_WIKI_SECRET", "wiki")
    monkeypatch.setenv("TRACEMEND_WIKI_PRIVATE", "wiki.example.com")

    wanted = librarian.ingest().wanted(["https://wiki.example.com/", "git+https://git.example.com/r.git"])
    wiki, git = wanted.sources()

    assert isinstance(wiki, Wiki)
    assert isinstance(git, Repository)
    assert (wiki.access, wiki.private) == (Access("bearer", "t"), frozenset({"wiki.example.com"}))
    assert git.access is None
    assert "bearer" not in repr(wanted)


@pytest.fixture
def bedrock(monkeypatch: pytest.MonkeyPatch) -> Titan:
    """What makes vectors, in place of Bedrock."""
    titan = Titan()
    _served(monkeypatch, {"bedrock-runtime": titan})
    return titan


def _served(monkeypatch: pytest.MonkeyPatch, stand_ins: dict[str, Any]) -> None:
    real = aws.client

    def client(service: str, *told: Any, **named: Any) -> Any:
        return stand_ins.get(service) or real(service, *told, **named)

    monkeypatch.setattr(aws, "client", client)


def _fetched(s3: Any, tmp_path: Path) -> EmbeddedStore:
    local = tmp_path / "fetched"
    local.write_bytes(s3.get_object(Bucket=BUCKET, Key="runbooks.sqlite")["Body"].read())
    return EmbeddedStore(local)


def test_vectors_are_made_where_a_model_is_set_and_pages_stay_when_it_is_set_later(
    s3: Any,
    docs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bedrock: Titan,
    capsys: pytest.CaptureFixture[str],
) -> None:
    event = {"sources": [str(docs)], "index": INDEX}
    handler(event, Context())
    assert bedrock.asked == []
    librarian.ingest.cache_clear()
    monkeypatch.setenv("TRACEMEND_EMBEDDINGS", "amazon.titan-embed-text-v2:0/256")

    (docs / "queue.md").unlink()
    answer = handler({"sources": [str(docs), "/nowhere"], "index": INDEX}, Context())

    assert [each["written"] for each in answer["sources"]] == [0, 0]
    with _fetched(s3, tmp_path) as store:
        assert store.model() == "amazon.titan-embed-text-v2:0/256"
        told = {page.passages[0].title: len(page.vectors) for page in store.contents()}
    assert told == {"Disk full": 1}
    assert len(bedrock.asked) == 1
    assert '"passages":1,"tokens":16,"usd":0.0' in capsys.readouterr().out
    assert handler(event, Context())["sources"][0]["written"] == 0


def test_while_the_model_is_denied_pages_are_found_by_words_and_the_run_fails(
    s3: Any, docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bedrock: Titan
) -> None:
    monkeypatch.setenv("TRACEMEND_EMBEDDINGS", "bedrock")
    event = {"sources": [str(docs)], "index": INDEX}
    bedrock.denied = True

    with pytest.raises(PermanentError, match=r"AccessDenied.*found by words; run again"):
        handler(event, Context())
    with _fetched(s3, tmp_path) as store:
        assert search(store, "disk full", 1)[0].passage.title == "Disk full"
        assert [page.vectors for page in store.contents()] == [(), ()]
    bedrock.denied = False

    assert handler(event, Context())["sources"][0]["written"] == 0
    with _fetched(s3, tmp_path) as store:
        assert [len(page.vectors) for page in store.contents()] == [1, 1]


def test_the_index_is_copied_into_s3_vectors_and_only_what_changed_again(
    s3: Any, docs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    vectors = S3Vectors(1_024, words=False)
    _served(monkeypatch, {"s3vectors": vectors.client, "bedrock-runtime": Titan()})
    monkeypatch.setenv("TRACEMEND_EMBEDDINGS", "bedrock")
    event = {"sources": [str(docs)], "index": INDEX, "to": f"s3vectors:{VECTORS}/{RUNBOOKS}"}

    handler(event, Context())
    assert len(vectors.vectors) == 3
    assert vectors.texts == {"title", "text", "parts"}
    (docs / "queue.md").unlink()
    handler(event, Context())

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["written"] for line in told if line["message"] == "index copied"] == [2, 0]
    assert len(vectors.vectors) == 2
    assert s3.head_object(Bucket=BUCKET, Key="runbooks.sqlite")


def test_the_index_is_copied_into_a_data_source_of_kendra_and_remembered_beside_the_index(
    s3: Any, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kendra = KendraService()
    _served(monkeypatch, {"kendra": kendra.client})
    event = {"sources": [str(docs)], "index": INDEX, "to": f"kendra:{KENDRA}/{SOURCE}"}

    handler(event, Context())
    assert len(kendra.documents) == 2
    (docs / "queue.md").unlink()
    handler(event, Context())

    assert len(kendra.documents) == 1
    assert len(kendra.of("BatchPutDocument")) == 1
    note = s3.get_object(Bucket=BUCKET, Key="runbooks.sqlite.copied.json")["Body"].read()
    assert len(json.loads(note)) == 1


@pytest.mark.parametrize("to", ["kendra:abc", "s3://other/index", "nonsense:x", "bedrock-kb:x"])
@pytest.mark.usefixtures("s3")
def test_what_takes_no_copy_is_refused(docs: Path, to: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _served(monkeypatch, {"kendra": KendraService().client})

    with pytest.raises((ConfigurationError, PermanentError)):
        handler({"sources": [str(docs)], "index": INDEX, "to": to}, Context())


@pytest.mark.usefixtures("s3")
def test_an_index_that_is_no_file_is_refused(docs: Path) -> None:
    with pytest.raises(ConfigurationError, match="kendra:abc is no file"):
        handler({"sources": [str(docs)], "index": "kendra:abc"}, Context())


@pytest.mark.parametrize("event", [{}, [], {"sources": [], "index": INDEX}, {"sources": "x", "index": INDEX}])
@pytest.mark.usefixtures("s3")
def test_an_event_without_sources_or_index_is_refused(event: Any) -> None:
    with pytest.raises(InputRefused, match=r"sources"):
        handler(event, Context())


@pytest.mark.parametrize(
    ("sources", "code", "words"),
    [("docs", 0, '"message": "index filled"'), ("nowhere", 1, "nowhere is not a folder")],
)
@pytest.mark.usefixtures("docs")
def test_the_task_takes_the_same_json_and_ends_with_a_code(
    tmp_path: Path, sources: str, code: int, words: str
) -> None:
    payload = json.dumps({"sources": [str(tmp_path / sources)], "index": str(tmp_path / "index")})
    ran = subprocess.run(
        [sys.executable, "-m", "lambda_image.handlers.ingest", payload],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (ran.returncode, ran.stderr) == (code, "")
    assert words in ran.stdout
    assert (tmp_path / "index").exists() is not bool(code)
