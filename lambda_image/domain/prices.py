"""What a model's tokens cost, by the price table of the setting `prices`; nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable

from lambda_image.domain.audit import ModelPrice
from lambda_image.domain.diagnosis import Usage

MILLION = 1_000_000


def price(usage: Iterable[Usage], prices: tuple[ModelPrice, ...]) -> float | None:
    """US dollars; None where one of the models has no price."""
    total = 0.0
    for each in usage:
        known = next((one for one in prices if each.engine.endswith(one.model)), None)
        if known is None:
            return None
        total += (each.input_tokens * known.read + each.output_tokens * known.written) / MILLION
    return total
