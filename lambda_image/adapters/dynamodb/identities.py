"""What was decided of fingerprints, beside the ledger's incidents in the same table.

identity#<name>     the decision for a fingerprint or for a hash of all frames; put once, never changed
sayings#<place>     the templates of a log group's messages; replaced only by who read the last revision
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from lambda_image.adapters.dynamodb.items import INCIDENT
from lambda_image.adapters.dynamodb.table import Item, Table
from lambda_image.domain.identity import Decision, Saying, Sayings
from lambda_image.ports import Clock

IDENTITY = "identity#"
SAYINGS = "sayings#"
# Seconds. Longer than the ledger keeps a problem; what is still asked for is kept on.
KEPT = 360 * 86_400
KNOWN = "known"


class DynamoIdentities:
    """Implements `Identities`."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def decided(self, names: Collection[str]) -> dict[str, Decision]:
        """See `Identities.decided`."""
        asked = dict.fromkeys(names)
        keys = [f"{prefix}{name}" for prefix in (IDENTITY, INCIDENT) for name in asked]
        items = {item["pk"]["S"]: item for item in self._table.get(keys)}
        found = {}
        for name in asked:
            if identity := items.get(f"{IDENTITY}{name}"):
                found[name] = _decision(identity)
                self._keep_on(identity)
            elif f"{INCIDENT}{name}" in items:
                found[name] = Decision(name, KNOWN, name.partition("-")[0])
        return found

    def sayings(self, place: str) -> Sayings:
        """See `Identities.sayings`."""
        for item in self._table.get([f"{SAYINGS}{place}"]):
            known = tuple(Saying(*each) for each in json.loads(item["known"]["S"]))
            return Sayings(place, known, int(item["revision"]["N"]))
        return Sayings(place)

    def keep(self, decisions: Mapping[str, Decision], learned: Sequence[Sayings]) -> bool:
        """See `Identities.keep`."""
        puts = [self._identity(name, decision) for name, decision in decisions.items()]
        puts += [self._sayings(each) for each in learned]
        return not self._table.transact([{"Put": put} for put in puts])

    def _identity(self, name: str, decision: Decision) -> Item:
        item = {
            "pk": {"S": f"{IDENTITY}{name}"},
            "fingerprint": {"S": decision.fingerprint},
            "rule": {"S": decision.rule},
            "version": {"S": decision.version},
            "beside": {"S": decision.beside},
            "distance": {"N": str(decision.distance)},
            "ttl": self._expires(),
        }
        return {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}

    def _sayings(self, learned: Sayings) -> Item:
        known = [[each.kind, each.words, each.fingerprint] for each in learned.known]
        item = {
            "pk": {"S": f"{SAYINGS}{learned.place}"},
            "known": {"S": json.dumps(known, separators=(",", ":"))},
            "revision": {"N": str(learned.revision + 1)},
            "ttl": self._expires(),
        }
        return {
            "Item": item,
            "ConditionExpression": "revision = :read" if learned.revision else "attribute_not_exists(pk)",
            **(
                {"ExpressionAttributeValues": {":read": {"N": str(learned.revision)}}}
                if learned.revision
                else {}
            ),
        }

    def _expires(self) -> Item:
        return {"N": str(self._clock.now() // 1000 + KEPT)}

    def _keep_on(self, item: Item) -> None:
        """A decision that is in use must outlive the problems that rest on it; seldom a write."""
        if int(item["ttl"]["N"]) < self._clock.now() // 1000 + KEPT // 2:
            self._table.update(
                item["pk"]["S"],
                {
                    "UpdateExpression": "SET #ttl = :ttl",
                    "ConditionExpression": "attribute_exists(pk)",
                    "ExpressionAttributeNames": {"#ttl": "ttl"},
                    "ExpressionAttributeValues": {":ttl": self._expires()},
                },
            )


def _decision(item: Item) -> Decision:
    return Decision(
        fingerprint=item["fingerprint"]["S"],
        rule=item["rule"]["S"],
        version=item["version"]["S"],
        beside=item["beside"]["S"],
        distance=float(item["distance"]["N"]),
    )
