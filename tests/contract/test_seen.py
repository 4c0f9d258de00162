"""Requests that came before, on moto; and a write whose answer is lost, on DynamoDB Local."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from lambda_image.adapters.dynamodb.seen import DynamoSeen
from tests.contract.conftest import fresh_table
from tests.contract.office import top_of_an_hour


@mock_aws
def test_a_mark_is_new_once_and_again_when_it_was_forgotten() -> None:
    clock = top_of_an_hour()
    seen = DynamoSeen(fresh_table(clock), clock)
    answers = [seen.first("Ev1"), seen.first("Ev1"), seen.first("Ev2")]
    seen.forget("Ev1")

    assert answers == [True, False, True]
    assert [seen.first("Ev1"), seen.first("Ev1"), seen.first("Ev2")] == [True, False, False]


@pytest.mark.loopback
@pytest.mark.dynamodb_local
def test_a_write_whose_answer_is_lost_is_not_taken_for_somebody_elses(
    dynamodb_local: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = top_of_an_hour()
    table = fresh_table(clock, dynamodb_local)
    write, lost = table._client.transact_write_items, [True]

    def losing(**request: Any) -> Any:
        answer = write(**request)
        if lost:
            lost.pop()
            raise ReadTimeoutError(endpoint_url=dynamodb_local)
        return answer

    monkeypatch.setattr(table._client, "transact_write_items", losing)

    assert DynamoSeen(table, clock).first("Ev1")
    assert not DynamoSeen(table, clock).first("Ev1")
