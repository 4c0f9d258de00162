"""Traces of finished and half-finished work in S3, one object per work and task."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from lambda_image.adapters.aws import error_code, translated
from lambda_image.adapters.retry import Retry
from lambda_image.domain.incident import Task
from lambda_image.domain.notification import Outcome
from lambda_image.wire import decode_outcome, encode


class S3Traces:
    """Implements `TraceStore`."""

    def __init__(self, client: Any, bucket: str, retry: Retry) -> None:
        self._client = client
        self._bucket = bucket
        self._retry = retry

    def save(self, outcome: Outcome) -> None:
        """See `TraceStore.save`."""
        body = encode(outcome).encode()
        self._retry(lambda: self._put(_key(outcome.work_id, outcome.task), body))

    def load(self, work_id: str, task: Task) -> Outcome | None:
        """See `TraceStore.load`."""
        body = self._retry(lambda: self._get(_key(work_id, task)))
        return decode_outcome(body) if body is not None else None

    def _put(self, key: str, body: bytes) -> None:
        with translated("S3 PutObject"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")

    def _get(self, key: str) -> bytes | None:
        with translated("S3 GetObject"):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if error_code(error) == "NoSuchKey":
                    return None
                raise
            body: bytes = answer["Body"].read()
            return body


def _key(work_id: str, task: Task) -> str:
    return f"traces/{work_id}/{task}.json"
