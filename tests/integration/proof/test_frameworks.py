"""The proof by jest, vitest, mocha and Node's own tests, in JavaScript and TypeScript."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest

from lambda_image.adapters.sandbox import levels
from lambda_image.adapters.sandbox.workspace import open_workspace
from lambda_image.domain.patch import Proof, Reproduction, VerifyRequest
from lambda_image.steps.proof.javascript.runner import RUNNER
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.repairing.verify import verify
from tests.integration.proof.frameworks import BREAKING, FIXED, KINDS, Kind
from tests.integration.sandbox.trees import tar_of

# `make test-sandbox` installs it, where npm is.
INSTALLED = Path(__file__).parents[3] / "build" / "node"
pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        shutil.which("node") is None or not (INSTALLED / "ready").exists(),
        reason="needs node, and make build/node/ready",
    ),
]


def reproduction(kind: Kind) -> Reproduction:
    """Where it is asked for, loading the function as it is told to."""
    asked = RUNNER.asked(Tree.of(tar_of(kind.tree())), kind.broken, "total", "x1")
    assert asked
    assert asked.framework == kind.framework
    load = asked.instruction.rpartition("function with ")[2].partition("'")[2].partition("'")[0]
    return Reproduction(asked.path, kind.test.format(cart="{}", value=0, load=load))


def proof(request: VerifyRequest, level: str | None = None) -> Proof:
    """With what is installed beside the made repository."""
    return verify(request, partial(open_workspace, level=level, installed=INSTALLED))


@pytest.mark.parametrize("name", KINDS)
def test_red_before_and_green_after_is_a_proof(name: str) -> None:
    kind = KINDS[name]
    found = proof(kind.request(FIXED, reproduction(kind)))

    assert (found.reasons, found.verdict, found.gaps) == ((), "proved", ())
    assert found.red
    assert found.green
    assert (len(found.red.failed), found.red.passed) == (1, 1)
    assert (found.green.failed, found.green.passed) == ((), 2)


@pytest.mark.parametrize("name", ["jest", "vitest", "mocha with ts-node"])
def test_a_change_that_breaks_another_test_is_no_proof(name: str) -> None:
    kind = KINDS[name]
    found = proof(kind.request(BREAKING, reproduction(kind)))

    assert found.verdict == "not proved"
    assert len(found.newly_red) == 1
    assert "the change breaks" in found.reasons[0]


@pytest.mark.parametrize("level", [name for name in levels.LEVELS if levels.works(name)])
def test_every_level_runs_vitest(level: str) -> None:
    kind = KINDS["vitest"]
    found = proof(kind.request(FIXED, reproduction(kind)), level)

    assert (found.reasons, found.verdict) == ((), "proved")
