"""What a code host has to be able to do, beside git: one repository's pull requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lambda_image.domain.patch import PullRequest, PullRequestPlan

DRAFT = "Draft: "


@dataclass(frozen=True, slots=True)
class Limits:
    """How much text a pull request takes, in characters, and whether it has labels."""

    title: int
    body: int
    comment: int
    labels: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A pull request as the host keeps it."""

    told: PullRequest
    body: str


class Side(Protocol):
    """One repository at one host. Every method is one step, and raises TransientError or PermanentError."""

    limits: Limits

    @property
    def default_branch(self) -> str:
        """What a pull request is merged into."""

    def lacks(self) -> str:
        """What the credentials cannot do here, as far as the host tells; empty for nothing."""

    def latest(self, branch: str) -> Kept | None:
        """The branch's pull request: an open one first, else the newest."""

    def get(self, number: int) -> Kept:
        """The pull request of this number."""

    def create(self, plan: PullRequestPlan) -> Kept:
        """A new one, whose texts are within the limits; a draft where the host knows drafts."""

    def describe(self, number: int, body: str) -> None:
        """Replace its text."""

    def label(self, number: int, labels: tuple[str, ...]) -> None:
        """Add labels to those that it has; asked only where there are labels."""

    def comment(self, number: int, text: str) -> None:
        """Add a comment."""


Connect = Callable[[str], Side]
"""The side of a repository by its name. Raises as the side's methods do."""
