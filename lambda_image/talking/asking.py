"""What people ask in the thread of a card by mentioning the Slack app: a request as a button makes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lambda_image.domain.action import Verb
from lambda_image.ports import Clock
from lambda_image.steps.action_token import sign
from lambda_image.steps.words.length import cut
from lambda_image.talking.chat import MENTIONED

# Seconds in which `chat` has to be asked.
SOON = 300
# Characters.
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Asking:
    """Signs for what was asked, because Slack signed that it was, and has `chat` answer by `press`."""

    press: Callable[[str, str], str]
    key: Callable[[], str]
    clock: Clock

    def __call__(self, thread_id: str, text: str) -> str:
        """The answer to these words. Raises TransientError and PermanentError."""
        verb, words = Verb.ASK, text
        for each, begins in MENTIONED.items():
            if text.lower().startswith(begins):
                verb, words = each, text[len(begins) :].strip()
        expires = self.clock.now() // 1_000 + SOON
        token = sign(verb, thread_id, expires, self.key().encode())
        return self.press(verb, f"{token} {cut(words, LONGEST)}".strip())
