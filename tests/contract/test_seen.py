"""Requests that came before, on moto."""

from __future__ import annotations

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
