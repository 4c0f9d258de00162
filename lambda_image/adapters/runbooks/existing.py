"""What there is in an account and Region that a page may name: alarms, queues, tables, functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from knowledge.stale import Existing
from lambda_image.adapters.aws import translated
from lambda_image.adapters.retry import Retry

# The kind as pages say it; service, operation, and where in its answers the names are.
LISTS = (
    ("alarm", "cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("alarm", "cloudwatch", "describe_alarms", "CompositeAlarms", "AlarmName"),
    ("queue", "sqs", "list_queues", "QueueUrls", ""),
    ("table", "dynamodb", "list_tables", "TableNames", ""),
    ("function", "lambda", "list_functions", "Functions", "FunctionName"),
)


def existing(client: Callable[[str], Any], retry: Retry) -> Existing:
    """Names by kind. Raises PermanentError or TransientError."""
    found: dict[str, frozenset[str]] = {}
    for kind, service, operation, rows, field in LISTS:
        names = frozenset(_names(client(service), operation, rows, field, retry))
        found[kind] = found.get(kind, frozenset()) | names
    return found


def _names(client: Any, operation: str, rows: str, field: str, retry: Retry) -> Iterator[str]:
    asked: dict[str, Any] = (
        {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]} if rows.endswith("Alarms") else {}
    )
    if operation == "list_queues":
        asked["MaxResults"] = 1_000  # without it SQS gives no token, and no more than this
    pages = iter(client.get_paginator(operation).paginate(**asked))

    def one() -> Any:
        with translated(f"{client.meta.service_model.service_id} {operation}"):
            return next(pages, None)

    while page := retry(one):
        for row in page.get(rows, ()):
            yield row[field] if field else row.rpartition("/")[2]
