"""A problem of the ledger on DynamoDB, as the incident that it is now."""

from __future__ import annotations

from lambda_image.adapters.dynamodb.intake import history
from lambda_image.adapters.dynamodb.items import EVENT, key, marks, number, text
from lambda_image.adapters.dynamodb.table import Item, Table
from lambda_image.domain.affected import Affected
from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.identity import Decision
from lambda_image.domain.incident import Incident
from lambda_image.wire import decode


def stored(table: Table, fingerprint: str) -> tuple[Item, Item]:
    """A problem, and the occurrence that opened it; empty where they are forgotten."""
    found = {item["pk"]["S"]: item for item in table.get([key(fingerprint), f"{EVENT}{fingerprint}"])}
    return found.get(key(fingerprint), {}), found.get(f"{EVENT}{fingerprint}", {})


def incident(fingerprint: str, item: Item, event: Item, number_of_round: int) -> Incident:
    """The incident of both, in that round."""
    decision = text(item, "decision")
    return Incident(
        fingerprint=fingerprint,
        thread_id=text(item, "thread_id"),
        first_seen=number(item, "first_seen"),
        last_seen=number(item, "last_seen"),
        count=number(item, "occurrences") - number(item, "seen_before"),
        event=decode(RedactedEvent, text(event, "event")),
        decision=decode(Decision, decision) if decision else None,
        history=history(item),
        round=number_of_round,
        affected=Affected.of(marks(item)),
    )
