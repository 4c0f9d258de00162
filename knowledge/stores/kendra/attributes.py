"""What Kendra knows of a document besides its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from knowledge.passage import About
from knowledge.store import Scope

SOURCE = "_data_source_id"
JOB = "_data_source_sync_job_execution_id"
URI = "_source_uri"
SERVICES = "services"
ENVIRONMENTS = "environments"
# A document that names no service is about all; Kendra cannot ask for an attribute that is not there.
ALL = "*"

Attribute = dict[str, Any]


def attribute(key: str, value: str | Sequence[str]) -> Attribute:
    """One of them as Kendra writes it."""
    told = {"StringValue": value} if isinstance(value, str) else {"StringListValue": list(value)}
    return {"Key": key, "Value": told}


def scope_attributes(about: About) -> list[Attribute]:
    """Which services and environments a document is about."""
    named = ((SERVICES, about.services), (ENVIRONMENTS, about.environments))
    return [attribute(key, sorted({each.lower() for each in values}) or [ALL]) for key, values in named]


def scope_filter(source: str, scope: Scope) -> dict[str, Any]:
    """What our ingest put into this data source, about the scope or about all."""
    named = ((SERVICES, scope.service), (ENVIRONMENTS, scope.environment))
    within = [{"ContainsAny": attribute(key, [name.lower(), ALL])} for key, name in named if name]
    return {"AndAllFilters": [{"EqualsTo": attribute(SOURCE, source)}, *within]}


def attributes_of(told: Iterable[Mapping[str, Any]] | None) -> dict[str, Any]:
    """By key; a value is a text, a list, a number or a time."""
    return {each["Key"]: next(iter((each.get("Value") or {}).values()), None) for each in told or ()}


def about_of(known: Mapping[str, Any]) -> About:
    """What our own ingest told of the page; of other documents, nothing."""
    services, environments = (
        tuple(name for name in known.get(key) or () if name != ALL) for key in (SERVICES, ENVIRONMENTS)
    )
    return About(services=services, environments=environments)
