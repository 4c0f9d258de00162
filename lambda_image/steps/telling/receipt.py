"""Compose the receipt of a day: how much came, how much was said of it, and what was held back and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lambda_image.domain.card import ANYBODY, Audience, Card, Line, Part, items, section, text, words
from lambda_image.domain.incident import Tally, Task
from lambda_image.domain.noise import WAITING, Digest, State
from lambda_image.domain.notification import Outcome
from lambda_image.languages import mark, voice
from lambda_image.steps.reading.detect import CONTROL_MESSAGE, NOT_AN_ERROR
from lambda_image.steps.reading.policy import EXCLUDED, EXCLUDED_GROUP, NOT_INCLUDED, OUTSIDE, OWN_LOG_GROUP
from lambda_image.steps.telling.compose import with_card
from lambda_image.steps.telling.notice import UNDIAGNOSED
from lambda_image.steps.words import messages

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice

# The rules of the ledger in words; those by pattern, of which there may be many, as one.
RULES: dict[str, str] = {
    State.KNOWN: mark("of problems that were told before"),
    WAITING: mark("of problems that are being answered"),
    State.HELD: mark("of new problems that stand in a digest"),
    State.MUTED: mark("of problems that somebody muted"),
    NOT_AN_ERROR: mark("no error"),
    CONTROL_MESSAGE: mark("control messages of CloudWatch Logs"),
    OWN_LOG_GROUP: mark("from log groups of Tracemend itself"),
    EXCLUDED_GROUP: mark("from log groups that were left out"),
    EXCLUDED: mark("left out by a pattern"),
    NOT_INCLUDED: mark("not asked for by any pattern"),
    OUTSIDE: mark("outside the pattern of their log group"),
}


def compose_receipt(digest: Digest, tally: Tally, audience: Audience = ANYBODY) -> Outcome:
    """One message about the day that is over; it needs no model."""
    say = voice(audience.language)
    came, told = messages.log_records(say, tally.records), _messages(say, tally.told)
    held = _held(say, tally)
    answer = say.line(
        "{records} came, {messages} went out. Each record is counted once:", records=came, messages=told
    )
    shown = say.line("{records}: shown in cards", records=messages.log_records(say, tally.shown))
    card = Card(
        id=f"{digest.thread_id}-{Task.DIGEST}",
        fingerprint=digest.fingerprint,
        thread_id=digest.thread_id,
        event_type=f"tracemend.{Task.DIGEST}",
        language=audience.language,
        title=words(
            say.line("{day}: {records}, {messages}", day=say.day(digest.began), records=came, messages=told)
        ),
        lead=" \u00b7 ".join(words(each) for each in held[:3]) or words(shown),
        sections=(section(Part.ANSWER, "", text(answer), items(shown, *held)),),
    )
    outcome = Outcome(digest.fingerprint, digest.thread_id, Task.DIGEST, UNDIAGNOSED)
    return with_card(outcome, card, audience)


def _messages(say: Voice, number: int) -> Line:
    return say.counted("{number} message", "{number} messages", number)


def _held(say: Voice, tally: Tally) -> tuple[Line, ...]:
    """What each rule held back, the most first."""
    counts: Counter[str] = Counter()
    for rule, number in tally.suppressed.items():
        counts[EXCLUDED if rule.startswith(EXCLUDED) else rule] += number
    return tuple(
        say.line(
            "{records}: {rule}",
            records=messages.log_records(say, number),
            rule=say.say(RULES.get(rule, rule)),
        )
        for rule, number in counts.most_common()
    )
