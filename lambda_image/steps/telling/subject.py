"""What a card says before all else: what broke, where, since when and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_image.domain.card import Line, words
from lambda_image.domain.diagnosis import Fault
from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.incident import History, Incident
from lambda_image.domain.records import FILE, NO_LOG_GROUPS
from lambda_image.steps.cards.addresses import log_address
from lambda_image.steps.words import hit_words, messages
from lambda_image.steps.words.escape import visible
from lambda_image.steps.words.ink import code, label, linked, prose
from lambda_image.steps.words.length import short

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice

# What broke and where are read first, and on a lock screen alone: neither may crowd out the other.
WHAT_LIMIT, WHERE_LIMIT, TITLE_LIMIT = 100, 60, 250


def service(event: RedactedEvent) -> str:
    """Who is hit: the service as the log names it, else the last part of its log group, if it has one."""
    group = _group(event)
    return event.service or group.rstrip("/").rpartition("/")[2] or group


def title(say: Voice, event: RedactedEvent, form: str = messages.TITLE) -> str:
    """What broke, and where."""
    what = short(label(event.exception_type or event.message) or event.kind, WHAT_LIMIT)
    said = f": {event.message}" if event.exception_type and event.message else ""
    where = short(label(service(event)), WHERE_LIMIT)
    broke = words(say.line(form, what=what, service=where)) if where else what
    return short(label(broke + said), TITLE_LIMIT)


def repeats(statement: str, event: RedactedEvent) -> bool:
    """Whether it only quotes the line of the log that the title has the message of."""
    quote, said = " ".join(statement.split()).rstrip("\u2026"), " ".join(event.message.split())[:WHAT_LIMIT]
    return bool(said) and said in quote and any(quote in " ".join(line.split()) for line in event.lines)


def seen(say: Voice, incident: Incident, region: str = "") -> Line:
    """Since when, how often, where, and who is hit; the log group leads to the log event."""
    event = incident.event
    if not _group(event):
        return glance(say, incident)
    group = linked(code(event.log_group), log_address(event, region))
    place = group
    if event.log_group.rstrip("/") != service(event):
        place = say.line(messages.IN_LOG_GROUP, service=code(service(event)), group=group)
    seen = hit_words.seen(say, incident.count, (incident.first_seen, incident.last_seen), place)
    return messages.sentences(seen, hit_words.hit(say, incident.affected))


def glance(say: Voice, incident: Incident) -> Line:
    """Since when, how often and who is hit, where the title has said where."""
    times = (incident.first_seen, incident.last_seen) if incident.event.log_group != FILE else None
    seen = hit_words.seen(say, incident.count, times)
    return messages.sentences(seen, hit_words.hit(say, incident.affected))


def returned(say: Voice, past: History | None) -> Line:
    """What was known of a problem that came back; nothing of a new one."""
    if past is None:
        return ()
    url = past.pull_request_url
    pull: Line = prose(url, {url}.__contains__) if url else ()
    return messages.returned(say, past.silence, past.count, past.first_seen, pull)


def keywords(event: RedactedEvent, fault: Fault = Fault.UNKNOWN) -> tuple[str, ...]:
    """What the card can be found by, each once."""
    where = fault.value if fault is not Fault.UNKNOWN else ""
    about = (event.exception_type or event.kind, service(event), where, event.language or "")
    return tuple(dict.fromkeys(filter(None, map(label, about))))


def resources(event: RedactedEvent) -> tuple[str, ...]:
    """What the card is about."""
    return tuple(filter(None, (visible(_group(event)),)))


def _group(event: RedactedEvent) -> str:
    """The log group; empty for what came by another way."""
    return "" if event.log_group in NO_LOG_GROUPS else event.log_group
