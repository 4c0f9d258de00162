"""Which items of a batch are delivered again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.functions.spec import InvokeResult
from infra.local.pump.failures import failed_items

BATCH = ("1", "2", "3")


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ("some text", set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "2"}]}, {"2"}),
        ({"batchItemFailures": [{"itemIdentifier": "3"}, {"itemIdentifier": "1"}]}, {"1", "3"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, set(BATCH)),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, set(BATCH)),
        ({"batchItemFailures": [{"itemIdentifier": "9"}]}, set(BATCH)),
        ({"batchItemFailures": [{"itemIdentifier": "2"}, {"identifier": "3"}]}, set(BATCH)),
        ({"batchItemFailures": ["2"]}, set(BATCH)),
        ({"batchItemFailures": "2"}, set(BATCH)),
    ],
)
def test_the_answer_names_what_failed(answer: Any, failed: set[str]) -> None:
    assert failed_items(InvokeResult(200, json.dumps(answer).encode()), BATCH) == failed


def test_a_function_error_fails_everything() -> None:
    result = InvokeResult(200, b'{"batchItemFailures": []}', function_error="Unhandled")

    assert failed_items(result, BATCH) == set(BATCH)


def test_an_answer_that_is_no_json_is_no_failure() -> None:
    assert failed_items(InvokeResult(200, b"{"), BATCH) == set()
