"""What a question is about: a plain one is answered by code, any other by a model or not at all."""

from __future__ import annotations

from enum import StrEnum

from lambda_image.steps.questions.vocabulary import vocabularies, words_of


class Topic(StrEnum):
    """What can be asked without a model, and everything else."""

    MANAGER = "manager"
    CHANGED = "changed"
    STEPS = "steps"
    CODE = "code"
    WHY = "why"
    WHOM = "whom"
    SINCE = "since"
    FREE = "free"


# By their names in words.toml. The first that is named counts: "why did the code change" is about the change,
# and "since when does it fail" about the time.
_ORDER = {each: each for each in Topic if each is not Topic.FREE} | {"fails": Topic.WHY}


def topic(question: str) -> Topic:
    """What it is about, in any language of the cards; nothing asks why.

    A word that is neither of a topic nor filler, in the language of the others, makes it free.
    """
    words = words_of(question)
    if not words:
        return Topic.WHY
    for vocabulary in vocabularies():
        if named := vocabulary.topics(words):
            return next(about for name, about in _ORDER.items() if name in named)
    return Topic.FREE
