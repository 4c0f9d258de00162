"""Redaction and stack traces on the public sets."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lambda_image.steps.redact import redact_text, rulebook
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
    return {
        **_peers(secrets, near),
        "secrets_removed": _share(_removed(each["secret"], each["text"]) for each in secrets),
        "near_misses_left_alone": _share(redact_text(each["text"]).text == each["text"] for each in near),
        "benign_lines_left_alone": _share(redact_text(each["text"]).text == each["text"] for each in benign),
        "personal_data_removed": _by_kind(
            pair for each in rows(data / "secrets/pii.jsonl.gz") for pair in _personal(each)
        ),
        "stack_traces": reading.traces(rows(data / "stack_traces/traces.jsonl")),
        "aws_log_samples": reading.aws(rows(data / "aws_log_samples/samples.jsonl.gz")),
    }


def _peers(secrets: list[dict[str, Any]], near: list[dict[str, Any]]) -> dict[str, float]:
    """detect-secrets and, where a copy of its rules is named, gitleaks on the same texts."""
    from tests.evals.gitleaks import gitleaks_finds  # noqa: PLC0415 - of an extra that only this needs
    from tests.evals.peers import detect_secrets_finds  # noqa: PLC0415 - likewise

    figures = {}
    for name, finds in (("detect_secrets", detect_secrets_finds), ("gitleaks", gitleaks_finds)):
        seen, noisy = finds([each["text"] for each in secrets]), finds([each["text"] for each in near])
        if seen is None or noisy is None:
            continue
        figures[f"{name}_removed"] = _share(
            _gone(each["secret"], _without(each["text"], found))
            for each, found in zip(secrets, seen, strict=True)
        )
        figures[f"{name}_near_misses_left_alone"] = _share(not found for found in noisy)
    return figures


def _personal(found: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Each value of a personal text by its kind, and whether it is gone."""
    left = redact_text(found["text"], rulebook(addresses=True)).text
    return ((each["kind"], _gone(each["value"], left)) for each in found["spans"])


def _by_kind(answers: Iterable[tuple[str, bool]]) -> dict[str, float]:
    kinds: dict[str, list[bool]] = {}
    for kind, gone in answers:
        kinds.setdefault(kind, []).append(gone)
    return {kind: _share(iter(each)) for kind, each in sorted(kinds.items())}


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
