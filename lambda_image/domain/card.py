"""What people are told, as data: who shows it, and in which markup, is decided by its renderers.

A card holds untrusted text as it is, without invisible characters; each renderer makes it harmless in its own
client. Only a run with a `url` is a link, and a card is composed of links that were allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lambda_image.domain.action import Verb
from lambda_image.domain.audit import ModelPrice

# What cards can be written in, by BCP 47 tag, and what the language is called in English.
LANGUAGES = {
    "en": "English",
    "ko": "Korean",
    "ja": "Japanese",
    "id": "Indonesian",
    "zh-Hans": "Simplified Chinese",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
}


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom cards are written, and where their links may lead.

    `language` is one of `LANGUAGES`. `client` is "slack" or "teams" where one of them alone reads the topic,
    else empty. `region` is that of the CloudWatch console. On `hosts` links may point beside the pages that
    were retrieved. `prices` say what an answer cost.
    """

    language: str = "en"
    client: str = ""
    region: str = ""
    hosts: tuple[str, ...] = ()
    prices: tuple[ModelPrice, ...] = ()


ANYBODY = Audience()


class Style(StrEnum):
    """How a run of text looks."""

    PLAIN = "plain"
    STRONG = "strong"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line in one style; with a `url` it leads there."""

    text: str
    style: Style = Style.PLAIN
    url: str = ""


Line = tuple[Run, ...]


class Form(StrEnum):
    """How the lines of a block stand: running text, a list, or a listing of code, one run with its breaks."""

    TEXT = "text"
    ITEMS = "items"
    LISTING = "listing"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one form."""

    form: Form
    lines: tuple[Line, ...]


class Part(StrEnum):
    """What a section tells; this is the order in which people need it."""

    ANSWER = "answer"
    CAUSE = "cause"
    EVIDENCE = "evidence"
    STEPS = "steps"
    CHANGE = "change"
    GAPS = "gaps"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a card; the heading is empty where the text speaks for itself."""

    part: Part
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """All that one task tells. `id` is derived from incident and task, so that a repeat is recognised.

    `title` says what broke, `lead` in a sentence or two the rest of what a lock screen has room for; both are
    one line of plain text. `resources` are what it is about, as names or ARNs. `actions` are what people may
    ask for below it.
    """

    id: str
    fingerprint: str
    thread_id: str
    event_type: str
    language: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    keywords: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    actions: tuple[Verb, ...] = ()

    def message_id(self, number: int) -> str:
        """The id of the nth message that the card makes, from 1."""
        return self.id if number == 1 else f"{self.id}-{number}"

    def part(self, name: Part) -> Section | None:
        """The section that tells this, if there is one."""
        return next((section for section in self.sections if section.part is name), None)


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to a request: a card, and words of our own below it, in no client's markup."""

    text: str = ""
    card: Card | None = None


def text(*lines: Line) -> Block:
    """Running text of these lines; empty ones are left out."""
    return Block(Form.TEXT, tuple(filter(None, lines)))


def items(*lines: Line) -> Block:
    """A list."""
    return Block(Form.ITEMS, tuple(filter(None, lines)))


def section(part: Part, heading: str, *blocks: Block) -> Section:
    """A section of the blocks that hold something; without any it is left out of a card."""
    return Section(part, heading, tuple(block for block in blocks if block.lines))


def words(line: Line) -> str:
    """What the line says, without its looks."""
    return "".join(run.text for run in line)
