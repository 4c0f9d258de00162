"""What the demo may call complete."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from infra.local.demo.summary import Summary
from lambda_image.domain.incident import Tally

WHOLE = Summary(
    events_in=12,
    tally=Tally(records=12, shown=2, suppressed={"known": 10}),
    notifications=(),
    dropped=(),
    outcomes=(),
    engine="extractive",
    seconds=1.0,
)


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "every event accounted for"),
        ({"events_in": 13}, "events are missing"),
        ({"dropped": (("content.title: 300 characters, at most 250",),)}, "not everything was shown"),
        ({"unfinished": ("problem v1-1 is waiting",)}, "not everything was shown"),
    ],
)
def test_only_a_run_that_showed_everything_is_complete(changed: dict[str, object], verdict: str) -> None:
    summary = replace(WHOLE, **changed)  # type: ignore[arg-type]
    screen = io.StringIO()
    summary.show(Console(file=screen, width=200))

    assert summary.complete is not bool(changed)
    assert summary.as_json()["complete"] is summary.complete
    assert verdict in screen.getvalue()
    assert list(summary.unfinished) == summary.as_json()["notes"]
