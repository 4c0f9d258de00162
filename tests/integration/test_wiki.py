"""`tracemend ingest` and `tracemend stale`, for people and for programs."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from knowledge.stores.embedded import EmbeddedStore
from lambda_image.adapters import aws
from lambda_image.cli import app
from lambda_image.domain.errors import InputRefused, PermanentError
from tests.fakes.bedrock_models import Titan
from tests.fakes.web_site import WebSite, html


def tracemend(*arguments: object, code: int = 0) -> str:
    ran = CliRunner().invoke(app, [str(each) for each in arguments])
    assert ran.exit_code == code, ran.exception or ran.output
    return ran.stdout


def rows(*arguments: object, code: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in tracemend(*arguments, "--json", code=code).splitlines()]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A page with front matter, and one that names a queue."""
    root = tmp_path / "docs"
    root.mkdir()
    (root / "disk.md").write_text(
        "---\nowner: storage\nlast_reviewed: 2020-02-03\nservices: [db]\n---\n# Disk full\n\nClean.\n"
    )
    (root / "queue.md").write_text("# Queue blocked\n\nRedrive the queue `orders-dlq`.\n")
    return root


def test_a_dry_run_is_a_table_and_then_nothing_is_there(docs: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    (docs / "guide.adoc").write_text("words")

    shown = CliRunner().invoke(app, ["ingest", str(docs), "--index", str(index), "--dry-run"]).output

    assert "left out (of a kind that is not read): 1 .adoc; save pages as Markdown" in shown
    assert "2 pages would change" in shown
    assert "Queue blocked" in shown
    assert not index.exists()
    assert {row["kind"] for row in rows("ingest", docs, "--index", index, "--dry-run")} == {"new"}
    assert "1 .adoc" in tracemend("ingest", docs, "--index", index)
    (docs / "queue.md").rename(docs / "jobs.md")
    (docs / "disk.md").unlink()
    told = {
        (row["kind"], Path(row["address"]).name)
        for row in rows("ingest", docs, "--index", index, "--dry-run")
    }
    assert told == {("moved", "jobs.md"), ("gone", "disk.md")}


def test_vectors_that_are_paid_for_are_priced_and_asked_for_once(
    docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, titan = tmp_path / "index", Titan()
    monkeypatch.setattr(aws, "client", lambda *_, **__: titan)
    monkeypatch.setenv("TRACEMEND_CACHE_DIR", str(tmp_path / "cache"))
    asked = ("ingest", str(docs), "--index", str(index), "--embeddings", "bedrock")

    refused = CliRunner().invoke(app, asked)
    assert isinstance(refused.exception, PermanentError)
    assert "nothing was published" in str(refused.exception)
    assert "2 passages have no vector yet" in refused.output
    assert "0.00 USD" in refused.output
    assert "--yes" in refused.output
    assert not index.exists()
    assert not titan.asked

    tracemend(*asked, "--yes")
    assert len(titan.asked) == 2
    tracemend(*asked)
    with EmbeddedStore(index) as store:
        assert store.model() == "amazon.titan-embed-text-v2:0/1024"
        assert not store.lacking(0, 10)


def test_a_source_that_fails_is_told_by_the_code(docs: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"

    (good, bad) = rows("ingest", docs, tmp_path / "nowhere", "--index", index, code=1)

    assert (good["new"], good["failed"]) == (2, "")
    assert "not a folder" in bad["failed"]
    assert "its old pages stay" in tracemend("ingest", docs, tmp_path / "nowhere", "--index", index, code=1)
    ran = CliRunner().invoke(app, ["ingest", str(tmp_path / "nowhere"), "--index", str(index)])
    assert isinstance(ran.exception, PermanentError)


def test_stale_pages_are_a_table_or_rows(docs: Path, tmp_path: Path) -> None:
    index, there = tmp_path / "index", tmp_path / "there.txt"
    there.write_text("queue orders\n")
    tracemend("ingest", docs, "--index", index)

    found = rows("stale", "--index", index, "--existing", there)

    assert [(row["reason"], row["owner"]) for row in found] == [("old", "storage"), ("gone", "")]
    assert found[1]["detail"] == "queue orders-dlq is not there"
    assert "2 reasons to look at a page" in tracemend("stale", "--index", index, "--existing", there)
    there.write_text("orders\n")
    ran = CliRunner().invoke(app, ["stale", "--index", str(index), "--existing", str(there)])
    assert isinstance(ran.exception, InputRefused)
    assert "line 1" in str(ran.exception)


@pytest.mark.loopback
def test_links_are_followed_where_that_is_asked_for(
    docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    monkeypatch.setattr(socket, "getaddrinfo", _on_loopback(socket.getaddrinfo))
    with WebSite({"/there": html("yes"), "/big": html("x" * 100_000)}) as site:
        pages = " ".join(
            f"[{name}]({site.url(name, 'wiki.corp.io')})" for name in ("/there", "/big", "/left")
        )
        (docs / "links.md").write_text(f"---\nowner: web\n---\n# Links\n\n{pages} http://169.254.169.254/x\n")
        tracemend("ingest", docs, "--index", index)

        assert {row["reason"] for row in rows("stale", "--index", index)} == {"old"}
        found = rows("stale", "--index", index, "--links", "--allow-private", "wiki.corp.io")

    (dead,) = (row for row in found if row["reason"] == "dead link")
    assert (dead["title"], dead["owner"]) == ("Links", "web")
    assert dead["detail"] == f"{site.url('/left', 'wiki.corp.io')} answers 404"
    assert site.targets() == ["/there", "/big", "/left"]


def _on_loopback(real: Any) -> Any:
    def resolve(host: str, *told: Any, **named: Any) -> Any:
        return real("127.0.0.1" if host == "wiki.corp.io" else host, *told, **named)

    return resolve
