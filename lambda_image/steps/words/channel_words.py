"""What channels beside the topic say themselves: buttons, the newest state, quiet hours; see `languages`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_image.domain.action import Verb
from lambda_image.domain.card import Line, words
from lambda_image.languages import mark

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice

NEWEST = mark("Newest: {said}")
WORST_KEPT = mark("The worst")
BUTTONS = {
    Verb.ANALYSE: mark("Analyse again"),
    Verb.MUTE: mark("Mute for a day"),
    Verb.WRONG: mark("Wrong answer"),
    Verb.WORKED: mark("This worked"),
    Verb.REPAIR: mark("Open pull request"),
}


def while_quiet(say: Voice, count: int) -> str:
    """The title of what a channel hears of when its quiet hours are over."""
    return words(
        say.counted("{number} message in the quiet hours", "{number} messages in the quiet hours", count)
    )


def kept(say: Voice, count: int, hours: tuple[int, int]) -> Line:
    """What it says first; the hours in ms since the epoch."""
    began, closes = (say.when(each) for each in hours)
    return say.counted(
        "{number} message that was not urgent was kept from {began} to {closes}.",
        "{number} messages that were not urgent were kept from {began} to {closes}.",
        count,
        began=began,
        closes=closes,
    )
