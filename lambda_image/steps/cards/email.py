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
from lambda_image.steps.cards.pages import pages
from lambda_image.steps.words import messages
from lambda_image.steps.words.escape import inert
from lambda_image.steps.words.length import short

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
    body = "\n\n".join([inert(card.title), *("\n".join(_section(section, allowed)) for section in page)])
    if "[:]" in body or "[.]" in body:
        body += f"\n\n{say.say(messages.DEFANGED)}"
    return (Email(_subject(card), body + "\n"),)


def _lines(card: Card) -> Iterator[Line]:
    return (line for section in card.sections for block in section.blocks for line in block.lines)


def _subject(card: Card) -> str:
    shown = re.sub(r"[^ -~]", "?", short(card.title, SUBJECT_LIMIT))
    return shown if shown.strip("? ") else card.event_type


def _section(section: Section, allowed: frozenset[str]) -> Iterator[str]:
    if section.heading:
        yield section.heading
        yield "-" * min(len(section.heading), 40)
    for block in section.blocks:
        yield from _block(block, allowed)


def _block(block: Block, allowed: frozenset[str]) -> Iterator[str]:
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


def _harmless(text: str, allowed: frozenset[str]) -> str:
    """The text with no address in it but those that are allowed."""
    if not allowed:
        return inert(text)
    known = "|".join(re.escape(url) for url in sorted(allowed, key=len, reverse=True))
    # What goes on behind an allowed address would be another one.
    whole = rf"(?<![^\s\"'(])(?:{known})(?=[.,;:!?]*(?:[\s\"')]|$))"
    at, pieces = 0, []
    for found in re.finditer(whole, text):
        pieces += [inert(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join((*pieces, inert(text[at:])))


def _cost(line: Line, _form: Form) -> int:
    """Bytes; a defanged address is a little longer than it was."""
    return len(words(line).encode()) * 2 + sum(len(run.url) + 6 for run in line) + 8
