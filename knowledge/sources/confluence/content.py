"""Pages and attachments as the source needs them, whichever API told of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from knowledge.passage import About


@dataclass(frozen=True, slots=True)
class Listed:
    """A page that is there; `version` grows with each edit, `path` is where people read it."""

    id: str
    title: str
    version: str
    path: str
    space: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file at a page. `size` is in bytes, `link` where it is downloaded."""

    id: str
    name: str
    version: str
    media_type: str
    size: int
    link: str


class Api(Protocol):
    """What is asked of either API. Each raises SourceUnusable."""

    def pages(self) -> Iterator[Listed]:
        """All current pages."""

    def body(self, page: Listed) -> tuple[str, About]:
        """A page in storage format, and what is known of it."""

    def attachments(self, page: Listed) -> Iterator[Attached]:
        """The files at a page."""


def about(labels: Iterable[str], when: str, owner: str = "") -> About:
    """Labels `service-NAME` and `env-NAME` say what a page is about; Confluence allows no colon in them."""
    named = sorted(labels)
    services = tuple(each.removeprefix("service-") for each in named if each.startswith("service-"))
    environments = tuple(each.removeprefix("env-") for each in named if each.startswith("env-"))
    return About(owner, milliseconds(when), services, environments)


def milliseconds(when: str) -> int | None:
    """An ISO time since the epoch."""
    try:
        return int(datetime.fromisoformat(when).timestamp() * 1000)
    except ValueError:
        return None


def label_names(holder: Any) -> list[str]:
    """The names in a list of labels."""
    return [str(each["name"]) for each in (holder or {}).get("results", ()) if each.get("name")]


def labelled(space: str, labels: Iterable[str]) -> str:
    """The question, in Confluence's query language, for the pages of a space with any of the labels."""
    named = ", ".join(quoted(each) for each in labels)
    return f"type = page and space = {quoted(space)} and label in ({named})"


def quoted(text: str) -> str:
    """A value in Confluence's query language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
