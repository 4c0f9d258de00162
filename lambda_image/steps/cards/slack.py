"""A card as messages of Slack's Web API: rich text, in which nothing is markup and only a link is a link.

Limits: Slack API reference, "Blocks", "rich_text" and `chat.postMessage`; that all blocks together may hold
about 13,000 characters stands nowhere and was met in practice (`msg_blocks_too_long`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any

from lambda_image.domain.card import Block, Card, Form, Line, Run, Said, Section, Style, words
from lambda_image.languages import voice
from lambda_image.steps.cards.pages import pages
from lambda_image.steps.words import channel_words, messages
from lambda_image.steps.words.escape import label, plain, quiet
from lambda_image.steps.words.length import short, size

HEADER_LIMIT, TEXT_LIMIT, BELOW = 150, 3_900, 3_000
STATE, STATE_LIMIT = "tracemend-state", 300
# Of all blocks together, as JSON.
ROOM = 11_500
MENTIONLESS = {"link_names": False, "unfurl_links": False, "unfurl_media": False, "parse": "none"}

Message = dict[str, Any]


def slack_messages(card: Card, tokens: Mapping[str, str] = MappingProxyType({})) -> tuple[Message, ...]:
    """The bodies of `chat.postMessage`, in order; who posts them adds the channel and the thread.

    The first has a button for each of the card's actions that has a token, by its verb.
    """
    left_out = voice(card.language).line(messages.REST_LEFT_OUT)
    laid = pages(card.sections, ROOM, _cost, left_out)
    first, *more = (_message(card, number, len(laid), page) for number, page in enumerate(laid, start=1))
    first["blocks"] += _buttons(card, tokens)
    return (first, *more)


def reply_messages(said: Said) -> tuple[Message, ...]:
    """The same for an answer in a thread: its card, with the words below it, or the words alone."""
    below = plain(said.text)
    if said.card is None:
        return ({"text": below, **MENTIONLESS},)
    *before, last = slack_messages(said.card)
    if below:
        last["blocks"].append({"type": "section", "text": {"type": "mrkdwn", "text": short(below, BELOW)}})
    return (*before, last)


def renewed(blocks: Sequence[Message], card: Card) -> list[Message]:
    """The blocks of a thread's first message with the newest state of its problem, which this card tells."""
    said = words(voice(card.language).line(channel_words.NEWEST, said=quiet(card.lead)))
    state = {
        "type": "context",
        "block_id": STATE,
        "elements": [{"type": "plain_text", "text": short(said, STATE_LIMIT), "emoji": False}],
    }
    header, *rest = (each for each in blocks if each.get("block_id") != STATE)
    return [header, state, *rest]


def _message(card: Card, number: int, count: int, page: tuple[Section, ...]) -> Message:
    title = quiet(short(card.title, HEADER_LIMIT - 30)) or card.event_type
    title = title if count == 1 else f"{title} ({number}/{count})"
    header = {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}}
    blocks = [{"type": "rich_text", "elements": list(_elements(section))} for section in page]
    # What a lock screen shows, and clients without blocks.
    text = "\n".join(filter(None, (label(title), label(card.lead)))) if number == 1 else label(title)
    return {"text": short(text, TEXT_LIMIT), "blocks": [header, *blocks], **MENTIONLESS}


def _buttons(card: Card, tokens: Mapping[str, str]) -> list[Message]:
    say = voice(card.language)
    buttons = [
        {
            "type": "button",
            "action_id": f"tracemend-{verb}",
            "text": {"type": "plain_text", "text": say.say(channel_words.BUTTONS[verb]), "emoji": False},
            "value": tokens[verb],
        }
        for verb in card.actions
        if verb in tokens and verb in channel_words.BUTTONS
    ]
    return [{"type": "actions", "elements": buttons}] if buttons else []


def _elements(section: Section) -> Iterator[dict[str, Any]]:
    if section.heading:
        yield _lines([(Run(section.heading, Style.STRONG),)])
    for block in section.blocks:
        yield _block(block)


def _block(block: Block) -> dict[str, Any]:
    if block.form is Form.LISTING:
        text = "".join(run.text for line in block.lines for run in line)
        return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": quiet(text)}]}
    if block.form is Form.ITEMS:
        return {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [_lines([line]) for line in block.lines],
        }
    return _lines(block.lines)


def _lines(lines: Iterable[Line]) -> dict[str, Any]:
    broken = chain.from_iterable((*line, Run("\n")) for line in lines)
    elements = [_element(run) for run in broken][:-1]
    return {"type": "rich_text_section", "elements": elements}


def _element(run: Run) -> dict[str, Any]:
    looks = {Style.STRONG: {"bold": True}, Style.CODE: {"code": True}}.get(run.style)
    style = {"style": looks} if looks else {}
    if run.url:
        return {"type": "link", "url": run.url, "text": quiet(run.text), **style}
    return {"type": "text", "text": quiet(run.text), **style}


def _cost(line: Line, _form: Form) -> int:
    """What people read, and a little for what stands around it."""
    return sum(size(run.text) + len(run.url) + 4 for run in line) + 4
