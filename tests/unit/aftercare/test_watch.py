"""The watch over pull requests: what is looked for, what is told, and that it is told once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambda_image.aftercare.watch import Watched, Watcher, watch
from lambda_image.desk import Desk
from lambda_image.domain.aftermath import Fate, Fix, WatchPolicy
from lambda_image.domain.errors import TransientError
from lambda_image.domain.incident import Task
from lambda_image.domain.notification import Telling
from lambda_image.domain.patch import PullRequestPlan
from tests.fakes.clock import FixedClock
from tests.fakes.code_host import MemoryCodeHost
from tests.fakes.events import START, intake
from tests.fakes.fixes import MemoryFixes
from tests.fakes.rollout import MemoryRollout
from tests.fakes.stores import MemoryNotifier, MemoryTraces

FP = "v1-0123456789abcdef"
MINUTES, HOUR, DAY = 60, 3_600, 86_400
QUARTER = 15 * MINUTES


class Dying(MemoryNotifier):
    """Publishes, and then the function is gone."""

    def publish(self, telling: Telling) -> None:
        """Keep it, and die."""
        super().publish(telling)
        raise KeyboardInterrupt


class Team:
    """An answered problem with an open pull request, and what the team does with it."""

    def __init__(self) -> None:
        self.clock = FixedClock(START)
        self.ledger = MemoryFixes(self.clock)
        (self.incident,) = self.ledger.observe(intake("d0", fingerprint=FP, count=5))
        self.ledger.complete(self.ledger.claim(FP, Task.RESPOND, 60))
        self.host, self.rollout = MemoryCodeHost("team/shop", {"base": {}}), MemoryRollout()
        pull = self.host.open(
            PullRequestPlan("team/shop", "base", f"tracemend/fix-{FP}", "Fix it", "Why", (), ())
        )
        work, now = self.incident.work_id, self.clock.now()
        self.ledger.keep(
            Fix(FP, 1, work, "/aws/lambda/shop", "Fix it", pull, now, at=now, since=now, before=5)
        )
        self.notifier, self.traces = MemoryNotifier(), MemoryTraces()
        self.policy = WatchPolicy()

    def look(self, seconds: float = 0, notifier: MemoryNotifier | None = None) -> Watched:
        """The schedule fires after so long."""
        self.clock.advance(seconds)
        desk = Desk(self.clock, self.ledger, self.traces, notifier or self.notifier)
        return watch(Watcher(desk, self.ledger, self.host, self.rollout, self.policy))

    def end(self, state: str, by: str = "ada") -> None:
        """A person merges or closes it."""
        at, commit = self.clock.now(), "m" if state == "merged" else ""
        vars(self.host.pulls[0]).update(state=state, by=by, at=at, commit=commit)

    def deploy(self) -> None:
        """The merge goes out, is seen by a look, and what ran before has ended by the next one."""
        self.end("merged")
        self.look()
        self.rollout.deployed = "m"
        self.look(QUARTER)
        self.look(QUARTER)

    def again(self, count: int = 1) -> None:
        """The error is logged once more."""
        self.ledger.observe(intake(f"d{self.clock.now()}", fingerprint=FP, count=count))

    @property
    def fix(self) -> Fix:
        """What is kept."""
        return self.ledger.of(FP)[0]

    @property
    def texts(self) -> list[str]:
        """What the channel was told."""
        return [each.description for each in self.notifier.published]


def test_a_merge_is_told_once_in_the_thread_with_who_did_it() -> None:
    team = Team()
    assert team.look() == Watched(1, 0, 0)
    team.end("merged")
    seen = [team.look(QUARTER), team.look(QUARTER)]

    assert [each.told for each in seen] == [1, 0]
    (card,) = team.notifier.published
    assert card.thread_id == team.incident.thread_id
    assert card.title.startswith("Merged: ")
    assert "merged by ada" in card.description
    assert "told here, 1 day after it is deployed" in card.description
    assert team.fix.fate is Fate.MERGED


def test_a_fix_that_held_is_told_a_day_after_it_was_deployed_and_kept_with_the_diagnosis() -> None:
    team = Team()
    team.deploy()
    early = team.look(DAY - QUARTER)
    told = team.look(QUARTER)
    after = team.look(DAY)

    assert (early.told, told.told, after) == (0, 1, Watched())
    card = team.notifier.published[-1]
    assert card.title.startswith("Fixed: ")
    assert "The fix held: not seen for 1 day" in card.description
    assert "Seen 5 times before" in card.description
    assert (team.fix.fate, team.ledger.problems()[0].state) == (Fate.HELD, "fixed")
    kept = team.traces.load(team.incident.work_id, Task.AFTERMATH)
    assert kept
    assert kept.fix == team.fix


def test_what_still_fires_is_told_with_its_count_as_soon_as_it_is_sure() -> None:
    team = Team()
    team.deploy()
    team.again(37)
    early = team.look(QUARTER)
    told = team.look(HOUR)
    team.again(100)
    after = team.look(DAY)

    assert (early.told, told.told, after) == (0, 1, Watched())
    card = team.notifier.published[-1]
    assert card.title.startswith("Still firing: ")
    assert "seen 37 times since" in card.description
    assert card.actions
    assert (team.fix.fate, team.fix.count) == (Fate.FIRING, 37)
    assert team.ledger.problems()[0].state == "still firing"


def test_what_is_logged_while_a_deployment_settles_is_not_held_against_it() -> None:
    team = Team()
    team.end("merged")
    team.look()
    team.rollout.deployed = "m"
    team.look(QUARTER)
    team.again(9)
    team.look(QUARTER)
    team.look(DAY)

    assert team.fix.fate is Fate.HELD


def test_a_deployment_that_never_comes_is_never_told_as_held() -> None:
    team = Team()
    team.end("merged")
    team.rollout.deployed = "old"
    told = sum(team.look(DAY).told for _ in range(29))
    waiting = team.fix.fate
    team.look(2 * DAY)

    assert (told, waiting, team.fix.fate) == (1, Fate.MERGED, Fate.UNKNOWN)
    assert len(team.texts) == 1
    assert team.ledger.watched() == ()


def test_a_fix_that_is_rolled_back_is_counted_anew_when_it_comes_again() -> None:
    team = Team()
    team.deploy()
    team.rollout.deployed = "old"
    team.again(50)
    team.look(2 * HOUR)
    waiting = team.fix
    team.rollout.deployed = "later"
    team.rollout.history = {"m"}
    team.look(QUARTER)
    team.look(QUARTER)
    team.look(DAY)

    assert (waiting.fate, waiting.deployed_at, waiting.since) == (Fate.MERGED, 0, 0)
    assert team.fix.fate is Fate.HELD


@pytest.mark.parametrize(
    ("count", "fate", "said", "title"),
    [(0, Fate.HELD, "Not seen for 1 day", "Quiet:"), (3, Fate.FIRING, "seen 3 times since", "Still firing:")],
)
def test_where_nothing_tells_what_runs_the_merge_counts_and_that_is_said(
    count: int, fate: Fate, said: str, title: str
) -> None:
    team = Team()
    team.end("merged")
    team.look()
    team.look(QUARTER)
    if count:
        team.again(count)
    early = team.look(2 * HOUR)
    team.look(DAY)

    assert (early.told, team.fix.fate) == (0, fate)
    assert said in team.texts[-1]
    assert "Which commit runs is not known" in team.texts[-1]
    assert "The fix held" not in team.texts[-1]
    assert team.notifier.published[-1].title.startswith(title)


def test_an_open_pull_request_hears_of_more_occurrences_once_a_day() -> None:
    team = Team()
    team.again(2)
    team.look(QUARTER)
    team.again(40)
    team.look(DAY)
    team.look(QUARTER)
    team.again()
    team.look(QUARTER)
    comments = team.host.pulls[0].comments
    quiet = len(comments)
    team.look(DAY)
    team.look(DAY)

    assert quiet == 1
    assert "Seen 42 times more since" in comments[0]
    assert "47 times in all" in comments[0]
    assert [text.partition(" since")[0] for text in comments[1:]] == ["Seen 1 time more"]
    assert team.texts == []


def test_a_function_that_died_after_it_told_tells_nothing_again() -> None:
    team, dying = Team(), Dying()
    team.end("merged")
    with pytest.raises(KeyboardInterrupt):
        team.look(QUARTER, dying)
    team.ledger.confirm(FP, dying.published[0].id)
    busy = team.look(MINUTES)
    team.look(QUARTER)

    assert busy == Watched(1, 0, 1)
    assert team.notifier.published == []
    assert team.fix.fate is Fate.MERGED


def test_a_verdict_is_the_same_after_a_crash_whatever_was_logged_since() -> None:
    team, dying = Team(), Dying()
    team.deploy()
    with pytest.raises(KeyboardInterrupt):
        team.look(DAY, dying)
    team.again(8)
    team.look(QUARTER + MINUTES)

    assert [each.id for each in dying.published] == [each.id for each in team.notifier.published[-1:]]
    assert team.fix.fate is Fate.HELD


def test_one_that_cannot_be_looked_at_holds_up_no_other_and_comes_again() -> None:
    team = Team()
    team.end("merged")
    broken = replace(team.fix, fingerprint="v1-b", pull=replace(team.fix.pull, repository="team/gone"))
    team.ledger.observe(intake("d9", fingerprint="v1-b"))
    team.ledger.keep(broken)
    seen = team.look(QUARTER)

    assert seen == Watched(2, 1, 1)
    assert "v1-b" in team.ledger.watched()


def test_a_channel_that_is_down_is_told_at_the_next_look() -> None:
    team, down = Team(), MemoryNotifier()
    down.room, down.fault = 0, TransientError
    team.end("merged")
    failed = team.look(QUARTER, down)
    team.look(QUARTER)

    assert failed == Watched(1, 0, 1)
    assert len(team.texts) == 1


def test_a_forgotten_problem_is_watched_no_longer() -> None:
    team = Team()
    team.ledger.entries.clear()
    team.look()

    assert (team.ledger.watched(), team.fix.fate) == ((), Fate.UNKNOWN)


def test_with_too_little_time_left_the_rest_waits_for_the_next_schedule() -> None:
    team = Team()
    team.clock.left = 5

    assert team.look() == Watched()
