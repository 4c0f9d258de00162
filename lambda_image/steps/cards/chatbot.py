"""A card as messages for AWS Chatbot, whose Markdown is that of Slack or Teams, or of both at once.

Slack and Teams share neither bold type nor links with words. Where both may read the topic, a heading is a
line that ends in a colon, and an address is written out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lambda_image.domain.card import Block, Card, Form, Line, Part, Run, Section, Style, text, words
from lambda_image.domain.notification import (
    DESCRIPTION_LIMIT,
    KEYWORD_LIMIT,
    NEXT_STEP_LIMIT,
    TITLE_LIMIT,
    Notification,
)
from lambda_image.languages import voice
from lambda_image.steps.cards.pages import pages
from lambda_image.steps.words import messages
from lambda_image.steps.words.escape import code, entities, fence, inert, label, running
from lambda_image.steps.words.length import cut, short, size

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice

SUMMARY_LIMIT = 250
LETTERS = "ABCDEFGH"
# Within the words of a link they would end them.
_BRACKETS = str.maketrans("[]", "()")
_NUMBER = re.compile(r"\[\d+\]")


def notifications(card: Card, client: str = "") -> tuple[Notification, ...]:
    """The messages that a card makes, all in one thread, in the Markdown of one `client` or of both."""
    say = voice(card.language)
    steps, sections = _with_steps(card, client)
    room = DESCRIPTION_LIMIT - 2
    laid = pages(
        sections, room, lambda line, form: _cost(line, form, client), say.line(messages.REST_LEFT_OUT)
    )
    return tuple(
        _message(card, number, len(laid), page, client, steps) for number, page in enumerate(laid, 1)
    )


def markdown(sections: Iterable[Section], client: str, say: Voice) -> str:
    """The sections as text of the client. An address is written out once, below the answer if it can be."""
    told = tuple(sections)
    elsewhere = (each for each in told if each.part is not Part.ANSWER)
    later = {
        url for each in elsewhere for block in each.blocks for line in block.lines for url in _addresses(line)
    }
    written: set[str] = set()
    # Markdown takes a line's end for a blank, unless two blanks stand before it.
    end = "  \n" if client == "teams" else "\n"
    return "\n\n".join(end.join(_section(each, client, say, (later, written))) for each in told)


def _message(
    card: Card, number: int, count: int, page: tuple[Section, ...], client: str, steps: tuple[str, ...]
) -> Notification:
    first = number == 1
    title = short(label(card.title), TITLE_LIMIT - 8)
    return Notification(
        id=card.message_id(number),
        fingerprint=card.fingerprint,
        thread_id=card.thread_id,
        event_type=card.event_type,
        title=title if count == 1 else f"{title} ({number}/{count})",
        description=markdown(page, client, voice(card.language)) or title or card.event_type,
        next_steps=steps if first else (),
        keywords=_keywords(card) if first else (),
        summary=short(label(card.lead), SUMMARY_LIMIT) if first else "",
        related_resources=card.resources,
        actions=card.actions if first else (),
    )


def _keywords(card: Card) -> tuple[str, ...]:
    return tuple(dict.fromkeys(short(label(word), KEYWORD_LIMIT) for word in card.keywords))


def _section(section: Section, client: str, say: Voice, known: tuple[set[str], set[str]]) -> Iterator[str]:
    later, written = known
    if section.heading:
        heading = line((Run(section.heading, Style.STRONG),), client)
        yield heading if client else words(say.line(messages.HEADING, heading=heading))
    for block in section.blocks:
        for each in block.lines:
            urls = [] if client else [url for url in _addresses(each) if url not in written]
            urls = [url for url in urls if section.part is not Part.ANSWER or url not in later]
            yield " ".join((_shown(each, block.form, client), *urls))
            written.update(urls)


def _shown(of: Line, form: Form, client: str) -> str:
    if form is Form.LISTING:
        return fence("".join(run.text for run in of))
    return ("\u2022 " if form is Form.ITEMS else "") + line(of, client)


def _cost(of: Line, form: Form, client: str) -> int:
    written = "" if client else " ".join(("", *_addresses(of)))
    return size(_shown(of, form, client) + written) + 4


def _addresses(of: Line) -> list[str]:
    """Where a line leads, each once; for a number in running text see its evidence."""
    if any(run.url and _NUMBER.fullmatch(run.text) for run in of[1:]):
        return []
    return [entities(url) for url in dict.fromkeys(run.url for run in of if run.url and run.url != run.text)]


def line(of: Line, client: str = "") -> str:
    """One line as Markdown; what leads somewhere is only marked so where the client is known."""
    shown = "".join(_run(run, client, opening=at == 0) for at, run in enumerate(of))
    # Two pieces of code side by side would read as one with doubled marks.
    return shown.replace("``", "` `")


def _run(run: Run, client: str, *, opening: bool) -> str:
    if run.style is Style.STRONG:
        marks = {"slack": "*", "teams": "**"}.get(client, "")
        said = running(run.text, opening=False)
        return f"{marks}{said}{marks}"
    if run.url and run.url == run.text:
        return entities(run.url)
    if run.url and client:
        return _link(run, client)
    return code(run.text) if run.style is Style.CODE else running(run.text, opening=opening)


def _link(run: Run, client: str) -> str:
    said = label(inert(run.text)).replace("|", "/")
    if not _NUMBER.fullmatch(said):
        said = said.translate(_BRACKETS)
    return f"<{entities(run.url)}|{said}>" if client == "slack" else f"[{said}]({entities(run.url)})"


def _with_steps(card: Card, client: str) -> tuple[tuple[str, ...], tuple[Section, ...]]:
    """The steps in their own field, and the sections with the commands that are too long for it."""
    section, say = card.part(Part.STEPS), voice(card.language)
    if section is None:
        return (), card.sections
    steps: dict[str, None] = {}
    blocks: list[Block] = []
    for block in section.blocks:
        if block.form is Form.TEXT:
            blocks.append(block)
            continue
        for each in block.lines:
            shown = _shown(each, block.form, client).removeprefix("\u2022 ")
            if block.form is Form.LISTING or (size(shown) > NEXT_STEP_LIMIT and each[0].style is Style.CODE):
                letter = LETTERS[sum(one.form is Form.LISTING for one in blocks) % len(LETTERS)]
                blocks += [text(say.line(messages.COMMANDS, letter=letter)), Block(Form.LISTING, (each,))]
                shown = line(say.line(messages.STEPS_BELOW, letter=letter), client)
            steps[cut(shown, NEXT_STEP_LIMIT)] = None
    # The client puts a heading of its own above the steps.
    told = Section(Part.STEPS, "", tuple(blocks))
    return tuple(steps), tuple(told if each is section else each for each in card.sections)
