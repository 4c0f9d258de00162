"""Every envelope through the Lambda handler itself, with moto's DynamoDB and SQS behind it."""

from __future__ import annotations

import base64
import copy
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.local.tables import create_ledger_table
from lambda_image import bootstrap
from lambda_image.domain.errors import DeliveryFailed
from lambda_image.domain.incident import Incident, Tally
from lambda_image.handlers.intake import handler
from lambda_image.steps.reading.neighbours import with_neighbours
from lambda_image.wire import decode
from lambda_image.wiring import operators
from tests.fakes.events import START, TRACE
from tests.fakes.telemetry import MemoryLogs

EVENTS = Path(__file__).parents[2] / "events"
REGION, TABLE = "eu-central-1", "tracemend-ledger"
ALARM = (
    "CloudWatch alarm checkout-errors is ALARM (was OK): Threshold Crossed: 1 out of the last 1 datapoints"
    " [5.0 (23/11/26 07:59:00)] was greater than the threshold (1.0) (minimum 1 datapoint for OK -> ALARM"
    " transition)."
)
ALARM_TIME = 1_795_420_800_123
ENVIRONMENT = {
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "TRACEMEND_LEDGER_TABLE": TABLE,
}


class Context:
    """The part of the Lambda context that is read."""

    function_name, aws_request_id = "tracemend-prod-intake", "r-1"

    def get_remaining_time_in_millis(self) -> int:
        """Enough."""
        return 60_000


class System:
    """What the handler left behind."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url
        self._sqs = boto3.client("sqs", region_name=REGION)

    def takes(self, event: Any) -> list[str]:
        """The ids that the handler wants again."""
        return [each["itemIdentifier"] for each in handler(event, Context())["batchItemFailures"]]

    def queued(self) -> list[Incident]:
        """The incidents that wait in the queue, taken out of it."""
        found = self._sqs.receive_message(QueueUrl=self._queue_url, MaxNumberOfMessages=10)
        return [decode(Incident, each["Body"]) for each in found.get("Messages", [])]

    def tally(self) -> Tally:
        """The ledger's numbers."""
        return operators.ledger_at(boto3.client("dynamodb", region_name=REGION), TABLE).tally()


Make = Callable[..., System]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """The function with the given settings, on empty stores."""
    with mock_aws():
        for name, value in ENVIRONMENT.items():
            monkeypatch.setenv(name, value)
        create_ledger_table(boto3.client("dynamodb", region_name=REGION), TABLE)
        url = boto3.client("sqs", region_name=REGION).create_queue(QueueName="incidents")["QueueUrl"]
        monkeypatch.setenv("TRACEMEND_INCIDENTS_QUEUE_URL", url)

        def made(**settings: str) -> System:
            for name, value in settings.items():
                monkeypatch.setenv(f"TRACEMEND_{name.upper()}", value)
            bootstrap.intake.cache_clear()
            return System(url)

        yield made
        bootstrap.intake.cache_clear()


def event(name: str) -> Any:
    """A recorded event."""
    return json.loads((EVENTS / f"{name}.json").read_text())


def unpacked(data: str) -> dict[str, Any]:
    """The log batch in a record."""
    batch: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(data)))
    return batch


def packed(batch: dict[str, Any], level: int = 6) -> str:
    """As CloudWatch Logs packs a batch; other levels give other bytes."""
    return base64.b64encode(gzip.compress(json.dumps(batch).encode(), level, mtime=0)).decode()


SHAPES = {
    "direct_subscription": 2,
    "account_policy": 2,
    "extracted_fields": 2,
    "kinesis_mapping": 6,
    "pipe_batch": 6,
    "sqs": 4,
    "sqs_pipe": 4,
    "file": 2,
    "checkout_error": None,
    "sns_alarm": 1,
    "sns_alarm_in_sqs": 1,
    "alarm_state_change": 1,
    "eventbridge": 1,
    "control_message": 1,
}


def test_every_recorded_event_is_in_the_list() -> None:
    assert sorted(SHAPES) == sorted(path.stem for path in EVENTS.glob("*.json"))


@pytest.mark.parametrize(("name", "records"), SHAPES.items())
def test_every_shape_is_counted_once_however_often_it_comes(
    make: Make, name: str, records: int | None
) -> None:
    system = make()
    failed = system.takes(event(name))
    first, queued = system.tally(), {each.thread_id for each in system.queued()}
    system.takes(event(name))

    assert failed == []
    assert records is None or first.records == records
    assert system.tally() == first
    assert {each.thread_id for each in system.queued()} == queued
    assert bool(queued) == (name != "control_message")


@pytest.mark.parametrize("name", ["sns_alarm", "sns_alarm_in_sqs", "alarm_state_change"])
def test_an_alarm_becomes_one_line_with_name_state_reason_and_time(make: Make, name: str) -> None:
    system = make()
    system.takes(event(name))
    (incident,) = system.queued()

    assert incident.event.message.startswith(ALARM)
    assert incident.event.level == "error"
    assert incident.first_seen == ALARM_TIME


def test_an_alarm_that_is_over_is_no_error_and_a_later_one_is_the_same_problem(make: Make) -> None:
    system = make()
    over, again = event("sns_alarm"), event("sns_alarm")
    message = json.loads(over["Records"][0]["Sns"]["Message"])
    over["Records"][0]["Sns"] |= {"MessageId": "2", "Message": json.dumps(message | {"NewStateValue": "OK"})}
    reason = message["NewStateReason"].replace("5.0", "7.0").replace("07:59", "09:12")
    again["Records"][0]["Sns"] |= {
        "MessageId": "3",
        "Message": json.dumps(message | {"NewStateReason": reason}),
    }
    for each in (event("sns_alarm"), over, again):
        system.takes(each)

    assert len(system.queued()) == 1
    assert system.tally().suppressed == {"known": 1, "not an error": 1, "waiting for its answer": 1}


