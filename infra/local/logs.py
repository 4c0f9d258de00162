"""Into CloudWatch Logs, counted: what goes in must come out as shown or suppressed."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from infra.local.resources import STREAM, Client

# PutLogEvents takes 10,000 events; smaller batches make several Kinesis records, as in life.
BATCH = 100


class LogWriter:
    """Writes log events, at most `batch` in a call; `written` counts those of subscribed groups."""

    def __init__(self, client: Client, subscribed: Sequence[str]) -> None:
        self._logs = client("logs")
        self._kinesis = client("kinesis")
        self._subscribed = frozenset(subscribed)
        self._streams: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self.batch = BATCH
        self.written = 0

    def put(self, group: str, stream: str, messages: Sequence[str]) -> None:
        """Write messages now, in order."""
        with self._lock:
            self._ensure(group, stream)
            for start in range(0, len(messages), self.batch):
                now = time.time_ns() // 1_000_000
                events = [
                    {"timestamp": now, "message": text} for text in messages[start : start + self.batch]
                ]
                self._logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
            if group in self._subscribed:
                self.written += len(messages)

    def control_message(self) -> None:
        """What CloudWatch Logs sends to see whether the stream can be reached."""
        probe = {
            "messageType": "CONTROL_MESSAGE",
            "owner": "CloudwatchLogs",
            "logGroup": "",
            "logStream": "",
            "subscriptionFilters": [],
            "logEvents": [
                {
                    "id": "",
                    "timestamp": time.time_ns() // 1_000_000,
                    "message": "CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.",
                }
            ],
        }
        data = gzip.compress(json.dumps(probe).encode())
        self._kinesis.put_record(StreamName=STREAM, Data=data, PartitionKey="control")
        with self._lock:
            self.written += 1

    def _ensure(self, group: str, stream: str) -> None:
        if (group, stream) in self._streams:
            return
        calls: list[tuple[Any, dict[str, str]]] = [
            (self._logs.create_log_group, {"logGroupName": group}),
            (self._logs.create_log_stream, {"logGroupName": group, "logStreamName": stream}),
        ]
        for call, arguments in calls:
            try:
                call(**arguments)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                    raise
        self._streams.add((group, stream))
