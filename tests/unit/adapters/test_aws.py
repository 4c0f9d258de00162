"""botocore's errors become ours by one table."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
)
from botocore.session import Session

from lambda_image.adapters.aws import TRANSIENT_CODES, translated
from lambda_image.domain.errors import PermanentError, TransientError


def client_error(code: str, status: int = 400) -> ClientError:
    """An error as a service answers it."""
    answer = {"Error": {"Code": code, "Message": "m"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Operation")  # type: ignore[arg-type]


@pytest.mark.parametrize("code", sorted(TRANSIENT_CODES))
def test_transient_codes(code: str) -> None:
    with pytest.raises(TransientError, match="SQS SendMessage"), translated("SQS SendMessage"):
        raise client_error(code)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_any_server_error_and_any_limit_is_transient(status: int) -> None:
    with pytest.raises(TransientError), translated("x"):
        raise client_error("Whatever", status)


@pytest.mark.parametrize("service", ["sns", "sqs", "kinesis"])
def test_each_code_of_throttling_in_the_services_own_models_is_transient(service: str) -> None:
    model = Session().get_service_model(service)
    errors = [model.shape_for(name).metadata.get("error", {}).get("code", name) for name in model.shape_names]
    throttled = {code for code in errors if "throttl" in code.lower()}

    assert throttled
    assert throttled <= TRANSIENT_CODES


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ValidationException", "ServiceQuotaExceededException"]
)
def test_refusals_are_permanent(code: str) -> None:
    with pytest.raises(PermanentError), translated("x"):
        raise client_error(code)


def test_connections_may_come_back_and_credentials_do_not() -> None:
    with pytest.raises(TransientError), translated("x"):
        raise IncompleteReadError(actual_bytes=1, expected_bytes=2)
    with pytest.raises(TransientError), translated("x"):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    with pytest.raises(PermanentError), translated("x"):
        raise NoCredentialsError
