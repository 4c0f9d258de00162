"""The words of a description that find a problem."""

from __future__ import annotations

import re

from lambda_image.steps.questions.vocabulary import fillers, folded

# Words that are asked for; with more, nearly every line fits.
ASKED = 6
# Shorter words say too little.
_WORD = re.compile(r"[^\W_]\w{2,39}")


def words(text: str) -> frozenset[str]:
    """What a description and a title may share."""
    return frozenset(each.lower() for each in _telling(text))


def sought(description: str) -> tuple[str, ...]:
    """The words that tell most: names first, as code spells them, then the longest."""
    found = dict.fromkeys(_telling(description))
    return tuple(sorted(found, key=lambda each: (each.islower(), -len(each)))[:ASKED])


def _telling(text: str) -> list[str]:
    return [each for each in _WORD.findall(text) if folded(each) not in fillers()]
