"""What the runbooks are asked: the parts of an error that a page would name, and not the raw line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.evidence import KnowledgeQuery, ServiceMapping, place_of
from lambda_image.steps.reading.masks import normalise

WORDS = 60
# ORA-00942, E1205, SQLSTATE 42P01's 42P01, ECONNREFUSED, NoSuchBucket, resource_exhausted in capitals.
_CODE = re.compile(
    r"\b(?:[A-Z]{1,6}-?\d{3,6}|(?=[0-9A-Z]*[A-Z])\d[0-9A-Z]{4}|E[A-Z]{4,20}|[A-Z]{3,}(?:_[A-Z]{2,}){1,5}"
    r"|(?:[A-Z][a-z]{1,20}){2,6})\b"
)
CODES = 5
_MASK = re.compile(r"<[A-Z]+>")


def knowledge_query(event: RedactedEvent, services: Iterable[ServiceMapping] = ()) -> KnowledgeQuery:
    """Exception type, service and message without what differs each time.

    The first of `services` that fits the log group names service and environment, else the group's last word
    is the service. The top in-app function is told apart: few pages name it, and its words would crowd out
    the others.
    """
    place = place_of(event.log_group, services)
    frame = next((each.function for each in reversed(event.frames) if each.in_app and each.function), None)
    message = _MASK.sub(" ", normalise(event.message))
    quoted = " ".join(re.findall(r"['\"]([\w.:-]{3,60})['\"]", event.message))
    words = f"{event.exception_type or ''} {message} {quoted} {place.service}".split()
    return KnowledgeQuery(
        text=" ".join(dict.fromkeys(words[:WORDS])),
        exception_type=event.exception_type,
        service=place.service or None,
        environment=place.environment or None,
        frame=frame,
        names=_names(event),
    )


def _names(event: RedactedEvent) -> str:
    """The exception's own name without its package, and the error codes of the message."""
    exception = re.split(r"[.:/\\$]", event.exception_type or "")[-1]
    return " ".join(dict.fromkeys(filter(None, [exception, *_CODE.findall(event.message)[:CODES]])))
