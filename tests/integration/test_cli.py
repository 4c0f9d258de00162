"""The command line as programs use it: rows on standard output, words on standard error, exit codes."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from infra.local.demo.history import create_repository
from lambda_image.cli import main
from tests.fakes.events import TRACE

EVENTS = Path(__file__).parents[1] / "events"
LOG = "\n".join(("INFO begin", *TRACE, "INFO end"))
PATCH = """--- a/checkout/pricing.py
+++ b/checkout/pricing.py
@@ -6,4 +6,6 @@
 def average_item_price(lines):
     \"\"\"Mean price of one item in the order, rounded to cents.\"\"\"
     quantity = sum(line["quantity"] for line in lines)
+    if quantity == 0:
+        return 0.0
     return round(subtotal(lines) / quantity, 2)
"""


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


class Tracemend(Protocol):
    """Runs the console script in this process."""

    def __call__(self, *arguments: object, stdin: bytes = b"") -> Ran: ...


@pytest.fixture
def tracemend(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tracemend:
    """The command, from the arguments to the exit code."""

    def run(*arguments: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["tracemend", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code: Any = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return Ran(int(code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's service, with its bug."""
    bare = tmp_path_factory.mktemp("git") / "checkout.git"
    create_repository(bare)
    return bare


def test_decode_gives_one_row_for_each_log_event(tracemend: Tracemend) -> None:
    ran = tracemend("decode", EVENTS / "pipe_batch.json", "--json")

    assert ran.code == 0
    assert {tuple(row) for row in ran.rows} == {("log_group", "log_stream", "timestamp", "id", "message")}


def test_events_finds_the_error_and_its_lines(tracemend: Tracemend) -> None:
    (row,) = tracemend("events", "--json", stdin=LOG.encode()).rows

    assert (row["exception_type"], row["first_line"], row["last_line"]) == ("ZeroDivisionError", 2, 7)
    assert [set(frame) for frame in row["frames"]] == [{"file", "line", "function", "in_app"}] * 2
    assert list(row)[:5] == ["fingerprint", "kind", "language", "exception_type", "message"]


def test_group_and_redact_give_one_row_for_each_line_feed(tracemend: Tracemend) -> None:
    text = "\ufefforder 17\u2028failed\r\norder 18\x0bfailed\n\nuser ada@example.com\n".encode()
    grouped = tracemend("group", "--json", stdin=text)
    redacted = tracemend("redact", "--json", stdin=text)

    assert [row["line"] for row in grouped.rows] == [1, 2, 3, 4]
    assert len(redacted.rows) == 4
    (found,) = redacted.rows[3]["redactions"]
    assert (found["start"], found["end"]) == (5, 20)
    assert "ada@example.com" not in redacted.out


def test_group_says_why_two_lines_are_together_or_apart(tracemend: Tracemend, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("disk 7 is full\r\ndisk 8 is full\nuser 9 is gone\n")
    together = tracemend("group", log, "--lines", "1,2", "--json").rows[0]
    apart = tracemend("group", log, "--lines", "2,3").out
    rows = tracemend("group", log, "--explain", "--json").rows
    final = tracemend("group", log, "--final", "--json").rows

    assert (together["together"], together["distance"], together["first"]["masks"]) == (
        True,
        0.0,
        ["digits", "n"],
    )
    assert "2 and 3 are apart" in apart
    assert "only here: disk full; only there: user gone" in apart
    assert [row["group"] for row in rows] == [row["group"] for row in final] == [1, 1, 2]
    assert tracemend("group", log, "--explain").out.count("masked: digits, n") == 3
    assert tracemend("group", log, "--lines", "1,9").code == 1
    assert "cannot read" in tracemend("group", tmp_path / "absent", "--json").err


def test_what_is_ingested_is_found_by_one_question_or_many(tracemend: Tracemend, tmp_path: Path) -> None:
    pages, index = tmp_path / "wiki", tmp_path / "index"
    pages.mkdir()
    (pages / "disk.md").write_text("# Disk full\n\nClean the spool directory of the mail relay.\n")
    ran = tracemend("ingest", pages, "--index", index, "--json")
    (found,) = tracemend("search", "mail relay spool", "--index", index, "--json").rows
    questions = b'{"id": "q1", "text": "spool directory"}\n{"id": "q2", "text": "kitchen calendar"}\n\n'
    many = tracemend("search", "--queries", "-", "--index", index, "--json", stdin=questions)

    assert ran.rows[0].keys() >= {"source", "pages", "passages", "skipped", "deleted", "seconds"}
    assert list(found) == ["query_id", "rank", "id", "title", "url", "score", "text"]
    assert [row["query_id"] for row in many.rows] == ["q1"]


def test_a_search_may_be_for_one_service_and_says_when_nothing_is_found(
    tracemend: Tracemend, tmp_path: Path
) -> None:
    pages, index = tmp_path / "wiki", tmp_path / "index"
    pages.mkdir()
    for name in ("cart", "mail"):
        (pages / f"{name}.md").write_text(
            f"---\nservice: {name}\n---\nClean the spool of the {name} relay.\n"
        )
    tracemend("ingest", pages, "--index", index)
    asked = ("search", "spool relay", "--index", index)

    (found,) = tracemend(*asked, "--service", "mail-prod", "--json").rows
    other = tracemend(*asked, "--service", "billing")
    nearest = tracemend("search", "certificate of the mail relay expired", "--index", index, "--floor", "0")

    assert found["title"] == "mail"
    assert (other.code, other.out, other.err) == (0, "", "nothing found; --floor 0 shows what is nearest\n")
    assert "mail" in nearest.out


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (("decode",), b"{", "is not JSON"),
        (("decode",), b'{"Records": "no"}', ""),
        (("events", "/nowhere/log.txt"), b"", "cannot read /nowhere/log.txt"),
        (("search", "x", "--index", "/nowhere/index"), b"", "/nowhere/index"),
        (("search", "--queries", "-", "--index", "/nowhere/index"), b"no json\n", "line 1"),
        (("ingest", ".", "--index", "/nowhere/index", "--embeddings", "far"), b"", "none, local, bedrock"),
        (("ingest", ".", "--index", "/nowhere/index", "--to", "kendra:a"), b"", "kendra:INDEX_ID/SOURCE_ID"),
        (("explain", "--index", "/nowhere/index"), LOG.encode(), "there is no index"),
        (
            ("explain", "--repo", "/", "--engine", "extractive"),
            LOG.encode(),
            "does not appear to be a git repository",
        ),
        (("decode",), b"[" * 100_000, "is not JSON"),
        (("demo", "--engine", "extractive", "--folder", "/etc"), b"", "holds more than a demo's results"),
    ],
)
def test_refused_input_is_one_line_and_exit_code_1(
    tracemend: Tracemend, arguments: tuple[str, ...], stdin: bytes, words: str
) -> None:
    ran = tracemend(*arguments, stdin=stdin)

    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("search",),
        ("verify",),
        ("decode", "--yaml"),
        ("explain", "--engine", "gpt"),
        ("demo", "--engine", "gpt"),
    ],
)
def test_wrong_usage_is_exit_code_2(tracemend: Tracemend, arguments: tuple[str, ...]) -> None:
    ran = tracemend(*arguments)

    assert (ran.code, ran.out) == (2, "")


