"""Which of the problems that are opened together, or one after the other, are one incident.

The rules are the same on every ledger. Where they are not sure they keep problems apart: a message too many
does less harm than a problem that nobody sees. Times are in milliseconds since the epoch, by the clock of the
one who counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from lambda_image.domain.affected import KEPT, Whom, mark
from lambda_image.domain.incident import Sighting, thread
from lambda_image.domain.storm import Joined, Release, Shares

# So long after the first of an incident another may join it, and so long a deployment is new.
REACH = 600_000
# An incident has so many members; what comes then has a message of its own, or stands in a digest.
MEMBERS = 20
# Problems opened lately that are remembered, and incidents that one write adds to.
REMEMBERED, HOMES = 50, 8
# An id that more problems of the last minutes name, or that has more errors of one problem, is no request's:
# it is of a session, of a host, or a constant.
PROBLEMS_OF_A_REQUEST = ERRORS_OF_A_REQUEST = 10
_LETTERS, _DIFFERENT = 16, 6
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Opened:
    """A problem that was opened `at` a time, in the first minutes of a `deployment` or of none."""

    fingerprint: str
    at: int
    deployment: str = ""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A problem that was opened lately, and as much of it as decides who may join it.

    `home` is the first problem of its incident, with so many `members`. `requests` are the marks of those
    that its errors name, as far as these are requests. It was taken `apart` from some by hand.
    """

    opened: Opened
    home: str
    thread_id: str
    title: str
    requests: Collection[str]
    members: int = 0
    apart: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """A problem that is to be opened, and those that it was taken `apart` from by hand."""

    sighting: Sighting
    apart: Collection[str] = ()


def lately(opened: Iterable[Opened], now: int) -> tuple[Opened, ...]:
    """Those that others may still join; the newest where they are too many."""
    return tuple(each for each in opened if now - each.at <= REACH)[-REMEMBERED:]


def general(names: int, errors: int) -> bool:
    """Whether so few names for so many errors are of something longer than a request.

    Not all errors of a large delivery are read for names, so more than a few names always tell requests.
    """
    return min(errors, 2 * KEPT) > ERRORS_OF_A_REQUEST * names


def distinct(name: str) -> bool:
    """Whether this tells one request from all others: `req-1` and `web-01` are in every service.

    That takes 16 letters or digits, the 64 bits of a trace id, and digits in more than one place of them, as
    chance puts them, or nothing else.
    """
    said = [each for each in name if each.isalnum()]
    enough = len(said) >= _LETTERS and len(set(said)) >= _DIFFERENT
    return enough and (len(_DIGITS.findall(name)) > 1 or name.isdecimal())


class Joining:
    """Goes through the problems that one write is to open, in order; `room` of them may have messages.

    `new` is the deployment that they began with, where it is one.
    """

    def __init__(self, near: Sequence[Neighbour], room: int, now: int, new: Release | None) -> None:
        self._near = list(near)
        self._room = room
        self._now = now
        self._new = new
        self._members = Counter({each.home: each.members for each in near})
        self._grown: set[str] = set()

    def join(self, openings: Iterable[Opening]) -> dict[str, Joined]:
        """Those that are part of another's incident, by fingerprint."""
        found = {}
        for each in openings:
            joined = self._joined(each)
            if joined:
                found[each.sighting.fingerprint] = joined
                self._members[joined.fingerprint] += 1
                self._grown.add(joined.fingerprint)
            elif not self._room:
                continue
            else:
                self._room -= 1
            self._near.append(self._neighbour(each, joined))
        return found

    def _joined(self, opening: Opening) -> Joined | None:
        """By a request if there is one, else by the deployment; whoever came first."""
        near = [each for each in self._near if self._may(opening, each)]
        if not near:
            return None
        sighting = opening.sighting
        names = [each for each in sorted(_requests(sighting)) if self._tells(each)]
        for each in near:
            if shared := [name for name in names if _names(each, name)]:
                return _into(each, Shares.REQUEST, next(filter(_readable(sighting), shared), ""), sighting)
        for each in near:
            if self._new and each.opened.deployment == self._new.deployment:
                return _into(each, Shares.DEPLOYMENT, self._new.version, sighting)
        return None

    def _tells(self, name: str) -> bool:
        """Whether few enough problems name it."""
        return sum(_names(each, name) for each in self._near) <= PROBLEMS_OF_A_REQUEST

    def _may(self, opening: Opening, near: Neighbour) -> bool:
        own, both = opening.sighting.fingerprint, {near.home, near.opened.fingerprint}
        apart = own in {*both, *near.apart} or not both.isdisjoint(opening.apart)
        few = near.home in self._grown or len(self._grown) < HOMES
        return not apart and few and self._members[near.home] < MEMBERS

    def _neighbour(self, opening: Opening, joined: Joined | None) -> Neighbour:
        sighting = opening.sighting
        name = sighting.fingerprint
        return Neighbour(
            opened=Opened(name, self._now, self._new.deployment if self._new else ""),
            home=joined.fingerprint if joined else name,
            thread_id=joined.thread_id if joined else thread(name, self._now),
            title=sighting.title,
            requests={mark(name, each) for each in _requests(sighting)},
            apart=opening.apart,
        )


def _names(near: Neighbour, request: str) -> bool:
    return mark(near.opened.fingerprint, request) in near.requests


def _requests(sighting: Sighting) -> list[str]:
    """The requests that its errors name, as far as these are requests."""
    names = {name for whom, name in sighting.named if whom is Whom.REQUESTS}
    return (
        [] if general(len(names), min(sighting.count, KEPT)) else [each for each in names if distinct(each)]
    )


def _readable(sighting: Sighting) -> Callable[[str], bool]:
    """Whether an id may be shown: it still stands in the error when that is redacted."""
    text = "\n".join((sighting.sample.message, *sighting.sample.lines))
    return text.__contains__


def _into(near: Neighbour, shares: Shares, what: str, sighting: Sighting) -> Joined:
    return Joined(near.home, near.thread_id, shares, what, near.title, sighting.told.log_group)
