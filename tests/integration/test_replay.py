"""Dead letters on an emulated account: what is told, what is moved, and what is refused."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.local.tables import create_ledger_table
from lambda_image.adapters.clock import WallClock
from lambda_image.adapters.dynamodb.ledger import DynamoLedger
from lambda_image.adapters.dynamodb.table import Table
from lambda_image.adapters.retry import Retry
from lambda_image.adapters.s3_traces import S3Traces
from lambda_image.adapters.sqs_operations import Queues
from lambda_image.cli import main
from lambda_image.domain.errors import PermanentError
from lambda_image.pipeline import Tools, answer
from lambda_image.wire import encode
from tests.fakes.events import incident
from tests.fakes.reasoner import ScriptedReasoner

REGION = "eu-central-1"
TABLE = "ledger"
FP = "v1-0123456789abcdef"


class Account:
    """A ledger and one work queue with its dead letters."""

    def __init__(self) -> None:
        self.sqs: Any = boto3.client("sqs", region_name=REGION)
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        create_ledger_table(dynamodb, TABLE)
        clock = WallClock()
        self.ledger = DynamoLedger(Table(dynamodb, TABLE, Retry(clock)), clock)
        self.dead = self.sqs.create_queue(QueueName="incidents-dead")["QueueUrl"]
        asked = self.sqs.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["QueueArn"])
        redrive = {"deadLetterTargetArn": asked["Attributes"]["QueueArn"], "maxReceiveCount": 4}
        made = self.sqs.create_queue(QueueName="incidents", Attributes={"RedrivePolicy": json.dumps(redrive)})
        self.queue = made["QueueUrl"]

    def bury(self, body: str, **attributes: str) -> None:
        """Put a message among the dead letters."""
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        self.sqs.send_message(QueueUrl=self.dead, MessageBody=body, MessageAttributes=typed)

    def in_queue(self, url: str) -> list[dict[str, Any]]:
        """The messages that can be received there now; they stay."""
        asked = {"MaxNumberOfMessages": 10, "VisibilityTimeout": 0, "MessageAttributeNames": ["All"]}
        return list(self.sqs.receive_message(QueueUrl=url, **asked).get("Messages", []))

    def depth(self, url: str) -> int:
        """All messages that are there, also hidden ones."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(count) for count in found.values())


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An emulated account, empty but for its table and queues."""
    with mock_aws():
        monkeypatch.setenv("AWS_REGION", REGION)
        yield Account()


@pytest.fixture
def tracemend(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """The command, from its arguments to exit code, output and errors."""

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tracemend", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code: Any = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return int(code or 0), said.out, said.err

    return run


def test_replay_sends_all_back_with_their_attributes(account: Account, tracemend: Any) -> None:
    body = encode(incident())
    account.bury(body, trace="abc")
    notice = {"metadata": {"additionalContext": {"fingerprint": FP, "notification_id": "n"}}}
    account.bury(json.dumps({"Message": json.dumps(notice)}))
    account.bury("what is this")

    code, said, _ = tracemend("replay", "--queue", account.queue, "--yes", "--json")
    rows = [json.loads(line) for line in said.splitlines()]

    assert code == 0
    assert sorted((row["kind"], row["subject"]) for row in rows) == [
        ("problem", FP),
        ("receipt", FP),
        ("unknown", ""),
    ]
    assert all(row["sent_back"] and row["receives"] == 1 for row in rows)
    arrived = {message["Body"]: message for message in account.in_queue(account.queue)}
    assert len(arrived) == 3
    assert arrived[body]["MessageAttributes"]["trace"]["StringValue"] == "abc"
    assert account.depth(account.dead) == 0


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_replay_moves_nothing_without_a_yes_and_hides_nothing(
    account: Account, tracemend: Any, answer: str
) -> None:
    account.bury(encode(incident()))

    code, said, _ = tracemend("replay", "--queue", "incidents", "--dead-letters", account.dead, stdin=answer)

    assert code == (0 if answer else 1)
    assert "problem" in said
    assert account.depth(account.queue) == 0
    assert len(account.in_queue(account.dead)) == 1


def test_replay_asks_and_then_sends(account: Account, tracemend: Any) -> None:
    account.bury(encode(incident()))

    code, said, asked = tracemend("replay", "--queue", "incidents", stdin="y\n")

    assert code == 0
    assert "Send 1 back" in asked
    assert "1 sent back" in said
    assert (account.depth(account.queue), account.depth(account.dead)) == (1, 0)


def test_a_strange_letter_cannot_write_to_the_terminal(account: Account, tracemend: Any) -> None:
    account.bury(encode(incident("[/red]\x1b[2J")))

    code, said, _ = tracemend("replay", "--queue", "incidents", "--yes")

    assert code == 0
    assert "[/red][2J" in said
    assert "\x1b" not in said


def test_replay_stops_at_its_limit(account: Account, tracemend: Any) -> None:
    for number in range(13):
        account.bury(str(number))

    tracemend("replay", "--queue", "incidents", "--limit", "12", "--yes")

    assert (account.depth(account.queue), account.depth(account.dead)) == (12, 1)


class Dies(BaseException):
    """The process ends here."""


class DyingClient:
    """The real client, until it is to delete."""

    def __init__(self, client: Any, end: BaseException) -> None:
        self._client = client
        self._end = end

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def delete_message(self, **_request: Any) -> None:
        """End instead."""
        raise self._end


@pytest.mark.parametrize("end", [Dies(), PermanentError("not allowed")])
def test_nothing_is_lost_when_it_ends_between_send_and_delete(account: Account, end: BaseException) -> None:
    account.bury("first")
    account.bury("second")
    dying = DyingClient(account.sqs, end)
    held = Queues(dying, Retry(WallClock())).dead_letters(account.dead)
    letters = held.take(10)

    with pytest.raises(type(end)):
        held.send_back(letters[0], account.queue)

    assert account.depth(account.queue) == 1
    assert account.depth(account.dead) == 2


@pytest.mark.usefixtures("account")
def test_a_stored_trace_is_read_from_its_bucket_and_decided_again(tracemend: Any) -> None:
    client: Any = boto3.client("s3", region_name=REGION)
    client.create_bucket(Bucket="traces", CreateBucketConfiguration={"LocationConstraint": REGION})
    asked = incident()
    said = {"claims": [{"text": "division by zero", "spans": ["L7"]}], "fault": "unknown", "steps": []}
    reasoner = ScriptedReasoner(lambda _: said)
    S3Traces(client, "traces", Retry(WallClock())).save(answer(asked, Tools(reasoner, None, None)))

    code, said, _ = tracemend("replay", "--trace", asked.thread_id, "--bucket", "traces", "--json")
    (row,) = [json.loads(line) for line in said.splitlines()]

    assert (code, row["thread"], row["task"]) == (0, asked.thread_id, "respond")
    assert (row["verdict"], row["differences"]) == ("the rules of today say the same", [])
    assert row["prompt"].startswith("diagnose@")


@pytest.mark.usefixtures("account")
def test_a_thread_that_is_not_stored_is_said(tracemend: Any) -> None:
    client: Any = boto3.client("s3", region_name=REGION)
    client.create_bucket(Bucket="traces", CreateBucketConfiguration={"LocationConstraint": REGION})
    code, _, told = tracemend("replay", "--trace", "v1-x-1", "--bucket", "traces")

    assert code == 1
    assert "there is no trace of v1-x-1" in told
