"""What is priced: a volume of errors and pages, items of a bill, and the dated table of prices."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PRICES = Path(__file__).with_name("prices.toml")
HOURS = 730
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Volume:
    """What is assumed of a thousand raw errors.

    `events` come with them in the same batches (what is no error), `batch` log events in one delivery.
    `new` is the share that are new problems, `code` the share of those that are repaired. Seconds are those
    of one invocation, tokens those of one call of a model. The wiki has so many `pages`, of which `changed`
    is the share that is written in a month; a question to the index has `question_tokens`.
    """

    errors: int = 1_000
    events: int = 9_000
    event_bytes: int = 300
    batch: int = 20
    new: float = 0.01
    code: float = 0.3
    intake_seconds: float = 0.3
    respond_seconds: float = 15.0
    repair_seconds: float = 90.0
    verify_seconds: float = 20.0
    answer_tokens: tuple[int, int] = (7_000, 600)
    repair_tokens: tuple[int, int] = (5_000, 1_500)
    repair_calls: int = 3
    pages: int = 1_000
    page_tokens: int = 1_000
    page_passages: int = 4
    changed: float = 0.1
    question_tokens: int = 60


@dataclass(frozen=True, slots=True)
class Item:
    """US dollars: `idle` in a month, `used` for the volume; `how` is the arithmetic."""

    item: str
    idle: float
    used: float
    how: str


@cache
def prices() -> dict[str, Any]:
    """The table."""
    return tomllib.loads(PRICES.read_text(encoding="utf-8"))
