"""Stored answers on the command line: asked about, exported, and the cases of this repository given again."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from lambda_image.cli import app
from lambda_image.domain.diagnosis import DiagnosisDraft, Fault
from lambda_image.domain.errors import InputRefused
from lambda_image.domain.notification import Basis
from lambda_image.steps.telling.decide import decide
from lambda_image.wiring import operators
from tests.evals.cases import cases, evaluate
from tests.fakes.events import incident
from tests.fakes.evidence import evidence
from tests.fakes.situations import CLAIMS


def test_the_cases_of_this_repository_can_be_given_again() -> None:
    found = evaluate()

    assert found["cases"] == len(list(cases())) > 0
    assert all(row["correction"] for row in found["each"])


def test_a_kept_answer_is_asked_about_and_exported_on_the_command_line(tmp_path: Path) -> None:
    stored = decide(Basis(incident(), evidence(), DiagnosisDraft(CLAIMS, Fault.CODE, ("P1.2",), ())))
    operators.traces_in(tmp_path).save(stored)
    kept, run = str(tmp_path / stored.work_id), CliRunner().invoke
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
