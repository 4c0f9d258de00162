"""A second repair of one problem: what an earlier pull request means for another one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambda_image.aftercare.attempts import Attempts
from lambda_image.domain.aftermath import Fate, Fix
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.incident import Incident
from lambda_image.domain.notification import Outcome
from lambda_image.domain.patch import PullRequest
from lambda_image.pipeline import repair, respond
from tests.fakes.code_host import MemoryCodeHost
from tests.fakes.events import intake
from tests.fakes.evidence import REVISION
from tests.fakes.rollout import MemoryRollout
from tests.unit.test_pipeline import Shop

DAY = 86_400


class Broken(MemoryCodeHost):
    """Tells no state."""

    fault: type[Exception] = TransientError

    def state(self, pull: PullRequest) -> PullRequest:
        """Refuse."""
        raise self.fault("the token was revoked")


class Team:
    """A shop with a pull request for its division by zero, and what comes after."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.host = MemoryCodeHost(REVISION.repository, {REVISION.commit: {}})
        self.rollout = MemoryRollout()
        self.repair()

    def repair(self, host: MemoryCodeHost | None = None, *, final: bool = False) -> Outcome:
        """The incident answered and repaired."""
        shop = self.shop
        attempts = Attempts(shop.clock, host or self.host, shop.ledger, self.rollout)
        respond(shop.case, shop.desk, shop.tools, shop.repairs)
        outcome = repair(shop.case, shop.desk, shop.tools, attempts, final=final)
        assert outcome
        return outcome

    def back(self, days: int = 2) -> None:
        """The problem comes back after some days of silence."""
        self.shop.clock.advance(days * DAY)
        self.shop.clock.left = 60
        (case,) = self.shop.ledger.observe(intake(f"d{days}"))
        assert isinstance(case, Incident)
        self.shop.case = case

    def asked(self) -> None:
        """Somebody presses 'Analyse again'."""
        case = self.shop.ledger.reopen(self.shop.case.fingerprint)
        assert case
        self.shop.case = case

    def end(self, state: str) -> None:
        """A person merges or closes the newest."""
        at, commit = self.shop.clock.now(), "m" if state == "merged" else ""
        vars(self.host.pulls[-1]).update(state=state, by="ada", at=at, commit=commit)

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """What is kept."""
        return self.shop.ledger.of(self.shop.case.fingerprint)

    @property
    def proofs(self) -> int:
        """How often something was proved: what a repair costs."""
        return len(self.shop.verifier.requests)


def test_an_opened_pull_request_is_followed_from_then_on() -> None:
    team = Team()
    (fix,) = team.fixes

    assert (fix.attempt, fix.fate, fix.work_id) == (1, Fate.OPEN, team.shop.case.work_id)
    assert (fix.pull.branch, fix.before) == (f"tracemend/fix-{fix.fingerprint}", 1)
    assert team.shop.ledger.watched() == (fix.fingerprint,)


def test_a_problem_that_comes_back_while_its_pull_request_is_open_gets_no_second_one() -> None:
    team = Team()
    before = team.proofs
    team.back()
    team.repair()

    assert (len(team.host.pulls), team.proofs) == (1, before)
    assert "is open" in team.shop.texts[-1]
    assert team.host.pulls[0].comments == []


def test_whoever_asks_for_another_answer_gets_the_open_pull_request_made_anew() -> None:
    team = Team()
    before = team.proofs
    team.asked()
    outcome = team.repair()

    assert len(team.host.pulls) == 1
    assert team.proofs > before
    assert outcome.pull_request
    assert outcome.pull_request.action == "updated"
    assert [fix.work_id for fix in team.fixes] == [team.shop.case.work_id]


def test_what_people_closed_is_left_alone_for_a_month_and_the_card_says_who() -> None:
    team = Team()
    before = team.proofs
    team.end("closed")
    team.back()
    team.repair()

    assert (len(team.host.pulls), team.proofs) == (1, before)
    assert "ada closed it on" in team.shop.texts[-1]
    assert "no other is opened before" in team.shop.texts[-1]
    assert [fix.fate for fix in team.fixes] == [Fate.CLOSED]

    team.back(31)
    team.repair()

    assert [pull.branch.rpartition("-")[2] for pull in team.host.pulls[1:]] == ["2"]
    assert "An earlier pull request for this problem was closed" in team.host.pulls[1].body


def test_a_merged_fix_that_does_not_run_yet_is_waited_for() -> None:
    team = Team()
    team.end("merged")
    team.rollout.deployed = "old"
    before = team.proofs
    team.back()
    team.repair()

    assert (len(team.host.pulls), team.proofs) == (1, before)
    assert "What runs does not have it yet" in team.shop.texts[-1]


def test_after_a_merged_fix_that_did_not_hold_another_branch_says_so() -> None:
    team = Team()
    team.end("merged")
    team.rollout.deployed = "m"
    team.asked()
    outcome = team.repair()
    first, second = team.host.pulls

    assert second.branch == f"{first.branch}-2"
    assert "was merged, and the problem came back: https://code.example.com/" in second.body
    assert [(fix.attempt, fix.fate) for fix in team.fixes] == [(1, Fate.MERGED), (2, Fate.OPEN)]
    assert outcome.pull_request
    assert team.shop.ledger.watched() == (team.shop.case.fingerprint,)


def test_the_count_since_a_fix_stands_in_the_next_pull_request() -> None:
    team = Team()
    team.end("merged")
    (fix,) = team.fixes
    merged = team.host.state(fix.pull)
    team.shop.ledger.keep(replace(fix, fate=Fate.FIRING, count=37, pull=merged))
    team.asked()
    team.repair()

    assert "did not hold, seen 37 times since" in team.host.pulls[1].body


def test_a_host_that_cannot_be_asked_is_waited_for_but_not_on_the_last_try() -> None:
    team = Team()
    team.asked()
    broken = Broken(REVISION.repository, {REVISION.commit: {}})
    with pytest.raises(TransientError):
        team.repair(broken)
    told = team.repair(broken, final=True)

    assert told.plan


def test_a_host_that_refuses_for_good_is_told_by_what_it_says_of_the_plan() -> None:
    team = Team()
    team.asked()
    broken = Broken(REVISION.repository, {})
    broken.fault = PermanentError

    assert team.repair(broken).refusal
