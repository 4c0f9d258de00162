"""What a question is about: a plain one is answered by code, any other by a model or not at all."""

from __future__ import annotations

import re
from enum import StrEnum


class Topic(StrEnum):
    """What can be asked without a model, and everything else."""

    MANAGER = "manager"
    CHANGED = "changed"
    CODE = "code"
    WHY = "why"
    FREE = "free"


# The first that is named counts: "why did the code change" is about the change.
_WORDS = {
    Topic.MANAGER: "manager managers boss management simply simple plainly plain layman",
    Topic.CHANGED: "changed change changes changing commit commits committed deploy deployed deployment diff"
    " modified touched",
    Topic.CODE: "code source line lines function snippet file files",
    Topic.WHY: "why reason reasons cause caused causes evidence proof sure confident confidence think believe"
    " know broke broken fail failed failing happened wrong",
}
TOPICS = {topic: frozenset(words.split()) for topic, words in _WORDS.items()}
# Words that say nothing about what is asked.
FILLER = frozenset(
    """a about an and answer are be been by can could did do does exactly explain
    explanation for from give had has have hello hi how i in is it its just last lately let
    like me my now of off on or our please problem recently s same see show so t tell that
    the their them there these they this those to today us want was we were what when where
    which who will with words would you your""".split()  # noqa: SIM905 - a list hides them
)


def topic(question: str) -> Topic:
    """What it is about; nothing asks why. A word that is neither of a topic nor filler makes it free."""
    words = re.findall(r"[^\W\d_]+|\d+", question.lower())
    if not words:
        return Topic.WHY
    named = [each for each, known in TOPICS.items() if known.intersection(words)]
    plain = FILLER.union(*TOPICS.values()).issuperset(words)
    return named[0] if named and plain else Topic.FREE
