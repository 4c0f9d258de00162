"""Wrong answers are frozen without secrets and given again by the rules of today; and asked about offline."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lambda_image import operators, wire
from lambda_image.cli import app
from lambda_image.domain.case import Case
from lambda_image.domain.diagnosis import Confidence, DiagnosisDraft, DraftClaim, Fault
from lambda_image.domain.errors import InputRefused
from lambda_image.domain.notification import Basis, Outcome
from lambda_image.steps.cases import freeze, replay
from lambda_image.steps.decide import decide
from tests.evals.cases import cases, evaluate
from tests.fakes.events import incident
from tests.fakes.evidence import evidence
from tests.fakes.situations import CLAIMS

DRAFT = DiagnosisDraft(CLAIMS, Fault.CODE, ("P1.2",), ())
CORRECTION = "Carts expire after an hour, AKIA" + "Q" * 16


def answered() -> Outcome:
    """An answer about the shop."""
    return decide(Basis(incident(), evidence(), DRAFT))


def test_a_case_survives_its_file_holds_no_secret_and_is_given_again() -> None:
    frozen = freeze(answered(), CORRECTION)
    case = wire.decode(Case, wire.encode(frozen))
    again = replay(case)

    assert case == frozen
    assert "AKIA" not in wire.encode(case)
    assert (again.said, again.still) == (case.said, 2)
    assert again.confidence is case.confidence


def test_another_answer_to_the_same_evidence_is_measured_against_the_correction() -> None:
    case = freeze(answered(), "INFO pricing shows no items.")
    better = replace(DRAFT, claims=(DraftClaim("INFO pricing shows no items in the log.", ("L1", "P1.1")),))
    again = replay(case, better)

    assert (again.still, again.held) == (0, 1.0)
    assert replay(case).held < 1
    assert replay(case, replace(DRAFT, claims=())).confidence is Confidence.NOT_KNOWN


@pytest.mark.parametrize(
    ("stored", "correction"), [(answered(), " "), (replace(answered(), basis=None), "it was")]
)
def test_a_case_needs_a_correction_and_what_it_was_decided_from(stored: Outcome, correction: str) -> None:
    with pytest.raises(InputRefused):
        freeze(stored, correction)


def test_the_cases_of_this_repository_can_be_given_again() -> None:
    found = evaluate()

    assert found["cases"] == len(list(cases())) > 0
    assert all(row["then"] and row["correction"] for row in found["each"])


def test_a_kept_answer_is_asked_about_and_exported_on_the_command_line(tmp_path: Path) -> None:
    stored = answered()
    operators.traces_in(tmp_path).save(stored)
    kept, run = str(tmp_path / stored.thread_id), CliRunner().invoke
    asked = run(app, ["ask", kept, "what changed", "--json"])
    told = run(app, ["case", "export", kept, "--correction", "the cart", "--out", str(tmp_path), "--json"])
    (case,) = cases(tmp_path)

    assert "Ada" in asked.output
    assert json.loads(told.output)["file"] == str(tmp_path / f"{case.name}.json")
    assert (case.correction, case.said) == ("the cart", tuple(each.text for each in CLAIMS))


def test_without_a_folder_the_bucket_is_asked_for() -> None:
    refused = CliRunner().invoke(app, ["ask", "v1-a-1"])

    assert isinstance(refused.exception, InputRefused)
    assert "--bucket" in str(refused.exception)
