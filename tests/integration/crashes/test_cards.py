"""A function may die at any of its calls: there is one card for each problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.crashes.system import INTAKE, RECEIPT, RESPOND, Crash, survive


@pytest.mark.loopback
@pytest.mark.timeout(600)
def test_one_card_per_problem_whatever_dies(tmp_path: Path) -> None:
    crashes = [
        Crash(INTAKE, "before", "TransactWriteItems"),
        Crash(INTAKE, "after", "TransactWriteItems"),
        Crash(INTAKE, "before", "SendMessage"),
        Crash(INTAKE, "after", "SendMessage"),
        Crash(RESPOND, "after", "UpdateItem"),
        Crash(RESPOND, "after", "/converse"),
        Crash(RESPOND, "after", "PUT /"),
        Crash(RESPOND, "before", "Action=Publish"),
        Crash(RESPOND, "after", "Action=Publish"),
        Crash(RECEIPT, "after", "UpdateItem"),
    ]
    seen = survive(tmp_path, crashes)

    assert seen.missed == ()
    assert (seen.waiting, seen.dead_letters, seen.failure) == (0, {}, "")
    assert len(seen.cards) == len(crashes)
    assert set(seen.cards.values()) == {1}
    assert seen.counted == seen.written


@pytest.mark.loopback
@pytest.mark.timeout(600)
def test_one_thread_for_what_shares_a_request_and_each_told_once_whatever_dies(tmp_path: Path) -> None:
    request = "8f5c1c1e-5e0c-4a53-9d5e-0c4f6b1f2a77"
    points = [
        (RESPOND, "after", "/converse"),
        (INTAKE, "before", "TransactWriteItems"),
        (INTAKE, "after", "TransactWriteItems"),
        (INTAKE, "after", "SendMessage"),
        (RESPOND, "before", "Action=Publish"),
        (RESPOND, "after", "Action=Publish"),
    ]
    seen = survive(tmp_path, [Crash(*point, request=request) for point in points])  # type: ignore[arg-type]

    assert seen.missed == ()
    assert (seen.waiting, seen.dead_letters, seen.failure) == (0, {}, "")
    assert set(seen.cards.values()) == {1}
    assert list(seen.threads.values()) == [len(points)]
    assert seen.counted == seen.written
