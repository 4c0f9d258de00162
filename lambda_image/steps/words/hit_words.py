"""What is said at a glance: since when and how often, and who is hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_image.domain.affected import KEPT, Affected
from lambda_image.domain.card import Line, words

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice


def seen(say: Voice, count: int, times: tuple[int, int] | None, place: str | Line = "") -> Line:
    """How often, when, in milliseconds since the epoch, and where; the lines of a file have no time."""
    if times is None:
        return say.counted("Seen once.", "Seen {number} times.", count)
    when = _when(say, *times) if count > 1 else say.when(times[0])
    if not place:
        return say.counted("Seen once, {when}.", "Seen {number} times, {when}.", count, when=when)
    return say.counted(
        "Seen once, {when}, in {place}.",
        "Seen {number} times, {when}, in {place}.",
        count,
        when=when,
        place=place,
    )


def _when(say: Voice, began: int, ended: int) -> str | Line:
    """From when to when, or in which minute."""
    if say.when(began) == say.when(ended):
        return say.when(began)
    first, last = say.period(began, ended)
    return say.line("{first} to {last}", first=first, last=last)


def hit(say: Voice, affected: Affected) -> Line:
    """How many are known to be hit; nothing where the errors name nobody."""
    users, tenants, requests = affected.users, affected.tenants, affected.requests
    counted = (
        say.counted("{number} user", "{number} users", users) if users else (),
        say.counted("{number} tenant", "{number} tenants", tenants) if tenants else (),
        say.counted("{number} request", "{number} requests", requests) if requests else (),
    )
    who = say.listed([words(each) for each in counted if each])
    if not who:
        return ()
    many = max(users, tenants, requests) >= KEPT
    return say.line("Hit: at least {who}.", who=who) if many else say.line("Hit: {who}.", who=who)
