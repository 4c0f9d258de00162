"""A batch of messages: each a piece of work of its own, and what fails is told without its text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambda_image.handlers.queue import each_message
from lambda_image.observing.work import NoTracer, current
from tests.fakes.events import incident


class Context:
    """The part of the Lambda context that is read."""

    function_name = "tracemend-respond"
    aws_request_id = "r-1"


def batch(*bodies: str) -> dict[str, Any]:
    """An SQS event."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": "h",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "2"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:1:q",
                "awsRegion": "eu-central-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def test_what_fails_is_named_counted_and_logged_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    seen = []

    def do(record: SQSRecord) -> None:
        here = current()
        here.about(incident())
        here.counts["ModelErrors"] += 1
        seen.append(here)
        if record.body == "bad":
            raise ValueError("the customer's words")

    answer = each_message("respond", batch("good", "bad"), Context(), NoTracer(), do)
    said = capsys.readouterr().out
    log, metric = (json.loads(line) for line in said.splitlines())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert seen[0] is not seen[1]
    assert (log["level"], log["error"], log["message_id"]) == ("ERROR", "ValueError", "m1")
    assert log["where"].startswith("queue.py:")
    assert (metric["MessagesFailed"], metric["ModelErrors"]) == (1, 1)
    assert log["incident"] == metric["incident"] == incident().thread_id
    assert "customer" not in said
