"""`make fuzz`: random and mutated real lines through decode, assemble, detect, read, redact and fingerprint.

Nothing may raise, and no input may take longer than its size allows. A failing input is kept in a file.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lambda_image.domain.errors import EnvelopeUnknown
from lambda_image.domain.records import Delivery
from lambda_image.steps.reading.decode import decode
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import events, understand
from tests.evals.understanding import rows
from tests.unit.steps.traces.samples import TRACES

FAILURES = Path("build/fuzz")
# A megabyte in a second, and what any input may take at least.
BYTES_PER_SECOND, LEAST_SECONDS = 1_000_000, 0.5
# Each line may be an error of its own, which takes its time however short it is: 70 µs of a quiet core where
# it has no trace. What is looked for is time that grows faster than the input does, and this does not.
SECONDS_PER_LINE = 0.000_2
LARGEST = 1_000_000
# What patterns are made of, and what makes them go back and forth.
PIECES = (
    "Error: ", "    at ", "(", ")", "[", "]", "{", "}", '"', "'", "\\", "/", ":", "::", ".", ",",
    "|", "-", "+", "#0 ", "a.b", "A.b", "a.B.c(D.java:1)", "Caused by: ",
    "Traceback (most recent call last):", '  File "', "goroutine 1 [", " in ", ":line 1",
    "thread 'a' panicked at ", "\n", "\r", "\t", " ", "  ", "\x1b[31m", "\x00", "\ud800", "0",
    "99999999999", "ERROR ", "level=error ", "eyJ", "password=", "a@b.cc ", "2026-11-23T08:00:00Z ",
    "<11>1 ", "web_1 | ", "E1123 ", "$", "<", ">", "----", "é", "\u2028", "RequestId: ", "msg=",
    '\\"', "Root=1-", "0.000 ", "_", "Exception", "errorType",
)  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What came of a run."""

    inputs: int = 0
    characters: int = 0
    slowest: float = 0.0
    failures: list[Path] = field(default_factory=list)


def main() -> int:
    """Run for MINUTES (10), from SEED if it is given; 1 if anything failed."""
    minutes = float(os.environ.get("MINUTES", "10"))
    seed = int(os.environ.get("SEED", str(time.time_ns() % 1_000_000)))
    tally = run(minutes * 60, random.Random(seed), seeds())  # noqa: S311
    sys.stdout.write(
        f"{tally.inputs} inputs, {tally.inputs / (minutes * 60):.0f}/s, {tally.characters:,} characters, "
        f"slowest {tally.slowest:.2f} s, {len(tally.failures)} failures, seed {seed}\n"
    )
    for path in tally.failures:
        sys.stdout.write(f"failed: {path}\n")
    return bool(tally.failures)


def seeds() -> list[str]:
    """Real texts: one trace of each language, and the public sets where they are."""
    data = Path(os.environ.get("TRACEMEND_DATA", "../shared/data"))
    texts = list(TRACES.values())
    for name in ("stack_traces/traces.jsonl", "aws_log_samples/samples.jsonl.gz"):
        if (data / name).is_file():
            texts += [row["text"] for row in rows(data / name)]
    return texts


def run(seconds: float, chance: random.Random, texts: list[str], largest: int = LARGEST) -> Tally:
    """Try inputs until the time is over; random ones, mutated ones and long repetitions."""
    tally = Tally()
    end = time.monotonic() + seconds
    makers: tuple[Callable[[], str], ...] = (
        lambda: _random(chance),
        lambda: _mutated(chance, texts),
        lambda: _mutated(chance, texts),
        lambda: _repeated(chance, texts, largest),
    )
    while time.monotonic() < end:
        weights = (10, 10, 10, 1)
        attempt(chance.choices(makers, weights)[0](), tally)
    return tally


def attempt(text: str, tally: Tally) -> None:
    """One input through every entrance; what goes wrong is kept with its reason."""
    began = time.process_time()
    reason = ""
    try:
        for each in decode({"logGroup": "g", "logStream": "s", "logEvents": [{"id": "1", "message": text}]}):
            if isinstance(each, Delivery) and understand(each, IntakePolicy()).records != 1:
                reason = "a record was lost"
        list(events(text))
        decode(text)
    except EnvelopeUnknown:
        pass
    except Exception as error:  # noqa: BLE001
        reason = f"{type(error).__name__}: {error}"
    spent = time.process_time() - began
    # The text was understood twice, as one record and as lines.
    allowed = LEAST_SECONDS + 2 * len(text) / BYTES_PER_SECOND + (text.count("\n") + 1) * SECONDS_PER_LINE
    if spent > allowed:
        reason = reason or f"{spent:.1f} s for {len(text)} characters"
    tally.inputs += 1
    tally.characters += len(text)
    tally.slowest = max(tally.slowest, spent)
    if reason:
        FAILURES.mkdir(parents=True, exist_ok=True)
        path = FAILURES / f"{len(tally.failures):03}-{tally.inputs}.txt"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        (path.with_suffix(".reason")).write_text(reason, "utf-8", "replace")
        tally.failures.append(path)


def _random(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randrange(200)))


def _mutated(chance: random.Random, texts: list[str]) -> str:
    """A real text with parts cut out, doubled, exchanged or put in."""
    text = chance.choice(texts)
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(text) + 1)
        to = min(len(text), at + chance.randrange(60))
        other = chance.choice(texts)
        begin = chance.randrange(len(other) + 1)
        put = chance.choice(
            (
                "",
                text[at:to] * 2,
                chance.choice(PIECES),
                other[begin : begin + 200],
                chr(chance.randrange(0xD800)),
            )
        )
        text = text[:at] + put + text[to:]
    return text


def _repeated(chance: random.Random, texts: list[str], largest: int) -> str:
    """One part again and again, with or without line ends, after a head that makes it read."""
    part = chance.choice((chance.choice(PIECES), _random(chance)[:40], chance.choice(texts)[:300])) or "x"
    head = chance.choice(
        ("", "ERROR ", "Error: x\n    at ", '{"level":"error","msg":"', *(text[:80] for text in texts[:8]))
    )
    tail = chance.choice(("", "\n", ")", "\n    at f (/a.js:1:2)", '"}'))
    return head + part * (chance.randrange(1_000, largest) // len(part)) + tail


if __name__ == "__main__":
    sys.exit(main())
