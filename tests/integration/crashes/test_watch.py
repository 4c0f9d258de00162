"""Two pull requests, followed on loopback by what people do with them: each fate is told once.

One is merged and its fix holds; one is closed, opened again, merged, and does not help. What runs is told by
a variable of the service, as on AWS.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.bedrock.server import BedrockServer
from infra.local.channel.buttons import press
from infra.local.channel.inbox import Message
from infra.local.demo import driver
from infra.local.demo.history import create_repository
from infra.local.demo.run import checkout
from infra.local.functions.faults import FaultPlan
from infra.local.githost.pulls import Pulls
from infra.local.resources import TABLE
from infra.local.system import REPOSITORY, LocalSystem, SystemConfig, repositories
from lambda_image.domain.action import Verb
from lambda_image.settings import variable
from lambda_image.wiring.operators import ledger_at
from tests.fakes.engine import KnowingEngine
from tests.fakes.local_git import git
from tests.integration.crashes.system import error

WATCH = "tracemend-watch"
# Of the function's own time and the margin of a lease.
LEASE = 21
HELD = 1
MENDED, DOUBTED = range(2)


@dataclass
class Team:
    """The people beside the system: they merge, close and deploy by hand."""

    system: LocalSystem
    plan: FaultPlan
    folder: Path
    bare: Path

    def log(self, *numbers: int) -> None:
        """The service fails once more, and all that comes of it comes."""
        for number in numbers:
            self.system.logs.put(driver.CHECKOUT, "s", ["INFO begin", error(number, repaired=True)])
        assert self.system.wait_idle(200)

    def deploy(self, commit: str) -> None:
        """What runs is this from now on."""
        self.system.functions.deploy(checkout(commit, self.folder))

    def pull(self, number: int) -> dict[str, Any]:
        """The pull request of a problem, as the code host keeps it."""
        (found,) = (each for each in Pulls(self.bare).all() if f"handle_{number}" in each["body"])
        return found

    def change(self, number: int, **fields: Any) -> None:
        """Somebody closes or opens a pull request by hand."""
        Pulls(self.bare).save(self.pull(number) | fields)

    def merge(self, number: int) -> str:
        """Merge as a person without the host's button: by a push. The new head."""
        work, branch = self.folder / f"work{number}", f"origin/{self.pull(number)['head']}"
        git(self.folder, "clone", "--quiet", str(self.bare), str(work))
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
        git(work, *who, "merge", "--quiet", "--no-ff", "-m", "Merge it", branch)
        git(work, "push", "--quiet", "origin", "HEAD")
        return git(work, "rev-parse", "HEAD").decode().strip()

    def look(self, after: float = 0.0) -> dict[str, object]:
        """The schedule fires."""
        time.sleep(after)
        return self.system.watching.fire()

    def told(self, number: int) -> list[Message]:
        """What the thread of a problem shows."""
        problem = self.pull(number)["head"].removeprefix("tracemend/fix-")
        return [each for each in self.system.channel.messages if each.notification.id.startswith(problem)]

    def titles(self, number: int) -> list[str]:
        """The same from the pull request on, by their first words."""
        return [each.notification.title.split(":")[0] for each in self.told(number)[2:]]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """Two problems with a pull request each."""
    bare = tmp_path / "git" / REPOSITORY[0] / f"{REPOSITORY[1]}.git"
    bare.parent.mkdir(parents=True)
    commit = create_repository(bare)
    plan = FaultPlan()
    settings = {
        variable("repositories"): repositories(str(bare), driver.CHECKOUT),
        variable("fix_held_seconds"): str(HELD),
    }
    with BedrockServer(KnowingEngine()) as bedrock:
        config = SystemConfig(tmp_path, bedrock.url, (driver.CHECKOUT,), settings=settings, faults=plan)
        with LocalSystem(config) as system:
            made = Team(system, plan, tmp_path, bare)
            made.deploy(commit)
            made.log(MENDED, DOUBTED)
            yield made


@pytest.mark.loopback
@pytest.mark.timeout(400)
def test_each_pull_request_is_followed_to_its_end_and_told_once(team: Team) -> None:
    assert team.look() == {"looked": 2, "told": 0, "failed": 0}
    team.merge(MENDED)
    closed = datetime.now(UTC).isoformat(timespec="seconds")
    team.change(DOUBTED, state="closed", by="Bob", closed=closed)
    team.plan.kill(WATCH, "after", 1, "Action=Publish")
    died, dead = team.look(), time.monotonic()
    assert "errorMessage" in died

    press(team.told(DOUBTED)[0], Verb.ANALYSE, team.system.functions)
    assert team.system.wait_idle(150)
    assert any("Bob closed it" in each.notification.description for each in team.told(DOUBTED)[2:])
    assert len(Pulls(team.bare).all()) == 2

    team.look(max(0.0, dead + LEASE - time.monotonic()))
    assert team.system.wait_idle(20)
    assert team.titles(MENDED) == ["Merged"]
    assert "merged by Ada" in team.told(MENDED)[-1].notification.description

    team.change(DOUBTED, state="open", by="", closed=None)
    assert team.look() == {"looked": 2, "told": 0, "failed": 0}
    head = team.merge(DOUBTED)
    assert team.look()["told"] == 1
    # It is not deployed: silence shows nothing.
    assert [team.look(HELD)["told"] for _ in range(2)] == [0, 0]

    team.deploy(head)
    assert [team.look(HELD)["told"] for _ in range(2)] == [0, 0]
    team.log(DOUBTED)
    assert team.look(HELD) == {"looked": 2, "told": 2, "failed": 0}
    assert team.look() == {"looked": 0, "told": 0, "failed": 0}
    assert team.system.wait_idle(20)
    assert team.titles(MENDED) == ["Merged", "Fixed"]
    assert team.titles(DOUBTED)[-2:] == ["Merged", "Still firing"]
    assert "seen 1 time since" in team.told(DOUBTED)[-1].notification.description
    states = [each.state for each in ledger_at(team.system.client("dynamodb"), TABLE).problems()]
    assert sorted(states) == ["fixed", "still firing"]
