"""Storms: new problems that are one incident, for they share a request, or a deployment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

# Seconds that a member's message waits for the answer to the first.
WAITS = 60
# Bytes of the short name of a deployment.
_DIGEST = 6


class Shares(StrEnum):
    """What makes two problems one incident."""

    REQUEST = "request"
    DEPLOYMENT = "deployment"


@dataclass(frozen=True, slots=True)
class Release:
    """What runs, by the name of its log stream: `version` of what is called `place`.

    A version that is the same `anywhere`, as a commit is, makes one deployment of several services.
    """

    place: str
    version: str
    anywhere: bool = False

    @property
    def deployment(self) -> str:
        """A short name of its deployment."""
        said = self.version if self.anywhere else f"{self.place} {self.version}"
        return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).hexdigest()


@dataclass(frozen=True, slots=True)
class Joined:
    """Why a problem of a `log_group` is told in the thread of the one with this `fingerprint`.

    `shares` it does with the problem called `title`; `what` names it, empty where that may not be shown.
    """

    fingerprint: str
    thread_id: str
    shares: Shares
    what: str
    title: str
    log_group: str


@dataclass(frozen=True, slots=True)
class Member:
    """One of the problems that are told in a thread."""

    fingerprint: str
    title: str
    log_group: str


@dataclass(frozen=True, slots=True)
class Storm:
    """What an incident has become: whether its first problem was answered, and those that joined it."""

    answered: bool
    members: tuple[Member, ...] = ()
