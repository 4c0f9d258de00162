"""What is said of a storm: what makes two problems one incident, and which are part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_image.domain.card import Block, Line, Run, Style, items, text
from lambda_image.domain.storm import Joined, Member, Shares
from lambda_image.languages import mark
from lambda_image.steps.words.ink import code, prose
from lambda_image.steps.words.length import cut
from lambda_image.steps.words.messages import TITLE, more_held_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_image.languages.speech import Voice

ALSO_TITLE = mark("Also: {what} in {service}")
# How many of an incident's problems a card names, and in how many characters.
NAMED, NAME_LIMIT = 10, 160


def because(say: Voice, joined: Joined) -> Line:
    """Why a problem is told in another's thread."""
    title = code(cut(joined.title, NAME_LIMIT)) or code(joined.fingerprint)
    if joined.shares is Shares.DEPLOYMENT:
        return say.line(
            "Began in the first minutes after {version} was deployed, as did {title}.",
            version=code(joined.what),
            title=title,
        )
    if not joined.what:
        return say.line("Shares a request id with {title}.", title=title)
    return say.line("Shares request id {id} with {title}.", id=code(joined.what), title=title)


def apart(say: Voice, fingerprint: str) -> Line:
    """What being part of an incident means, and how it ends."""
    return say.line(
        "It is counted by itself and not analysed; {command} takes it out of this incident.",
        command=(Run(f"tracemend split {fingerprint}", Style.CODE),),
    )


def together(say: Voice, members: int) -> Line:
    """How many problems are one incident, with its first."""
    return say.counted("{number} problem in this incident", "{number} problems in this incident", members + 1)


def listed(say: Voice, members: Sequence[Member]) -> tuple[Block, ...]:
    """The problems that joined an incident, the newest last."""
    if not members:
        return ()
    named = members[-NAMED:]
    more = len(members) - len(named)
    heading = text(say.line("Also part of this incident:"))
    beside = text(more_held_back(say, more) if more else ())
    return heading, items(*(_named(say, each) for each in named)), *([beside] if more else [])


def _named(say: Voice, member: Member) -> Line:
    group = member.log_group
    service = prose(group.rstrip("/").rpartition("/")[2] or group)
    what = code(cut(member.title, NAME_LIMIT)) or code(member.fingerprint)
    told = say.line(TITLE, what=what, service=service)
    return (*told, Run(f" ({member.fingerprint})"))
