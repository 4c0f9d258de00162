"""What a question is about; anything that is not plain is left to a model."""

from __future__ import annotations

import pytest

from lambda_image.steps.questions.topic import Topic, topic


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("", Topic.WHY),
        ("?!", Topic.WHY),
        ("why do you think so", Topic.WHY),
        ("How sure are you about that?", Topic.WHY),
        ("what's the evidence", Topic.WHY),
        ("show me the code", Topic.CODE),
        ("Which line is it?", Topic.CODE),
        ("what changed", Topic.CHANGED),
        ("Who changed this code last, and why?", Topic.CHANGED),
        ("what was deployed recently", Topic.CHANGED),
        ("explain it for a manager, please", Topic.MANAGER),
        ("why does the queue fill up at night", Topic.FREE),
        ("what is this", Topic.FREE),
        ("show me the code of the payment service", Topic.FREE),
        ("왜 실패했나요", Topic.FREE),
        ("error 500 why", Topic.FREE),
    ],
)
def test_a_question_is_plain_only_where_every_word_of_it_is(question: str, about: Topic) -> None:
    assert topic(question) is about
