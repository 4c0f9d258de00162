"""A card as an e-mail in plain text. Mail programs make links of all that looks like one, in quotes too.

Limits: Amazon SNS API Reference, Publish: a subject has fewer than 100 characters of ASCII, a message
262,144 bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lambda_image.domain.card import Block, Card, Form, Line, Section, words
from lambda_image.languages import voice
from lambda_image.steps import messages
from lambda_image.steps.cards.pages import pages
from lambda_image.steps.escape import URL, defanged
from lambda_image.steps.length import cut

SUBJECT_LIMIT, BODY_BYTES = 99, 200_000


@dataclass(frozen=True, slots=True)
class Email:
    """One message. `subject` is one line of ASCII."""

    subject: str
    body: str


def email_messages(card: Card) -> tuple[Email, ...]:
    """One e-mail; what is longer than one is left out of it."""
    say = voice(card.language)
    allowed = frozenset(run.url for line in _lines(card) for run in line if run.url)
    left_out = say.line(messages.REST_LEFT_OUT)
    (page,) = pages(card.sections, BODY_BYTES, _cost, left_out, most=1)
    told = [card.title, *("\n".join(_section(section, allowed)) for section in page)]
    body = "\n\n".join(told)
    if body != "\n\n".join([card.title, *("\n".join(_section(section, None)) for section in page)]):
        body += f"\n\n{say.say(messages.DEFANGED)}"
    return (Email(_subject(card), body + "\n"),)


def _lines(card: Card) -> Iterator[Line]:
    return (line for section in card.sections for block in section.blocks for line in block.lines)


def _subject(card: Card) -> str:
    shown = re.sub(r"[^ -~]", "?", card.title)
    return (
        cut(shown, SUBJECT_LIMIT).replace("\u2026", "...")[:SUBJECT_LIMIT]
        if shown.strip("? ")
        else card.event_type
    )


def _section(section: Section, allowed: frozenset[str] | None) -> Iterator[str]:
    if section.heading:
        yield section.heading
        yield "-" * min(len(section.heading), 40)
    for block in section.blocks:
        yield from _block(block, allowed)


def _block(block: Block, allowed: frozenset[str] | None) -> Iterator[str]:
    for line in block.lines:
        text = _harmless(words(line), allowed)
        if block.form is Form.LISTING:
            yield from ("    " + each for each in text.split("\n"))
            continue
        yield ("* " if block.form is Form.ITEMS else "") + text
        yield from (f"    {url}" for url in _beside(line))


def _beside(line: Line) -> tuple[str, ...]:
    """The addresses that the text of the line does not show; those of numbers stand at their evidence."""
    marks = [run for run in line[1:] if run.url and re.fullmatch(r"\[\d+\]", run.text)]
    urls = dict.fromkeys(run.url for run in line if run.url and run.url != run.text)
    return () if marks else tuple(urls)


def _harmless(text: str, allowed: frozenset[str] | None) -> str:
    if allowed is None:
        return text
    return URL.sub(
        lambda found: found[0] if found[0].rstrip(".,;:!?") in allowed else defanged(found[0]), text
    )


def _cost(line: Line, form: Form) -> int:
    """Bytes; a defanged address is a little longer than it was."""
    return len(words(line).encode()) * 2 + sum(len(run.url) + 6 for run in line) + 8
