"""A function may die at any of its calls: there is one pull request for each problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.crashes.system import REPAIR, VERIFY, Crash, survive


@pytest.mark.loopback
@pytest.mark.timeout(600)
def test_one_pull_request_per_problem_whatever_dies(tmp_path: Path) -> None:
    crashes = [
        Crash(REPAIR, "after", "POST /2015-03-31/functions/tracemend-verify/invocations"),
        # Behind the push, which git makes.
        Crash(REPAIR, "before", "POST /repos/team/checkout/pulls"),
        Crash(REPAIR, "after", "POST /repos/team/checkout/pulls"),
        Crash(REPAIR, "after", "Action=Publish"),
        Crash(VERIFY),
    ]
    seen = survive(tmp_path, crashes)

    assert seen.missed == ()
    assert len(seen.cards) == 2 * len(crashes)
    assert set(seen.cards.values()) == {1}
    assert len(seen.pull_requests) == len(crashes)
    assert set(seen.pull_requests.values()) == {1}
    assert seen.counted == seen.written
