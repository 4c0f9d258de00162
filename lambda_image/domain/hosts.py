"""Code hosts: which there are, and how a repository's pull requests are reached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

# A branch of ours carries the fingerprint behind this; no other is ever pushed.
BRANCH_PREFIX = "tracemend/"


class HostKind(StrEnum):
    """The code hosts that are spoken to."""

    GITHUB = "github"
    GITLAB = "gitlab"
    BITBUCKET = "bitbucket"
    CODECOMMIT = "codecommit"


DEFAULT_URLS = {
    HostKind.GITHUB: "https://api.github.com",
    HostKind.GITLAB: "https://gitlab.com",
    HostKind.BITBUCKET: "https://api.bitbucket.org/2.0",
    HostKind.CODECOMMIT: "",
}


CODECOMMIT_PLACE = re.compile(r"https://git-codecommit(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/")


def codecommit_region(clone_url: str) -> str | None:
    """The Region that the https address of a repository at CodeCommit names; None for any other address."""
    found = CODECOMMIT_PLACE.match(clone_url)
    return found[1] if found else None


@dataclass(frozen=True, slots=True)
class HostAccess:
    """How one function reaches one code host.

    `name` is what repositories call it, `kind` a `HostKind`. `url` is the API's base address, empty for the
    vendor's own. `secret` names the token in Secrets Manager or, with `app_id`, the private key of that
    GitHub App; empty for what is open to all, and for CodeCommit, which knows the function's role.
    """

    name: str
    kind: str
    url: str = ""
    secret: str = ""
    app_id: str = ""

    def __post_init__(self) -> None:
        if self.kind not in list(HostKind):
            raise ValueError(f"{self.name} is of kind {self.kind!r}; known are {', '.join(HostKind)}")

    @property
    def address(self) -> str:
        """The API's base address."""
        return (self.url or DEFAULT_URLS[HostKind(self.kind)]).rstrip("/")
