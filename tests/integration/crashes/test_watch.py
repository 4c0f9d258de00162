"""A pull request that people merge, followed on loopback: each fate is told once, whatever dies."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from infra.local.bedrock.server import BedrockServer
from infra.local.demo import driver
from infra.local.demo.history import create_repository
from infra.local.functions.faults import FaultPlan
from infra.local.githost.pulls import Pulls
from infra.local.resources import TABLE
from infra.local.system import REPOSITORY, LocalSystem, SystemConfig, repositories
from lambda_image.settings import variable
from lambda_image.wiring.operators import ledger_at
from tests.fakes.engine import KnowingEngine
from tests.fakes.local_git import git
from tests.integration.crashes.system import error

WATCH = "tracemend-watch"
# Of the function's own time and the margin of a lease.
LEASE = 21


def merge_by_hand(bare: Path, folder: Path) -> None:
    """Merge the one pull request as a person without the host's button: by a push."""
    (pull,) = Pulls(bare).all()
    git(folder, "clone", "--quiet", str(bare), "work")
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    git(folder / "work", *who, "merge", "--quiet", "--no-ff", "-m", "Merge it", f"origin/{pull['head']}")
    git(folder / "work", "push", "--quiet", "origin", "HEAD")


def titles(system: LocalSystem) -> list[str]:
    """What the channel shows, by title."""
    return [message.notification.title for message in system.channel.messages]


@pytest.mark.loopback
@pytest.mark.timeout(300)
def test_a_merge_and_its_aftermath_are_told_once_each_in_the_thread(tmp_path: Path) -> None:
    bare = tmp_path / "git" / REPOSITORY[0] / f"{REPOSITORY[1]}.git"
    bare.parent.mkdir(parents=True)
    create_repository(bare)
    plan = FaultPlan()
    settings = {
        variable("repositories"): repositories(str(bare), driver.CHECKOUT),
        variable("fix_held_seconds"): "1",
    }
    with BedrockServer(KnowingEngine()) as bedrock:
        config = SystemConfig(tmp_path, bedrock.url, (driver.CHECKOUT,), settings=settings, faults=plan)
        with LocalSystem(config) as system:
            system.logs.put(driver.CHECKOUT, "s", ["INFO begin", error(0, repaired=True)])
            assert system.wait_idle(150)
            assert system.watching.fire() == {"looked": 1, "told": 0, "failed": 0}
            merge_by_hand(bare, tmp_path)

            plan.kill(WATCH, "after", 1, "Action=Publish")
            died = system.watching.fire()
            assert system.channel.wait_for(3, 20)
            assert system.wait_idle(20)
            busy = system.watching.fire()
            time.sleep(LEASE)
            known, began = system.watching.fire(), system.watching.fire()
            assert [each.split(":")[0] for each in titles(system)[2:]] == ["Merged"]

            time.sleep(1.1)
            verdict, settled = system.watching.fire(), system.watching.fire()
            assert system.channel.wait_for(4, 20)
            messages, state = system.channel.messages, ledger_at(system.client("dynamodb"), TABLE).problems()

    assert "errorMessage" in died
    assert busy == {"looked": 1, "told": 0, "failed": 1}
    assert [known["told"], began["told"], verdict["told"], settled["looked"]] == [1, 0, 1, 0]
    assert [each.notification.title.split(":")[0] for each in messages[2:]] == ["Merged", "Quiet"]
    assert len({each.notification.thread_id for each in messages}) == 1
    assert "merged by Ada" in messages[2].notification.description
    assert "Which commit runs is not known" in messages[3].notification.description
    assert [each.state for each in state] == ["fixed"]
