"""What there is in an account."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambda_image.adapters.retry import Retry
from lambda_image.adapters.runbooks.existing import existing
from tests.fakes.clock import FixedClock

REGION = "eu-west-1"


def test_all_pages_of_each_list_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        session = boto3.Session(region_name=REGION)
        tables, queues = session.client("dynamodb"), session.client("sqs")
        alarms: Any = session.client("cloudwatch")
        for number in range(105):
            tables.create_table(
                TableName=f"table-{number}",
                KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        queues.create_queue(QueueName="jobs")
        alarms.put_metric_alarm(
            AlarmName="late",
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=1,
            MetricName="m",
            Namespace="n",
            Period=60,
            Statistic="Sum",
            Threshold=1.0,
        )

        def client(service: str) -> Any:
            return session.client(service)  # type: ignore[call-overload]

        found = existing(client, Retry(FixedClock()))

    assert len(found["table"]) == 105
    assert [sorted(found[kind]) for kind in ("queue", "alarm", "function")] == [["jobs"], ["late"], []]
