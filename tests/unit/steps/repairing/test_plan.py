"""The pull request as data: who made it, why, and what proves it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from lambda_image.domain.audit import ModelPrice
from lambda_image.domain.card import Audience
from lambda_image.domain.diagnosis import Diagnosis, DiagnosisDraft, DraftClaim, Fault, Usage
from lambda_image.domain.incident import Task
from lambda_image.domain.notification import Basis, Outcome
from lambda_image.domain.patch import (
    Attempt,
    FileChange,
    Patch,
    Proof,
    Proposal,
    PullRequestPlan,
    Reproduction,
    TestRun,
    VerifiedPatch,
)
from lambda_image.steps.answering.check import check
from lambda_image.steps.repairing.plan import plan_pull_request
from tests.fakes.events import incident
from tests.fakes.evidence import evidence

PATCH = Patch("acme/shop", "fedcba98", "--- a\n+++ b\n", (FileChange("shop/pricing.py", b"x"),))
PROOF = Proof(
    "proved",
    TestRun("pytest -q", 1, 3, ("test_total",), "", 0.5),
    TestRun("pytest -q", 0, 4, (), "", 0.4),
    (),
    (),
    "bubblewrap, no network",
)
VERIFIED = VerifiedPatch(PATCH, PROOF, Reproduction("tests/test_reproduction.py", "def test_it(): ..."))
CAUSE = "ZeroDivisionError: total divides by len(prices)"
USAGE = Usage("propose", "claude", 10, 20, 1.0)
HOSTILE = "@octocat see #12 and </details> [x](https://evil.example.com) ``` Fixes GH-1"


def diagnosis() -> Diagnosis:
    """Of the shop's division by zero."""
    claim = DraftClaim(CAUSE, ("L7", "C3", "P1.1"))
    return check(DiagnosisDraft((claim,), Fault.CODE, (), ()), evidence())


def diagnosed() -> Outcome:
    """The answer that the repair follows, with what it was decided from."""
    return Outcome("v1-x", "v1-x-1", Task.RESPOND, diagnosis(), basis=Basis(incident(), evidence()))


def planned(proposal: Proposal, **changes: Any) -> PullRequestPlan:
    """The plan for this proposal."""
    plan = plan_pull_request(Basis(incident(**changes)), diagnosed(), proposal).plan
    assert plan
    return plan


def test_the_branch_carries_the_fingerprint_and_the_request_is_a_draft() -> None:
    plan = planned(Proposal(VERIFIED))

    assert plan.branch == "tracemend/fix-v1-0123456789abcdef"
    assert plan.draft
    assert (plan.repository, plan.base_commit) == ("acme/shop", "fedcba98")


def test_the_title_says_what_is_fixed_and_where() -> None:
    assert planned(Proposal(VERIFIED)).title == "Fix ZeroDivisionError in total"


def test_the_body_says_first_that_a_machine_made_it_then_cause_and_proof() -> None:
    body = planned(Proposal(VERIFIED, usage=(USAGE,))).body

    assert body.startswith("This pull request was made by a machine")
    assert f"{CAUSE} (1) (2) (3)" in body
    assert "2. shop/pricing.py:9: `return sum(prices) / len(prices)`" in body
    assert "3. Pricing errors https://wiki.example.com/pricing: " in body
    assert "- Before the change: `pytest -q`: exit code 1, 3 passed, 1 failed, 0.5 s" in body
    assert "- With the change: `pytest -q`: exit code 0, 4 passed, 0 failed, 0.4 s" in body
    assert "ZeroDivisionError: division by zero\n```" in body
    assert "Fingerprint: `v1-0123456789abcdef`" in body
    assert "Answered by claude" in body


def test_the_body_names_the_commit_that_touched_the_line_the_risk_and_the_price() -> None:
    prices = (ModelPrice("claude", 1_000.0, 2_000.0),)
    basis = Basis(incident(), audience=Audience(prices=prices))
    plan = plan_pull_request(basis, diagnosed(), Proposal(VERIFIED, usage=(USAGE,))).plan
    assert plan
    headings = re.findall(r"^## (.+)$", plan.body, re.MULTILINE)

    assert headings == ["Cause", "Evidence", "Proof", "Risk", "The logged error"]
    assert "The failing line was last changed in" in plan.body
    assert "- What the tests named above do not cover was not checked." in plan.body
    assert "Price: $0.05." in plan.body


def test_the_reproduction_is_part_of_the_change() -> None:
    files = planned(Proposal(VERIFIED)).files

    assert [file.path for file in files] == ["shop/pricing.py", "tests/test_reproduction.py"]
    assert planned(Proposal(replace(VERIFIED, reproduction=None))).files == PATCH.files


@pytest.mark.parametrize(
    "said", ["[skip ci]", "***NO_CI***", "ENG-3", "GH-12", "https://git.example.com/a/b/issues/1", "[no ci]"]
)
def test_a_title_closes_nothing_and_skips_no_checks(said: str) -> None:
    title = planned(Proposal(VERIFIED), exception_type=f"Boom {said}").title

    assert said not in title
    assert title.startswith("Fix Boom ")


def test_a_hostile_log_cannot_mention_link_or_refer() -> None:
    plan = planned(Proposal(VERIFIED), lines=(HOSTILE,), exception_type=HOSTILE, log_group=HOSTILE)
    tokens = [part for token in MarkdownIt().parse(plan.body) for part in (token.children or [token])]
    read = "\n".join(token.content for token in tokens if token.type == "text")

    assert not re.search(r"[@#]\w", plan.title)
    assert not re.search(r"@\w|#\d|evil\.example", read)
    assert not [token for token in tokens if token.type.startswith(("html", "image"))]
    assert not [token for token in tokens if token.type == "link_open"]


def test_without_a_proof_there_is_no_plan_but_what_was_tried() -> None:
    attempt = Attempt(1, "-a\n+b\n", ("the tests still fail",))
    outcome = plan_pull_request(
        Basis(incident()), diagnosed(), Proposal(None, (attempt,), "-a\n+b\n", None, (USAGE,))
    )

    assert outcome.plan is None
    assert (outcome.attempts, outcome.diff, outcome.usage) == ((attempt,), "-a\n+b\n", (USAGE,))
