"""The cards in a file: an outcome, or a notification, as `tracemend explain --json` prints them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lambda_image import wire
from lambda_image.domain.card import Card
from lambda_image.domain.errors import InputRefused


@dataclass(frozen=True, slots=True)
class Told:
    """What one task told: its messages for AWS Chatbot as published, and its card, where it is known."""

    published: tuple[str, ...]
    card: Card | None


def told_in(text: str) -> tuple[Told, ...]:
    """All that the file tells, in order. Raises InputRefused that says what the file should be."""
    found = tuple(each for row in _rows(text) for each in _told(row))
    if not found:
        raise InputRefused("nothing is told in this file. Give what `tracemend explain --json` printed")
    return found


def _rows(text: str) -> Iterator[dict[str, Any]]:
    try:
        rows = [json.loads(text)]
    except ValueError:
        try:
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError as error:
            raise InputRefused(f"not JSON: {error}. Give what `tracemend explain --json` printed") from error
    for row in rows:
        if not isinstance(row, dict):
            raise InputRefused("not a JSON object. Give what `tracemend explain --json` printed")
        yield row


def _told(row: dict[str, Any]) -> Iterator[Told]:
    if row.get("source") == "custom":
        yield Told((json.dumps(row, ensure_ascii=False),), None)
        return
    for each in (row, row.get("repair")):
        if isinstance(each, dict) and isinstance(each.get("notification"), dict):
            messages = (each["notification"], *(each.get("more") or ()))
            card = wire.decode(Card, json.dumps(each["card"])) if each.get("card") else None
            yield Told(tuple(json.dumps(message, ensure_ascii=False) for message in messages), card)
