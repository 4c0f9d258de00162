"""What an answer may rest on: numbered spans that code can point at and re-read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from lambda_image.domain.lessons import Remembered
from lambda_image.domain.records import NO_LOG_GROUPS

_CLONE_URL = re.compile(
    r"(?:(?:https|ssh)://(?:[^/@]+@)?|git@)(?P<host>[\w-]+(?:\.[\w-]+)+)(?::\d+(?=/))?[:/](?P<path>[\w./-]+?)(?:\.git)?/?"
)


class SpanKind(StrEnum):
    """Where a span stands."""

    LOG = "log"
    PASSAGE = "passage"
    CODE = "code"
    EARLIER = "earlier"
    CORRECTION = "correction"

    @property
    def told(self) -> bool:
        """Whether people or an earlier answer say so, where nobody can look: it makes no answer surer."""
        return self in {SpanKind.EARLIER, SpanKind.CORRECTION}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text that can be cited: a log line, a sentence or step of a passage, a code line.

    `id` is L1, P2.3, C4 or E5; `text` is byte-identical to the source; `source` names the log stream, the
    page, the file or the day of what is remembered; `line` is the line number in a file; `step` marks an
    instruction of a runbook, and `command` a block of commands, which may stand in a message whole or not at
    all.
    """

    id: str
    kind: SpanKind
    text: str
    source: str
    url: str | None = None
    line: int | None = None
    step: bool = False
    command: bool = False


@dataclass(frozen=True, slots=True)
class KnowledgeQuery:
    """What is asked of the runbooks: the parts of an incident, not the raw line.

    `names` are its exceptions and error codes, as one more formulation of the same question.
    """

    text: str
    exception_type: str | None = None
    service: str | None = None
    frame: str | None = None
    names: str = ""
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a runbook or wiki page, verbatim Markdown. `score` is the store's own, higher is better."""

    id: str
    title: str
    url: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class RepositoryMapping:
    """Which repository a log group's code comes from.

    `log_group` is a shell pattern, `ref` a commit, tag or branch that is deployed; without it the
    default branch is read, and the answer says so. `name` is owner/name at the code host, and `host` what
    that host is called in the settings; without it, it is the first one there.
    """

    log_group: str
    clone_url: str
    name: str
    ref: str | None = None
    host: str = ""

    @property
    def web(self) -> str:
        """The repository in a browser, by its clone URL; empty for a folder. It holds no credentials."""
        found = _CLONE_URL.fullmatch(self.clone_url)
        return f"https://{found['host']}/{found['path']}" if found else ""


@dataclass(frozen=True, slots=True)
class ServiceMapping:
    """Which service and environment a log group is of, as the runbooks call them; empty is not told.

    `log_group` is a shell pattern.
    """

    log_group: str
    service: str = ""
    environment: str = ""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A commit, tag or branch that something names as deployed, and what names it."""

    ref: str
    how: str


@dataclass(frozen=True, slots=True)
class Place:
    """Of which service and environment something is; empty is not known."""

    service: str = ""
    environment: str = ""


def place_of(log_group: str, services: Iterable[ServiceMapping] = ()) -> Place:
    """By the first of `services` that fits; else the last word of the log group's name is the service."""
    found = next((each for each in services if fnmatchcase(log_group, each.log_group)), None)
    last = "" if log_group in NO_LOG_GROUPS else log_group.rstrip("/").rpartition("/")[2]
    return Place((found and found.service) or last, (found and found.environment) or "")


@dataclass(frozen=True, slots=True)
class Revision:
    """A repository at one commit; `how` says how the commit was found (mapping, tag, default branch).

    `web` is its address in a browser, empty where it has none. `named` is False where nothing says that this
    commit is what runs.
    """

    repository: str
    commit: str
    how: str
    web: str = ""
    named: bool = True


@dataclass(frozen=True, slots=True)
class SourceExcerpt:
    """Lines `start` to `end` (1-based, inclusive) of a file, and why they are shown."""

    file: str
    start: int
    end: int
    symbol: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A commit that touched the failing lines. `timestamp` is in milliseconds since the epoch.

    One that is not `deployed` took them away on the default branch.
    """

    commit: str
    author: str
    timestamp: int
    subject: str
    deployed: bool = True


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the answer could not see, why, and how to grant it."""

    source: str
    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was gathered for one incident, with the spans that a claim may cite.

    `remembered` is None where nobody remembers.
    """

    passages: tuple[Passage, ...]
    excerpts: tuple[SourceExcerpt, ...]
    changes: tuple[Change, ...]
    spans: tuple[Span, ...]
    gaps: tuple[Gap, ...]
    revision: Revision | None = None
    remembered: Remembered | None = None

    def span(self, span_id: str) -> Span | None:
        """The span with this id, or None where the model made one up."""
        return next((span for span in self.spans if span.id == span_id), None)
