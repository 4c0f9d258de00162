"""Wrong answers are frozen without secrets and given again by the rules of today."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambda_image import wire
from lambda_image.domain.case import Case
from lambda_image.domain.diagnosis import Confidence, DiagnosisDraft, DraftClaim, Fault
from lambda_image.domain.errors import InputRefused
from lambda_image.domain.notification import Basis, Outcome
from lambda_image.steps.cases import freeze, replay
from lambda_image.steps.telling.decide import decide
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
