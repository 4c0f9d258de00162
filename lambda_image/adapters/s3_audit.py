"""The audit trail in S3: one object an entry, by kind and day as Athena reads partitions, written once."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from lambda_image.adapters.aws import error_code, translated
from lambda_image.adapters.retry import Retry
from lambda_image.domain.audit import Entry
from lambda_image.wire import encode


class S3Audit:
    """Implements `AuditTrail`; needs the right to write where nothing is, and no other."""

    def __init__(self, client: Any, bucket: str, retry: Retry) -> None:
        self._client = client
        self._bucket = bucket
        self._retry = retry

    def record(self, entry: Entry) -> None:
        """See `AuditTrail.record`."""
        key, body = key_of(entry), encode(entry).encode()
        self._retry(lambda: self._put(key, body))

    def _put(self, key: str, body: bytes) -> None:
        with translated("S3 PutObject of an audit entry"):
            try:
                self._client.put_object(
                    Bucket=self._bucket, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*"
                )
            except ClientError as error:
                # Our own earlier try, whose answer was lost: nobody else has this key.
                if error_code(error) != "PreconditionFailed":
                    raise


def key_of(entry: Entry) -> str:
    """By kind, year, month and day (UTC); within a day by time and incident."""
    moment = datetime.fromtimestamp(entry.origin.at / 1000, UTC)
    time = f"{moment:%H%M%S}{moment.microsecond // 1000:03}"
    name = f"{time}-{entry.origin.incident or 'none'}-{secrets.token_hex(4)}"
    return f"audit/kind={entry.kind}/{moment:year=%Y/month=%m/day=%d}/{name}.json"
