"""Requests that came before, in the ledger's table, for as long as one could be sent again."""

from __future__ import annotations

from lambda_image.adapters.dynamodb.items import n, s
from lambda_image.adapters.dynamodb.table import Item, Table
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
        new = "attribute_not_exists(pk) OR attribute_exists(forgotten)"
        return not self._table.transact([{"Put": {"Item": self._item(mark), "ConditionExpression": new}}])

    def forget(self, mark: str) -> None:
        """It is new again. Who may only put, puts that. Raises TransientError."""
        self._table.transact([{"Put": {"Item": {**self._item(mark), "forgotten": n(1)}}}])

    def _item(self, mark: str) -> Item:
        return {"pk": s(f"{SEEN}{mark}"), "ttl": n(self._clock.now() // SECOND + KEPT)}
