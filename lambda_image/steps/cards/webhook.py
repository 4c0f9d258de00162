"""A card for whoever reads a webhook: as data, and once more as plain text.

Its text is untrusted as the card's is: a receiver makes it harmless in its own markup. Only a run with a
`url` is a link, and in `text` no address is one but those.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from lambda_image.domain.card import Card, Form, Line
from lambda_image.languages import voice
from lambda_image.steps.cards.email import email_messages
from lambda_image.steps.cards.pages import pages
from lambda_image.steps.words import messages
from lambda_image.steps.words.length import short

# What the fields below mean; it goes up with each change that a receiver would notice.
FORM = 1
# Of the sections as JSON.
ROOM = 60_000
TITLE_LIMIT, LEAD_LIMIT = 250, 1_000

Message = dict[str, Any]


def webhook_messages(card: Card) -> tuple[Message, ...]:
    """One message; what is longer than it is left out of it."""
    left_out = voice(card.language).line(messages.REST_LEFT_OUT)
    (page,) = pages(card.sections, ROOM, _cost, left_out, most=1)
    short_card = replace(
        card, sections=page, title=short(card.title, TITLE_LIMIT), lead=short(card.lead, LEAD_LIMIT)
    )
    told = asdict(short_card)
    del told["actions"]
    return ({"form": FORM, **told, "text": email_messages(short_card)[0].body},)


def _cost(line: Line, _form: Form) -> int:
    """Bytes, the characters of other scripts escaped."""
    return sum(len(json.dumps(asdict(run))) + 4 for run in line) + 60
