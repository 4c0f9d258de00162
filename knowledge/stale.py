"""Pages that need a person: not edited for long, naming what is no longer there, or leading nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from knowledge.links import links_in
from knowledge.resources import resources_in
from knowledge.store import Content, Copyable

DAYS = 365
_DAY = 86_400_000
# Names by kind; a page's names of a kind that is not listed are not judged.
Existing = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason to look at a page."""

    url: str
    title: str
    owner: str
    reason: Literal["old", "gone", "dead link"]
    detail: str


def links_of(store: Copyable) -> Iterator[str]:
    """Every link of an index that leads out of it, as often as it stands there."""
    own = {passage.url.partition("#")[0] for page in store.contents() for passage in page.passages[:1]}
    for page in store.contents():
        yield from (link for each in page.passages for link in links_in(each.text) if link not in own)


def stale(
    store: Copyable,
    now: int,
    existing: Existing | None = None,
    days: int = DAYS,
    dead: Mapping[str, str] | None = None,
) -> Iterator[Finding]:
    """What is wrong with the pages of an index; `now` in milliseconds since the epoch.

    A page whose source does not tell when it was edited is never old. `dead` says of links why they lead
    nowhere.
    """
    known = {kind: frozenset(name.lower() for name in names) for kind, names in (existing or {}).items()}
    for page in store.contents():
        if page.passages:
            yield from _judged(page, now, known, days)
            yield from _leading_nowhere(page, dead or {})


def _leading_nowhere(page: Content, dead: Mapping[str, str]) -> Iterator[Finding]:
    for link in dict.fromkeys(link for each in page.passages for link in links_in(each.text)):
        if link in dead:
            yield Finding(*_named(page), "dead link", dead[link])


def _named(page: Content) -> tuple[str, str, str]:
    first = page.passages[0]
    return first.url.partition("#")[0], first.title, first.about.owner


def _judged(page: Content, now: int, known: Mapping[str, frozenset[str]], days: int) -> Iterator[Finding]:
    told, edited = _named(page), page.passages[0].about.modified
    if edited is not None and now - edited > days * _DAY:
        when = datetime.fromtimestamp(edited / 1000, UTC)
        yield Finding(*told, "old", f"last edited {when:%Y-%m-%d}, {(now - edited) // _DAY} days ago")
    named = dict.fromkeys(found for each in page.passages for found in resources_in(each.text))
    for kind, name in named:
        if kind in known and name.lower() not in known[kind]:
            yield Finding(*told, "gone", f"{kind} {name} is not there")


def existing_from(text: str) -> Existing:
    """A person's list: one `kind name` a line, `#` begins a remark. Raises ValueError naming the line."""
    found: dict[str, set[str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].replace(":", " ", 1).split()
        if not words:
            continue
        if len(words) != 2:
            raise ValueError(f"line {number} is not a kind and a name, like: queue orders-dead-letters")
        found.setdefault(words[0].lower(), set()).add(words[1])
    return {kind: frozenset(names) for kind, names in found.items()}
