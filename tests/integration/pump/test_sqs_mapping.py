"""Messages on their way: shape, redelivery, dead letters, and when all is through."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from infra.local.functions.host import FunctionHost
from infra.local.functions.spec import FunctionSpec
from infra.local.pump.kinesis_pipe import KinesisPipe, PipeSource
from infra.local.pump.pump import wait_all_idle
from infra.local.pump.sqs_mapping import MappingSource, SqsMapping
from tests.integration.pump.emulator import STREAM, Aws, Target, raises

pytestmark = pytest.mark.loopback
ROOT = Path(__file__).parents[3]
HANDLERS = "tests.integration.functions_fixture.handlers"


def run_mapping(aws: Aws, target: Target, url: str, **parameters: Any) -> SqsMapping:
    mapping = SqsMapping(aws.client, target, "target", MappingSource(url, **parameters))
    with mapping:
        assert mapping.wait_idle(10)
    return mapping


def test_a_mapping_delivers_lambdas_shape_and_deletes_what_succeeded(aws: Aws) -> None:
    url = aws.queue("work")
    target = Target()
    aws.client("sqs").send_message(
        QueueUrl=url,
        MessageBody="hello",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "greeting"}},
    )

    run_mapping(aws, target, url)

    ((record,),) = (event["Records"] for event in target.events)
    assert (record["body"], record["eventSource"]) == ("hello", "aws:sqs")
    assert record["eventSourceARN"] == "arn:aws:sqs:eu-central-1:123456789012:work"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["attributes"]["SentTimestamp"].isdigit()
    assert record["messageAttributes"]["kind"]["stringValue"] == "greeting"
    assert record["messageId"]
    assert aws.bodies(url) == []


def test_failed_messages_come_again_and_then_go_to_the_dead_letter_queue(aws: Aws) -> None:
    dead = aws.queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": aws.arn(dead), "maxReceiveCount": 2})
    url = aws.queue("work", VisibilityTimeout="1", RedrivePolicy=redrive)
    aws.send(url, "good", "bad")
    target = Target()

    def judge(_: list[str]) -> dict[str, Any]:
        bad = [each for each in target.events[-1]["Records"] if each["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in bad]}

    target.judge = judge

    run_mapping(aws, target, url)

    texts = [text for batch in target.batches for text in batch]
    assert sorted(texts) == ["bad", "bad", "good"]
    assert aws.bodies(dead) == ["bad"]


def test_a_mapping_is_not_idle_while_a_message_is_in_flight(aws: Aws) -> None:
    url = aws.queue("work", VisibilityTimeout="60")
    aws.send(url, "bad")
    with SqsMapping(aws.client, Target(raises), "target", MappingSource(url)) as mapping:
        assert not mapping.wait_idle(0.7)
        assert not mapping.idle()


def test_batch_size_limits_a_delivery_of_messages(aws: Aws) -> None:
    url = aws.queue("work")
    aws.send(url, *"abc")
    target = Target()

    run_mapping(aws, target, url, batch_size=1)

    assert [len(batch) for batch in target.batches] == [1, 1, 1]


def test_without_partial_responses_the_list_of_failures_is_ignored(aws: Aws) -> None:
    url = aws.queue("work", VisibilityTimeout="60")
    aws.send(url, "a")
    target = Target(lambda _: {"batchItemFailures": [{"itemIdentifier": ""}]})

    run_mapping(aws, target, url, function_response_types=())

    assert target.batches == [["a"]]


def test_a_pump_survives_an_upstream_that_is_gone_and_says_why(aws: Aws) -> None:
    url = aws.queue("work")
    with SqsMapping(aws.client, Target(), "target", MappingSource(url)) as mapping:
        assert mapping.wait_idle(10)
        aws.client("sqs").delete_queue(QueueUrl=url)
        deadline = time.monotonic() + 5
        while not mapping.failure and time.monotonic() < deadline:
            time.sleep(0.02)
        failure = mapping.failure
        aws.queue("work")
        assert mapping.wait_idle(10)

    assert "NonExistentQueue" in failure
    assert mapping.failure == ""


def test_a_chain_of_real_functions_is_idle_only_at_its_end(aws: Aws) -> None:
    url = aws.queue("work")
    credentials = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    first = FunctionSpec(
        "first",
        f"{HANDLERS}.hand_on",
        timeout_s=20,
        region="eu-central-1",
        environment={"AWS_ENDPOINT_URL": aws.url, "QUEUE": url, **credentials},
    )
    seen: list[str] = []
    with FunctionHost(ROOT, lambda _group, _stream, messages: seen.extend(messages)) as host:
        host.deploy(first)
        host.deploy(FunctionSpec("second", f"{HANDLERS}.say", timeout_s=20))
        pipe = KinesisPipe(aws.client, host, "first", PipeSource(STREAM, batch_size=2))
        mapping = SqsMapping(aws.client, host, "second", MappingSource(url))
        with pipe, mapping:
            aws.put(*"abc")
            assert wait_all_idle([pipe, mapping], 20)

    assert sorted(line for line in seen if line.startswith("said")) == ["said a\n", "said b\n", "said c\n"]
