"""What a page's front matter tells of it: whose it is, when it was edited, what it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from knowledge.passage import NOTHING_KNOWN, About

OWNER = ("owner", "owners", "team", "author", "maintainer")
MODIFIED = ("last_modified", "lastmod", "last_updated", "last_reviewed", "updated", "modified", "date")
SERVICES = ("services", "service", "component", "components")
ENVIRONMENTS = ("environments", "environment", "env", "stage")


def about_from(fields: Mapping[str, str], known: About = NOTHING_KNOWN) -> About:
    """What the fields tell, over what is known otherwise. Lists are `[a, b]` or `a, b`."""
    told = {name.strip().lower().replace("-", "_"): value.strip() for name, value in fields.items()}
    modified = next((_milliseconds(told[name]) for name in MODIFIED if told.get(name)), None)
    return replace(
        known,
        owner=", ".join(_list(told, OWNER)) or known.owner,
        modified=known.modified if modified is None else modified,
        services=_list(told, SERVICES) or known.services,
        environments=_list(told, ENVIRONMENTS) or known.environments,
    )


def _list(told: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, ...]:
    text = next((told[name] for name in names if told.get(name)), "")
    return tuple(word for part in re.split(r"[,\[\]]", text) if (word := part.strip(" '\"")))


def _milliseconds(text: str) -> int | None:
    """Of a date or time in ISO 8601, which is UTC where it does not say."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1_000)
