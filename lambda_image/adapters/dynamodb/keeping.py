"""What channels hear of in the morning, in the ledger's table: a digest for each stretch of quiet hours."""

from __future__ import annotations

from lambda_image.adapters.dynamodb.items import Change, digest, n, number, strings
from lambda_image.adapters.dynamodb.judged import DIGEST_KEPT
from lambda_image.adapters.dynamodb.table import Table
from lambda_image.domain.noise import SECOND, Digest
from lambda_image.domain.quiet import KeptMessage, KeptMessages
from lambda_image.wire import decode, encode

WAITING = "quiet#"
# An item has 400 KB (DynamoDB, "Quotas"), a message 1.5 KB at most: 160 characters of a title, in up to six
# bytes each, and names.
NAMED = 200


class DynamoKeeping:
    """Implements `Keeping`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, channel: str, digest: Digest, message: KeptMessage) -> None:
        """See `Keeping.keep`. Beyond `NAMED` messages one is only counted, and twice if it comes twice."""
        waits = _waiting(channel, digest)
        into = _head(digest, {"kept": {"SS": [encode(message)]}}).body()
        into["ConditionExpression"] = "attribute_not_exists(#kept) OR size(#kept) < :room"
        into["ExpressionAttributeNames"]["#kept"] = "kept"
        into["ExpressionAttributeValues"][":room"] = n(NAMED)
        if self._table.transact([{"Update": into}, {"Update": waits.body()}]):
            more = _head(digest, {"more": n(1)})
            self._table.transact([{"Update": each.body()} for each in (more, waits)])

    def waiting(self, channel: str) -> tuple[Digest, ...]:
        """See `Keeping.waiting`."""
        names = [name for item in self._table.get([WAITING + channel]) for name in strings(item, "digests")]
        found = (digest(item) for item in self._table.get(names))
        return tuple(sorted(found, key=lambda each: each.closes))

    def kept(self, digest: Digest) -> KeptMessages:
        """See `Keeping.kept`."""
        for item in self._table.get([digest.fingerprint]):
            named = (decode(KeptMessage, each) for each in strings(item, "kept"))
            return KeptMessages(tuple(named), number(item, "more"))
        return KeptMessages(())

    def told(self, channel: str, digest: Digest) -> None:
        """See `Keeping.told`."""
        self._table.update(
            WAITING + channel,
            {
                "UpdateExpression": "DELETE digests :names",
                "ExpressionAttributeValues": {":names": {"SS": [digest.fingerprint]}},
            },
        )


def _head(digest: Digest, adds: dict[str, dict[str, object]]) -> Change:
    """What its item has from the first message on, and more of it."""
    sets = {"began": n(digest.began), "closes": n(digest.closes), "ttl": n(_ends(digest))}
    return Change(digest.fingerprint, sets=sets, adds=adds)


def _waiting(channel: str, digest: Digest) -> Change:
    """The digest among those of its channel that wait."""
    adds = {"digests": {"SS": [digest.fingerprint]}}
    return Change(WAITING + channel, sets={"ttl": n(_ends(digest))}, adds=adds)


def _ends(digest: Digest) -> int:
    return digest.closes // SECOND + DIGEST_KEPT
