"""Every folder here is played, and holds what it expects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.scenario import cards, play, prompts

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/scenario.toml"))
KNOWN = {"cards", "threads", "asked", "suppressed", "confidence", "repairs", "says", "never_says"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_scenario_ends_as_it_says(folder: Path, tmp_path: Path) -> None:
    world, outcomes, expect = play(folder, tmp_path)
    shown = cards(world)

    assert expect
    assert not set(expect) - KNOWN
    assert len(world.notifier.published) == expect.get("cards", len(outcomes))
    threads = {each.thread_id for each in world.notifier.published}
    assert len(threads) == expect.get("threads", len(threads))
    assert len(world.reasoner.prompts) == expect.get("asked", len(world.reasoner.prompts))
    assert world.ledger.tally().suppressed == expect.get("suppressed", world.ledger.tally().suppressed)
    assert len(world.repairs.sent) == expect.get("repairs", len(world.repairs.sent))
    for confidence in {expect["confidence"]} if "confidence" in expect else set():
        assert {outcome.diagnosis.confidence.value for outcome in outcomes} == {confidence}
    assert [words for words in expect.get("says", ()) if words not in shown] == []
    assert [words for words in expect.get("never_says", ()) if words in shown + prompts(world)] == []


def test_there_are_scenarios() -> None:
    assert len(FOLDERS) >= 10
