"""A ledger with room for a few, and time that the test moves."""

from __future__ import annotations

import pytest

from lambda_image.domain.noise import NoisePolicy
from tests.contract.office import LIMITS, top_of_an_hour
from tests.fakes.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    """Time that the test moves."""
    return top_of_an_hour()


@pytest.fixture
def policy() -> NoisePolicy:
    """Room for a few."""
    return LIMITS
