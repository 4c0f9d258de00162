"""One small handler for each way in which a function can behave."""

from __future__ import annotations

import base64
import http.client
import logging
import os
import subprocess
import sys
import time
from typing import Any

logger = logging.getLogger(__name__)
STARTED = time.time_ns()


def echo(event: Any, context: Any) -> dict[str, Any]:
    """The event, and who answered."""
    return {
        "event": event,
        "pid": os.getpid(),
        "started": STARTED,
        "request_id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "remaining_ms": context.get_remaining_time_in_millis(),
        "trace": os.environ["_X_AMZN_TRACE_ID"],
    }


def environment(_event: Any, _context: Any) -> dict[str, str]:
    """All variables."""
    return dict(os.environ)


def talk(_event: Any, _context: Any) -> None:
    """Print, log two lines at once, write to standard error."""
    sys.stdout.write("printed one\nprinted two\n")
    logger.warning("logged\nin two lines")
    sys.stderr.write("complained\n")


def fail(event: Any, _context: Any) -> None:
    """Raise."""
    raise ValueError(f"cannot use {event}")


def leave(event: Any, _context: Any) -> None:
    """End the process with the status that was asked for."""
    sys.stdout.write("about to leave\n")
    sys.stdout.flush()
    os._exit(event["status"])


def hang(event: Any, _context: Any) -> str:
    """Sleep; before that, wait for a child if asked, whose survival can be seen."""
    if "child" in event:
        subprocess.run(["sh", "-c", event["child"]], check=True)
    time.sleep(event["seconds"])
    return "done"


def large(event: Any, _context: Any) -> str:
    """A long answer."""
    return "x" * int(event["size"])


def batch(event: Any, _context: Any) -> list[str]:
    """Call the outside once for each item, in order; DOOR is where."""
    answers = []
    for item in event:
        door = http.client.HTTPConnection(os.environ["DOOR"].removeprefix("http://"))
        door.request("POST", f"/{item}", item, {"X-Amz-Target": f"Door.{item}"})
        answers.append(door.getresponse().read().decode())
        door.close()
    return answers


def hand_on(event: Any, _context: Any) -> None:
    """Send each record of a pipe to the queue in QUEUE."""
    import boto3  # noqa: PLC0415 - the other handlers start without it

    sqs = boto3.client("sqs")
    for record in event:
        body = base64.b64decode(record["data"]).decode()
        sqs.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=body)


def say(event: Any, _context: Any) -> None:
    """Print the bodies of messages."""
    for record in event["Records"]:
        sys.stdout.write(f"said {record['body']}\n")
