"""The question to the runbooks names the problem and leaves out what differs each time."""

from __future__ import annotations

import pytest

from lambda_image.domain.evidence import ServiceMapping
from lambda_image.steps.answering.query import knowledge_query
from tests.fakes.events import redacted_event


def test_type_message_and_service_are_asked_for() -> None:
    query = knowledge_query(redacted_event())

    assert query.text == "ZeroDivisionError division by zero shop"
    assert (query.service, query.frame) == ("shop", "total")


@pytest.mark.parametrize("place", ["file", "sns", "events", "sqs"])
def test_what_stands_in_place_of_a_log_group_is_no_service(place: str) -> None:
    query = knowledge_query(redacted_event(log_group=place))

    assert query.text == "ZeroDivisionError division by zero"
    assert query.service is None


def test_the_first_mapping_that_fits_names_service_and_environment() -> None:
    mappings = (
        ServiceMapping("/ecs/*", "cart"),
        ServiceMapping("/aws/lambda/shop*", "storefront", "prod"),
        ServiceMapping("*", "any", "any"),
    )
    query = knowledge_query(redacted_event(), mappings)

    assert query.text.endswith("by zero storefront")
    assert (query.service, query.environment) == ("storefront", "prod")
    only = knowledge_query(redacted_event(), [ServiceMapping("*", environment="dev")])
    assert (only.service, only.environment) == ("shop", "dev")


def test_ids_and_times_are_left_out_and_quoted_names_kept() -> None:
    query = knowledge_query(
        redacted_event(
            exception_type=None,
            frames=(),
            message="2026-11-23T08:00:00Z queue 'orders-main' gone after 312 ms"
            " request=3f6c1a52-7c0d-4a0e-9d1e-0123456789ab",
        )
    )

    assert query.text == "queue gone after request= orders-main shop"


def test_exceptions_and_error_codes_are_a_formulation_of_their_own() -> None:
    event = redacted_event(
        exception_type="botocore.exceptions.ClientError",
        message="ORA-00942 after NoSuchBucket and ECONNREFUSED on Monday",
    )

    assert knowledge_query(event).names == "ClientError ORA-00942 NoSuchBucket ECONNREFUSED"
