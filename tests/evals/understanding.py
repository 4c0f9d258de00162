"""Redaction and stack traces on the public sets."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lambda_image.steps.redact import redact_text
from tests.evals import reading

PART = 8


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """JSON Lines, packed or not."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    for line in text.splitlines():
        yield json.loads(line)


def evaluate(data: Path) -> dict[str, Any]:
    """Secrets removed, near misses and benign lines left alone, traces and AWS's lines read."""
    secrets = list(rows(data / "secrets/secrets.jsonl.gz"))
    near = list(rows(data / "secrets/near_miss_negatives.jsonl.gz"))
    benign = list(rows(data / "secrets/benign_log_lines.jsonl.gz"))
    from tests.evals.peers import detect_secrets_finds  # noqa: PLC0415 - of an extra that only this needs

    seen = detect_secrets_finds([each["text"] for each in secrets])
    quiet = detect_secrets_finds([each["text"] for each in near])
    return {
        "detect_secrets_removed": _share(
            _gone(each["secret"], _without(each["text"], found))
            for each, found in zip(secrets, seen, strict=True)
        ),
        "detect_secrets_near_misses_left_alone": _share(not found for found in quiet),
        "secrets_removed": _share(_removed(each["secret"], each["text"]) for each in secrets),
        "near_misses_left_alone": _share(redact_text(each["text"]).text == each["text"] for each in near),
        "benign_lines_left_alone": _share(redact_text(each["text"]).text == each["text"] for each in benign),
        "stack_traces": reading.traces(rows(data / "stack_traces/traces.jsonl")),
        "aws_log_samples": reading.aws(rows(data / "aws_log_samples/samples.jsonl.gz")),
    }


def _removed(secret: str, text: str) -> bool:
    return _gone(secret, redact_text(text).text)


def _gone(secret: str, left: str) -> bool:
    return not any(secret[at : at + PART] in left for at in range(max(1, len(secret) - PART + 1)))


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "")
    return text


def _share(answers: Iterator[bool]) -> float:
    found = list(answers)
    return round(sum(found) / len(found), 3)
