"""The languages of the cards: catalogues, and a voice that speaks with them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice


@cache
def voice(language: str = "en") -> Voice:
    """The voice of a language. Raises ConfigurationError for one that has no catalogue."""
    # Babel waits for the first card: `intake` imports the steps and composes none.
    from lambda_image.languages.speech import Voice  # noqa: PLC0415

    return Voice(language)


def mark(message: str) -> str:
    """The message itself, which is thereby known to belong into the catalogues."""
    return message
