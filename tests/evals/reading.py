"""Stack traces and AWS's own lines on the public sets: what was read, against what is labelled.

Labels of `stack_traces` are its own; null is not scored. `aws_labels.json` names, for 60 of the lines in
`aws_log_samples`, the request id, service, level and error code that a person found in them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lambda_image.domain.errors import EnvelopeUnknown
from lambda_image.domain.records import Delivery
from lambda_image.steps.reading.assemble import assemble
from lambda_image.steps.reading.decode import decode
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.read_trace import read_trace
from lambda_image.steps.reading.understand import events, text_delivery, understand

LABELS = Path(__file__).with_name("aws_labels.json")
# Engines that print `function@file:line` or no column; V8's stacks, Chrome's among them, are Node's.
BROWSERS = ("FIREFOX", "SAFARI", "/IE_", "PHANTOMJS", "OPERA", "REACT_NATIVE")

Row = dict[str, Any]
Frames = Counter[tuple[str | None, int | None, str | None]]


def traces(rows: Iterable[Row]) -> dict[str, dict[str, float]]:
    """The figures of servers' traces and, apart, of browsers'."""
    parts: dict[str, list[Row]] = {"server": [], "browser": []}
    for row in rows:
        parts["browser" if any(name in row["id"] for name in BROWSERS) else "server"].append(row)
    return {name: _figures(each) for name, each in parts.items()}


def _figures(rows: Iterable[Row]) -> dict[str, float]:
    """Each trace is read as a file of lines; of several events the one with most frames counts."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for row in rows:
        found: Row = max(events(row["text"]), key=lambda each: len(each["frames"]), default={})
        expected = {"language": row["language"], **row["expected"]}
        for name, key in (("language", "language"), ("type", "exception_type"), ("message", "message")):
            if expected[name] is not None or name == "language":
                asked[name] += 1
                right[name] += found.get(key) == expected[name]
        if expected["frames"] is not None:
            wanted, got = _frames(expected["frames"]), _frames(found.get("frames", ()))
            both = (wanted & got).total()
            right.update({"precision": both, "recall": both})
            asked.update({"precision": got.total(), "recall": wanted.total()})
    return {name: round(right[name] / asked[name], 3) for name in asked if asked[name]}


def _frames(frames: Iterable[Row]) -> Frames:
    return Counter((each["file"], each["line"], each["function"]) for each in frames)


def aws(rows: Iterable[Row]) -> dict[str, float]:
    """Lines that were read without an error, and labelled fields that were found."""
    labels = json.loads(LABELS.read_text())
    read = asked = right = count = 0
    for row in rows:
        count += 1
        found = _facts(row["text"])
        read += found is not None
        for name, value in labels.get(row["id"], {}).items():
            asked += 1
            right += value in (found or {}).get(name, ())
    return {"read": round(read / count, 3), "fields_found": round(right / asked, 3), "fields_labelled": asked}


def _facts(text: str) -> dict[str, set[str | None]] | None:
    """Every value that was read from the text; None where reading raised an error."""
    facts: dict[str, set[str | None]] = {}
    try:
        for delivery in _deliveries(text):
            understand(delivery, IntakePolicy())
            for block in assemble(delivery.records):
                event = read_trace(block)
                for name in ("request_id", "service", "level", "error_code"):
                    facts.setdefault(name, set()).add(getattr(event, name))
                facts.setdefault("error_code", set()).add(event.exception_type)
    except Exception:  # noqa: BLE001
        return None
    return facts


def _deliveries(text: str) -> list[Delivery]:
    """An envelope is decoded as intake does; any other text comes as lines and as one record."""
    try:
        return [each for each in decode(json.loads(text)) if isinstance(each, Delivery)]
    except (ValueError, EnvelopeUnknown):
        whole = decode({"logGroup": "g", "logStream": "s", "logEvents": [{"id": "1", "message": text}]})
        return [text_delivery(text), *(each for each in whole if isinstance(each, Delivery))]