def test_context_shows_the_code_of_the_trace(tracemend: Tracemend, repository: Path) -> None:
    trace = (
        'Traceback (most recent call last):\n  File "/var/task/checkout/pricing.py", line 9,'
        " in average_item_price\n    return round(1 / 0)\nZeroDivisionError: division by zero\n"
    )
    ran = tracemend("context", "--repo", repository, "--json", stdin=trace.encode())

    assert [set(row) for row in ran.rows] == [{"file", "start", "end", "symbol", "reason", "text"}] * len(
        ran.rows
    )
    assert ran.rows[0]["symbol"] == "average_item_price"


def test_context_says_when_there_is_nothing_to_show(tracemend: Tracemend, repository: Path) -> None:
    trace = 'Traceback (most recent call last):\n  File "/srv/other.py", line 9, in f\n    x\nNameError: x\n'
    ran = tracemend("context", "--repo", repository, "--json", stdin=trace.encode())

    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "nothing in this log leads to a file of the repository\n"


def test_apply_answers_with_a_diff_or_with_reasons(tracemend: Tracemend, repository: Path) -> None:
    good = tracemend("apply", "--repo", repository, "--json", stdin=PATCH.encode())
    bad = tracemend("apply", "--repo", repository, "--json", stdin=PATCH.replace("subtotal", "x").encode())

    assert (good.code, good.rows[0]["ok"], good.rows[0]["reasons"]) == (0, True, [])
    assert "+    if quantity == 0:" in good.rows[0]["diff"]
    assert (bad.code, bad.rows[0]["ok"], bad.rows[0]["diff"]) == (1, False, "")
    assert bad.rows[0]["reasons"]


def test_verify_says_why_nothing_is_proved_without_a_failing_test(
    tracemend: Tracemend, repository: Path, tmp_path: Path
) -> None:
    patch = tmp_path / "p.diff"
    patch.write_text(PATCH)
    ran = tracemend("verify", "--repo", repository, "--patch", patch, "--json")

    (row,) = ran.rows
    assert ran.code == 1
    assert set(row) == {"verdict", "red", "green", "newly_red", "reasons", "sandbox", "gaps"}
    assert row["verdict"] == "not proved"
    assert row["reasons"]


@pytest.mark.parametrize(
    ("change", "test"), [(PATCH.replace("subtotal", "x"), ""), (PATCH, "unclosed ' quote")]
)
def test_verify_refuses_in_a_row_of_its_own(
    tracemend: Tracemend, repository: Path, tmp_path: Path, change: str, test: str
) -> None:
    patch = tmp_path / "p.diff"
    patch.write_text(change)
    options = ("--repo", repository, "--patch", patch, "--json", *(("--test", test) if test else ()))
    ran = tracemend("verify", *options)

    assert (ran.code, ran.rows[0]["verdict"]) == (1, "refused")
    assert ran.rows[0]["reasons"]


@pytest.mark.loopback
def test_explain_answers_without_an_account(tracemend: Tracemend, repository: Path) -> None:
    ran = tracemend("explain", "--engine", "extractive", "--repo", repository, "--json", stdin=LOG.encode())

    (row,) = ran.rows
    assert ran.code == 0
    assert row["notification"]["content"]["title"].startswith("ZeroDivisionError")
    assert row["diagnosis"]["claims"][0]["citations"]
    assert "extractive" in ran.err


@pytest.mark.loopback
def test_explain_shows_people_a_card(tracemend: Tracemend) -> None:
    ran = tracemend("explain", "--engine", "extractive", stdin=LOG.encode())

    assert "ZeroDivisionError" in ran.out
    assert "Traceback" not in ran.err


def test_a_log_without_errors_is_no_mistake(tracemend: Tracemend) -> None:
    ran = tracemend("explain", stdin=b"INFO fine\n")

    assert (ran.code, ran.out, ran.err) == (0, "", "no error found in this log\n")
