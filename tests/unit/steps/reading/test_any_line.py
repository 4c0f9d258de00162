"""No line may raise, lose a record or take longer than its length allows."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_image.domain.records import Delivery, LogRecord
from lambda_image.steps.reading.assemble import assemble
from lambda_image.steps.reading.detect import is_error
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.prefix import bare
from lambda_image.steps.reading.read_trace import find_trace, read_trace
from lambda_image.steps.reading.understand import events, understand
from tests.evals.fuzz import PIECES, Tally, attempt
from tests.unit.steps.traces.samples import TRACES

LINES = [line for text in TRACES.values() for line in text.split("\n")]
ANY_LINE = (
    st.text(max_size=60)
    | st.sampled_from(LINES)
    | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
)
LONG = 1_000_000
# Reading alone: redaction has a table of its own.
SECONDS = 1.0


@given(st.lists(ANY_LINE, max_size=30))
def test_any_lines_are_counted_once(lines: list[str]) -> None:
    records = tuple(LogRecord("g", "ab"[at % 2], 0, str(at), line) for at, line in enumerate(lines))
    seen = understand(Delivery("d", records), IntakePolicy())

    assert seen.records == len(lines)


@given(st.lists(ANY_LINE, max_size=30))
def test_the_lines_of_a_file_come_in_order_and_none_twice(lines: list[str]) -> None:
    last = 0
    for event in sorted(events("\n".join(lines)), key=lambda each: each["first_line"]):
        assert last < event["first_line"] <= event["last_line"]
        last = event["last_line"]


@given(st.lists(ANY_LINE, max_size=30))
def test_every_frame_stands_in_the_lines(lines: list[str]) -> None:
    trace = find_trace(lines)

    text = "\n".join(lines)
    for frame in trace.frames if trace else ():
        assert frame.file in text
        assert frame.line is None or frame.line >= 0


@given(ANY_LINE)
def test_a_prefix_is_taken_from_the_front_alone(line: str) -> None:
    assert "\x1b" in line or line.endswith(bare(line))


@pytest.mark.parametrize("line", LINES[::4])
@pytest.mark.parametrize("prefix", ["web_1  | ", "2026-11-23T08:00:00.123456Z stderr F "])
def test_what_carried_a_line_changes_nothing(line: str, prefix: str) -> None:
    assert bare(f"{prefix}{line}") == bare(line)
    assert is_error([f"{prefix}{line}"]) == is_error([line])


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        ("Error: x\n    at ", "a.b"),
        ("Error: x\n    at ", "("),
        ("Error: x\n", "    at f (/a.js:1:2)\n"),
        ("Traceback (most recent call last):\n", '  File "'),
        ('{"level":"error","msg":"', '\\"'),
        ('{"level":"error","msg":"', "{"),
        ("ERROR ", ": "),
        ("ERROR ", " "),
        ("ERROR ", "2026-11-23T08:00:00Z "),
        ("ERROR ", "\n"),
        ("panic: x\n", "a.b()\n\t/a.go:1\n"),
        ("PHP Fatal error: Uncaught E: x\n", "#0 "),
        ("PHP Fatal error: Uncaught E: x", " in a"),
        ("ERROR x\nshop/orders.", "A."),
    ],
)
def test_a_megabyte_is_read_in_a_second(head: str, piece: str) -> None:
    texts = (head + piece * (LONG // len(piece)) + "!", "what follows")
    began = time.process_time()
    for block in assemble(LogRecord("g", "s", 0, text[:1], text) for text in texts):
        if is_error(block.lines):
            read_trace(block)

    assert time.process_time() - began < SECONDS


def test_the_fuzz_run_keeps_what_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr("tests.evals.fuzz.FAILURES", tmp_path)
    monkeypatch.setattr("tests.evals.fuzz.LEAST_SECONDS", -1.0)
    tally = Tally()
    attempt("ERROR x", tally)

    (path,) = tally.failures
    assert path.read_text() == "ERROR x"
