"""A card as messages for a Teams webhook: Adaptive Cards of plain runs, in which nothing is Markdown.

Limits: Microsoft Teams, "Create incoming webhooks with Workflows": 28 KB for a message, all of it. Schema:
Adaptive Cards 1.4, adaptivecards.io.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from lambda_image.domain.card import Block, Card, Form, Line, Run, Section, Style
from lambda_image.languages import voice
from lambda_image.steps.cards.pages import pages
from lambda_image.steps.words import messages
from lambda_image.steps.words.escape import quiet
from lambda_image.steps.words.length import short

MESSAGE_BYTES = 28_000
TITLE_LIMIT, SUMMARY_LIMIT = 200, 250
# Bytes for all that stands around the sections, their title and summary.
FRAME = 3_500
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"

Message = dict[str, Any]


def teams_messages(card: Card) -> tuple[Message, ...]:
    """The bodies for a Workflows webhook, in order; it knows no threads, so each has the title."""
    left_out = voice(card.language).line(messages.REST_LEFT_OUT)
    laid = pages(card.sections, MESSAGE_BYTES - FRAME, _cost, left_out)
    return tuple(_message(card, number, len(laid), page) for number, page in enumerate(laid, start=1))


def _message(card: Card, number: int, count: int, page: tuple[Section, ...]) -> Message:
    title = quiet(short(card.title, TITLE_LIMIT)) or card.event_type
    title = title if count == 1 else f"{title} ({number}/{count})"
    body = [_text((Run(title),), size="Large", weight="Bolder")]
    for section in page:
        body += _section(section)
    content = {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": card.language,
        "fallbackText": quiet(short(card.lead, SUMMARY_LIMIT)) or title,
        "msteams": {"width": "Full"},
        "body": body,
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": content,
    }
    return {"type": "message", "summary": title, "attachments": [attachment]}


def _section(section: Section) -> Iterator[dict[str, Any]]:
    heading = [(Run(section.heading, Style.STRONG),)] if section.heading else []
    shown = [_text(line) for line in heading]
    for block in section.blocks:
        shown += _block(block)
    for at, each in enumerate(shown):
        yield each | {"spacing": "Small" if at else "Medium", "separator": at == 0}


def _block(block: Block) -> Iterator[dict[str, Any]]:
    if block.form is Form.LISTING:
        code = "".join(run.text for line in block.lines for run in line)
        lines = [_text((Run(line or " ", Style.CODE),)) | {"spacing": "None"} for line in code.split("\n")]
        yield {"type": "Container", "style": "emphasis", "items": lines}
        return
    mark = [Run("\u2022 ")] if block.form is Form.ITEMS else []
    yield from (_text((*mark, *line)) for line in block.lines)


def _text(line: Iterable[Run], **looks: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [_inline(run, looks) for run in line]}


def _inline(run: Run, looks: dict[str, str]) -> dict[str, Any]:
    styled = {Style.STRONG: {"weight": "Bolder"}, Style.CODE: {"fontType": "Monospace"}}.get(run.style, {})
    leads = {"selectAction": {"type": "Action.OpenUrl", "url": run.url}} if run.url else {}
    return {"type": "TextRun", "text": quiet(run.text), **looks, **styled, **leads}


def _cost(line: Line, form: Form) -> int:
    """Bytes, the characters of other scripts escaped as JSON may have them."""
    return sum(len(json.dumps(each)) + 40 for each in _block(Block(form, (line,))))
