"""Where the fixture functions are, and what keeps their logs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.local.functions.spec import InvokeResult

ROOT = Path(__file__).parents[3]
HANDLERS = "tests.integration.functions_fixture.handlers"


class Log:
    """Keeps what Lambda logged."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str]] = []

    def __call__(self, group: str, stream: str, messages: Sequence[str]) -> None:
        self.entries += [(group, stream, message) for message in messages]

    @property
    def messages(self) -> list[str]:
        return [message for _, _, message in self.entries]


def value(result: InvokeResult) -> Any:
    return json.loads(result.payload)
