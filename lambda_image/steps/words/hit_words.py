"""What is said at a glance: since when and how often, and who is hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_image.domain.affected import KEPT, Affected
from lambda_image.domain.card import Line, words

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice


def since(say: Voice, count: int, times: tuple[int, int]) -> Line:
    """How often, and from when to when in milliseconds since the epoch."""
    if count <= 1:
        return say.line("Seen once, {first}.", first=say.when(times[0]))
    first, last = say.period(*times)
    return say.counted(
        "Seen {number} time, {first} to {last}.",
        "Seen {number} times, {first} to {last}.",
        count,
        first=first,
        last=last,
    )


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