def test_extracted_fields_tell_what_the_line_does_not(make: Make) -> None:
    system = make()
    system.takes(event("extracted_fields"))
    (incident,) = system.queued()
    found = incident.event

    assert (found.level, found.request_id, found.service, found.error_code) == (
        "error",
        "4711",
        "checkout",
        "502",
    )
    assert system.tally().suppressed == {"not an error": 1, "waiting for its answer": 1}


def test_the_same_log_events_in_another_record_are_counted_once(make: Make) -> None:
    """CloudWatch Logs sends a batch again: other number, other bytes, other order, other transport."""
    system = make()
    first = event("pipe_batch")[:1]
    system.takes(first)
    before = system.tally()
    batch = unpacked(first[0]["data"])
    resent = copy.deepcopy(first)
    resent[0] |= {"sequenceNumber": "7", "data": packed(batch, 1)}
    shuffled = copy.deepcopy(first)
    shuffled[0] |= {"sequenceNumber": "8", "data": packed(batch | {"logEvents": batch["logEvents"][::-1]})}
    for each in (resent, shuffled, {"awslogs": {"data": packed(batch, 9)}}, batch):
        assert system.takes(each) == []

    assert system.tally() == before
    assert before.records == len(batch["logEvents"])


def test_other_events_of_the_same_text_and_time_are_counted(make: Make) -> None:
    system = make()
    batch = unpacked(event("pipe_batch")[0]["data"])
    other = copy.deepcopy(batch)
    for each in other["logEvents"]:
        each["id"] += "9"
    system.takes(batch)
    system.takes(other)
    system.takes(batch | {"owner": "999999999999"})

    assert system.tally().records == 3 * len(batch["logEvents"])


def test_after_a_failure_the_later_records_come_again_and_count_once(make: Make) -> None:
    """Lambda checkpoints at the lowest failed sequence number and runs everything after it again."""
    system = make()
    batch = event("kinesis_mapping")
    whole = copy.deepcopy(batch)
    batch["Records"][1]["kinesis"]["data"] = "%%%"
    failed = system.takes(batch)
    again = {"Records": whole["Records"][1:]}

    assert failed == [whole["Records"][1]["kinesis"]["sequenceNumber"]]
    assert system.tally().records == 4
    assert system.takes(again) == []
    assert system.tally().records == 6


def test_a_bisected_batch_is_counted_once(make: Make) -> None:
    system = make()
    batch = event("pipe_batch")
    system.takes(batch[:2])
    for half in (batch[:1], batch[1:2], batch[2:], batch):
        system.takes(half)

    assert system.tally().records == 6


@pytest.mark.parametrize("name", ["direct_subscription", "sns_alarm", "eventbridge", "file"])
def test_a_transport_without_a_list_of_failures_fails_whole_when_the_ledger_is_away(
    make: Make, name: str
) -> None:
    system = make(ledger_table="absent")
    with pytest.raises(Exception, match=r"DynamoDB|could not be"):
        system.takes(event(name))


def test_an_undecodable_direct_subscription_fails_whole(make: Make) -> None:
    with pytest.raises(DeliveryFailed, match="could not be decoded"):
        make().takes({"awslogs": {"data": "%%%"}})


def test_own_and_excluded_log_groups_and_patterns_are_counted_by_name(make: Make) -> None:
    batch = event("file")
    rules = {
        "own log group": {"own_log_groups": "/aws/lambda/checkout"},
        "excluded log group": {"own_log_groups": "/x", "excluded_log_groups": "/aws/lambda/"},
        "outside the log group's pattern": {"excluded_log_groups": "/x", "patterns": '{"*": "nowhere"}'},
        "excluded by pattern ?order ?ERROR": {"patterns": "{}", "exclude": '["?order ?ERROR"]'},
        "not included by any pattern": {"exclude": "[]", "include": '["[..., last = nowhere]"]'},
    }
    for at, settings in enumerate(rules.values()):
        for each in batch["logEvents"]:
            each["id"] = f"{at}{each['id'][1:]}"
        system = make(**settings)
        system.takes(batch)

    assert system.queued() == []
    assert system.tally().suppressed == dict.fromkeys(sorted(rules), len(batch["logEvents"]))


def test_a_trace_cut_between_two_records_of_a_batch_is_counted_whole_and_answered_whole(make: Make) -> None:
    """The parts are problems of their own, as each record is counted by itself; each is answered whole."""
    system, logs = make(), MemoryLogs()
    batch = unpacked(event("pipe_batch")[0]["data"])
    whole = [{"id": str(at), "timestamp": START, "message": line} for at, line in enumerate(TRACE)]
    logs.put(batch["logGroup"], batch["logStream"], [(START, line) for line in TRACE])
    records = [
        {"sequenceNumber": str(at), "data": packed(batch | {"logEvents": part})}
        for at, part in enumerate((whole[:3], whole[3:]))
    ]
    system.takes(records)
    answered = [with_neighbours(each, logs)[0].event for each in system.queued()]

    assert system.tally().records == len(TRACE)
    assert [each.lines for each in answered] == [TRACE] * len(answered)
    assert answered
