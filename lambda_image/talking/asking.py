"""What people ask in the thread of a card by mentioning the Slack app: a request as a button makes one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lambda_image.domain.action import Verb
from lambda_image.domain.card import Said
from lambda_image.domain.incident import FINGERPRINT
from lambda_image.ports import Clock
from lambda_image.steps.action_token import sign
from lambda_image.steps.words.length import cut
from lambda_image.talking.chat import MENTIONED

# Seconds in which `chat` has to be asked.
SOON = 300
# Characters.
LONGEST = 2_000
_FORMS = {
    Verb.WRONG: r"(.*)",
    Verb.SNOOZE: r"((?:\s.*)?)",
    Verb.MERGE: rf"\s(?:.*\s)?`?({FINGERPRINT.pattern})`?",
    Verb.SPLIT: r"((?:\sagain)?)",
}
_COMMANDS = {
    verb: re.compile(re.escape(MENTIONED[verb]) + form, re.IGNORECASE | re.DOTALL)
    for verb, form in _FORMS.items()
}


@dataclass(frozen=True, slots=True)
class Asking:
    """Signs for what was asked, because Slack signed that it was, and has `chat` answer by `press`."""

    press: Callable[[str, str, str], Said]
    key: Callable[[], str]
    clock: Clock

    def __call__(self, thread_id: str, text: str, by: str) -> Said:
        """The answer to these words of somebody. Raises TransientError and PermanentError."""
        verb, words = wanted(text)
        expires = self.clock.now() // 1_000 + SOON
        token = sign(verb, thread_id, expires, self.key().encode())
        return self.press(verb, f"{token} {cut(words, LONGEST)}".strip(), by)


def wanted(text: str) -> tuple[Verb, str]:
    """What words ask for: one of the commands, in its form, or else it is a question."""
    for verb, form in _COMMANDS.items():
        if found := form.fullmatch(text):
            return verb, found[1].strip()
    return Verb.ASK, text
