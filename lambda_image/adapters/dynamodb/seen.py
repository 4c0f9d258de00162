"""Requests that came before, in the ledger's table, for as long as one could be sent again."""

from __future__ import annotations

from lambda_image.adapters.dynamodb.items import n, s
from lambda_image.adapters.dynamodb.table import Table
from lambda_image.domain.noise import SECOND
from lambda_image.ports import Clock

SEEN = "seen#"
# Seconds. Slack sends an event three times within an hour (Slack Events API, "Retries").
KEPT = 2 * 3_600


class DynamoSeen:
    """Remembers marks."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def first(self, mark: str) -> bool:
        """Whether this mark is new; from now on it is not. Raises TransientError."""
        item = {"pk": s(f"{SEEN}{mark}"), "ttl": n(self._clock.now() // SECOND + KEPT)}
        put = {"Put": {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}
        return not self._table.transact([put])
