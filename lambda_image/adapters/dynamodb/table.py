"""One DynamoDB table, key `pk`: four calls, retried, with conditions as answers and not as errors."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from lambda_image.adapters.aws import error_code, translated
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import TransientError

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Updated:
    """What an UpdateItem did: `item` is the new one, or the old one where the condition failed."""

    done: bool
    item: Item


class Table:
    """The table named `name` through a low-level client."""

    def __init__(self, client: Any, name: str, retry: Retry) -> None:
        self._client = client
        self._name = name
        self._retry = retry

    def get(self, keys: Sequence[str]) -> list[Item]:
        """The items with these keys, consistently read, in any order."""
        items: list[Item] = []
        wanted = [{"pk": {"S": key}} for key in keys]
        while wanted:
            answer = self._retry(partial(self._get, wanted[:100]))
            items += answer["Responses"].get(self._name, [])
            unread = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
            wanted = [*unread, *wanted[100:]]
        return items

    def update(self, key: str, update: Item) -> Updated:
        """UpdateItem with the given parameters."""
        return self._retry(lambda: self._update(key, update))

    def transact(self, actions: Sequence[Item]) -> tuple[int, ...]:
        """All actions, or none and the indices of those whose condition failed.

        Each action is the body of a Put, Update or Delete without its table. A token makes all tries one:
        what was written though its answer was lost is not refused for having been written.
        """
        token = uuid.uuid4().hex
        named = [
            {kind: {"TableName": self._name, **body} for kind, body in action.items()} for action in actions
        ]
        return self._retry(lambda: self._transact(named, token))

    def scan(self) -> Iterator[Item]:
        """Every item."""
        pages = self._client.get_paginator("scan").paginate(TableName=self._name, ConsistentRead=True)
        with translated("DynamoDB Scan"):
            for page in pages:
                yield from page["Items"]

    def _get(self, keys: list[Item]) -> Any:
        request = {self._name: {"Keys": keys, "ConsistentRead": True}}
        with translated("DynamoDB BatchGetItem"):
            return self._client.batch_get_item(RequestItems=request)

    def _update(self, key: str, update: Item) -> Updated:
        with translated("DynamoDB UpdateItem"):
            try:
                answer = self._client.update_item(
                    TableName=self._name,
                    Key={"pk": {"S": key}},
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **update,
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                old: Any = error.response.get("Item", {})
                return Updated(done=False, item=old)
        return Updated(done=True, item=answer["Attributes"])

    def _transact(self, actions: list[Item], token: str) -> tuple[int, ...]:
        with translated("DynamoDB TransactWriteItems"):
            try:
                self._client.transact_write_items(TransactItems=actions, ClientRequestToken=token)
            except ClientError as error:
                if error_code(error) != "TransactionCanceledException":
                    raise
                reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
                refused = [at for at, code in enumerate(reasons) if code == "ConditionalCheckFailed"]
                if not refused:
                    raise TransientError(f"DynamoDB: transaction cancelled: {reasons}") from error
                return tuple(refused)
        return ()
