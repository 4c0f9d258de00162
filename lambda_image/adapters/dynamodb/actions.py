"""What people asked for in the channel, in the ledger's table: each request once, beside its problem."""

from __future__ import annotations

from lambda_image.adapters.dynamodb.items import ACTION, Change, fields, key, n, number, s, waits
from lambda_image.adapters.dynamodb.judged import KEPT_AFTER_SILENCE
from lambda_image.adapters.dynamodb.report import DynamoReport
from lambda_image.adapters.dynamodb.stored import incident, stored
from lambda_image.domain.action import Noted, Request
from lambda_image.domain.incident import Incident, Task


class DynamoActions(DynamoReport):
    """Implements `Actions`, and `Mutes` with the rest of the report."""

    def note(self, request: Request) -> Noted:
        """See `Actions.note`. The request and its count at the problem are written as one."""
        now = self._clock.now()
        item = {
            "pk": s(f"{ACTION}{request.mark}"),
            "verb": s(request.verb),
            "thread_id": s(request.thread_id),
            "at": n(now),
            **({"by": s(request.by)} if request.by else {}),
            "ttl": n(now // 1000 + KEPT_AFTER_SILENCE),
        }
        put = {"Put": {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}
        refused = self._table.transact([put, {"Update": self._counted(request, 1).body()}])
        if not refused:
            return Noted.NOTED
        return Noted.BEFORE if 0 in refused else Noted.UNKNOWN

    def withdraw(self, request: Request) -> None:
        """See `Actions.withdraw`."""
        delete = {
            "Delete": {
                "Key": {"pk": s(f"{ACTION}{request.mark}")},
                "ConditionExpression": "attribute_exists(pk)",
            }
        }
        self._table.transact([delete, {"Update": self._counted(request, -1).body()}])

    def reopen(self, fingerprint: str) -> Incident | None:
        """See `Actions.reopen`. What its first answer showed has been counted, so that is not done again."""
        item, event = stored(self._table, fingerprint)
        if event and waits(item, Task.RESPOND):
            return incident(fingerprint, item, event, number(item, "round"))
        if f"{Task.RESPOND}_done" not in item or not event:
            return None
        change = Change(key(fingerprint), expected={"changes": item["changes"]})
        change.adds = {"changes": n(1), "round": n(1)}
        change.removes = {name for task in (Task.RESPOND, Task.REPAIR) for name in fields(task)}
        change.removes.add("opened_in")
        if self._table.transact([{"Update": change.body()}]):
            return None
        return incident(fingerprint, item, event, number(item, "round") + 1)

    def unrepaired(self, fingerprint: str) -> Incident | None:
        """See `Actions.unrepaired`."""
        item, event = stored(self._table, fingerprint)
        if f"{Task.RESPOND}_done" not in item or not event or not waits(item, Task.REPAIR):
            return None
        return incident(fingerprint, item, event, number(item, "round"))

    def _counted(self, request: Request, by: int) -> Change:
        """How often the people of the channel asked this of the problem, if this is its newest thread."""
        counted = Change(key(request.fingerprint), adds={f"asked_{request.verb}": n(by)})
        counted.expected = {"thread_id": s(request.thread_id)}
        return counted
