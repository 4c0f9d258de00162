"""botocore's errors become ours by one table."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

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


def test_any_server_error_is_transient() -> None:
    with pytest.raises(TransientError), translated("x"):
        raise client_error("Whatever", 503)


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ValidationException", "ServiceQuotaExceededException"]
)
def test_refusals_are_permanent(code: str) -> None:
    with pytest.raises(PermanentError), translated("x"):
        raise client_error(code)


def test_connections_may_come_back_and_credentials_do_not() -> None:
    with pytest.raises(TransientError), translated("x"):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    with pytest.raises(PermanentError), translated("x"):
        raise NoCredentialsError
