"""Whatever a log, a page or a model says, each client takes the messages, and nothing in them is live."""

from __future__ import annotations

import pytest

from tests.fakes.clients import faults
from tests.fakes.incidents import generated

CARDS, LOT = 40, 10


@pytest.mark.parametrize("first", range(0, CARDS, LOT))
def test_every_generated_card_is_fit_for_every_client(first: int) -> None:
    wrong = {}
    for seed in range(first, first + LOT):
        made = generated(seed)
        assert made.outcome.card
        if found := faults(made.outcome.card, made.outcome.messages, made.allowed, made.client):
            wrong[seed] = found[:3]

    assert not wrong
