"""A stored trace holds all that its outcome was decided from, and today's rules decide the same from it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lambda_image.commands import replay_traces
from lambda_image.domain.errors import InputRefused, PermanentError
from lambda_image.domain.evidence import KnowledgeQuery, Passage
from lambda_image.domain.incident import Incident
from lambda_image.domain.notification import Basis, Outcome
from lambda_image.domain.prompt import Prompt
from lambda_image.pipeline import Tools, answer, mend
from lambda_image.settings import Settings
from lambda_image.steps.telling.compose_repair import compose_repair
from lambda_image.steps.telling.decide import decide_again
from lambda_image.wire import decode, encode
from tests.fakes.events import incident
from tests.fakes.reasoner import ScriptedReasoner

PAGE = Passage(
    "p1", "Pricing", "https://wiki/pricing", "1. Restart the pricing service.\n2. Look again.", 3.0
)
SAID = {
    "claims": [
        {
            "text": "It divides by zero: ZeroDivisionError.",
            "spans": ["L7"],
        },
        {"text": "The moon is made of cheese.", "spans": ["L1"]},
    ],
    "fault": "code",
    "steps": ["P1.1"],
}


class Pages:
    """Implements `Knowledge` with these passages."""

    def __init__(self, *passages: Passage) -> None:
        self._passages = passages

    def search(self, query: KnowledgeQuery, limit: int) -> tuple[Passage, ...]:
        """All of them."""
        return self._passages


def answered(ask: Any = lambda _: SAID) -> Outcome:
    """An answer, as it is read from its store."""
    outcome = answer(incident(), Tools(ScriptedReasoner(ask), Pages(PAGE), None))
    return decode(Outcome, encode(outcome))


def basis_of(outcome: Outcome) -> Basis:
    """What it was decided from."""
    assert outcome.basis
    return outcome.basis


def test_a_stored_answer_is_decided_again_as_it_was() -> None:
    stored = answered()

    assert decide_again(stored) == stored
    assert stored.diagnosis.dropped
    assert stored.notification


def test_a_stored_answer_replayed_through_the_fakes_gives_the_same_outcome() -> None:
    stored = answered()
    basis = basis_of(stored)
    assert basis.evidence
    draft = basis.draft
    assert draft
    said = {
        "claims": [{"text": claim.text, "spans": claim.span_ids} for claim in draft.claims],
        "fault": draft.fault,
        "steps": draft.step_ids,
    }
    tools = Tools(ScriptedReasoner(lambda _: said), Pages(*basis.evidence.passages), None)

    assert answer(basis.incident, tools) == stored


def test_an_answer_without_a_model_is_decided_again_too() -> None:
    def refuse(_: Prompt) -> Any:
        raise PermanentError("no model")

    stored = answered(refuse)

    assert decide_again(stored) == stored
    assert [gap.source for gap in stored.diagnosis.gaps if gap.source == "model"]


def test_a_stored_repair_gives_the_same_card() -> None:
    asked: Incident = incident()
    planned = mend(Basis(asked), answered(), Tools(ScriptedReasoner(), None, None))
    stored = decode(Outcome, encode(compose_repair(asked, planned)))

    assert decide_again(stored) == stored
    assert stored.notification


def test_a_file_is_told_with_the_verdict_of_todays_rules(tmp_path: Path) -> None:
    stored = answered()
    file = tmp_path / "respond.json"
    file.write_text(encode(stored))
    (row,) = replay_traces.rows(str(file), Settings())

    assert row["verdict"] == "the rules of today say the same"
    assert (row["differences"], row["prompt_is_current"]) == ([], True)
    assert row["notification"]["title"] in replay_traces.lines(row)


def test_rules_that_changed_since_are_shown_by_what_they_change(tmp_path: Path) -> None:
    stored = answered()
    notice = stored.notification
    assert notice
    basis = basis_of(stored)
    assert basis.draft
    old = replace(basis, draft=replace(basis.draft, prompt="diagnose@000000000000"))
    file = tmp_path / "respond.json"
    file.write_text(
        encode(replace(stored, notification=replace(notice, title="As it was\x1b[2J"), basis=old))
    )
    (row,) = replay_traces.rows(str(file), Settings())
    shown = replay_traces.lines(row)

    assert row["verdict"] == "the rules of today say something else:"
    assert any(line.startswith("-") and "As it was" in line for line in row["differences"])
    assert row["prompt_is_current"] is False
    assert "changed since" in shown
    assert "\x1b" not in shown


def test_a_trace_of_before_can_be_read_and_says_so(tmp_path: Path) -> None:
    fields = json.loads(encode(answered()))
    del fields["basis"]
    file = tmp_path / "respond.json"
    file.write_text(json.dumps(fields))
    (row,) = replay_traces.rows(str(file), Settings())

    assert "only be read" in row["verdict"]


def test_a_thread_needs_a_bucket() -> None:
    with pytest.raises(InputRefused, match="--bucket"):
        list(replay_traces.rows("v1-a-1", Settings()))
