"""The proof in the languages whose toolchain is on this machine: red, green, and what is no proof."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lambda_image.adapters.sandbox import levels
from lambda_image.adapters.sandbox.workspace import open_workspace
from lambda_image.domain.patch import Proof, VerifyRequest
from lambda_image.steps.repairing.verify import verify
from tests.integration.proof.samples import SAMPLES, Sample

pytestmark = pytest.mark.timeout(300)
JUNIT = Path.home() / ".m2/repository/junit/junit/4.13.2/junit-4.13.2.jar"


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> Sample:
    """Each language that can be run here."""
    found = SAMPLES[request.param]
    if shutil.which(found.tool) is None:
        pytest.skip(f"needs {found.tool}")
    if found.tool == "mvn" and not JUNIT.exists():
        pytest.skip("needs JUnit in Maven's local repository")
    return found


def proof(request: VerifyRequest) -> Proof:
    """At the best level of this machine."""
    return verify(request, open_workspace)


def test_red_before_and_green_after_is_a_proof(sample: Sample) -> None:
    found = proof(sample.request(sample.mended))

    assert (found.reasons, found.verdict, found.gaps) == ((), "proved", ())
    assert found.red
    assert found.green
    assert len(found.red.failed) == 1
    assert found.green.failed == ()
    assert found.green.passed > found.red.passed


def test_a_change_that_breaks_another_test_is_no_proof(sample: Sample) -> None:
    found = proof(sample.request(sample.breaking))

    assert found.verdict == "not proved"
    assert len(found.newly_red) == 1
    assert "the change breaks" in found.reasons[0]


def test_what_cannot_be_read_is_no_proof(sample: Sample) -> None:
    assert proof(sample.request(sample.unreadable)).verdict != "proved"


def test_a_test_that_fails_by_itself_shows_nothing(sample: Sample) -> None:
    found = proof(sample.request(None, sample.other))

    assert found.verdict == "not proved"
    assert f"not with {sample.exception}" in found.reasons[0]


@pytest.mark.parametrize("level", [name for name in levels.LEVELS if levels.works(name)])
def test_every_level_runs_node(level: str) -> None:
    node = SAMPLES["javascript"]
    if shutil.which("node") is None:
        pytest.skip("needs node")
    found = verify(node.request(node.mended), lambda archive: open_workspace(archive, level=level))

    assert (found.reasons, found.verdict) == ((), "proved")
