"""AWS clients made one way, and their errors turned into ours by one table.

They are botocore's: boto3 makes the same ones and brings a transfer manager that costs every cold start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.session import Session

from lambda_image.domain.errors import PermanentError, TransientError

# Error codes after which the same call may succeed: botocore's own retry list
# (botocore/retries/standard.py) and the service models of the services that we call.
TRANSIENT_CODES = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServerException",
        "KMSThrottling",
        "KMSThrottlingException",
        "KmsThrottled",
        "LimitExceededException",
        "ModelErrorException",
        "ModelNotReadyException",
        "ModelTimeoutException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "Throttled",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


# HTTP: of a limit, and from here on of the other side's own faults.
TOO_MANY, SERVER = 429, 500
# What DynamoDB and SQS, in both its protocols, answer when the table or queue is not there.
MISSING_CODES = frozenset(
    {"ResourceNotFoundException", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"}
)


def client(service: str, region: str, read_timeout: float = 60.0, attempts: int = 1) -> Any:
    """A client of the execution role; its own retries are off where `Retry` stands around it."""
    config = Config(
        region_name=region,
        connect_timeout=5,
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    return _session().create_client(service, config=config)


@cache
def _session() -> Session:
    """What all clients share: credentials, and the service descriptions that were read."""
    return Session()


def has_credentials() -> bool:
    """Whether the AWS SDK finds credentials here."""
    return Session().get_credentials() is not None


def credentials() -> Any:
    """What signs requests, which renews itself; None where the AWS SDK finds nothing."""
    return _session().get_credentials()


def error_code(error: ClientError) -> str:
    """The service's name for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def is_missing(error: PermanentError) -> bool:
    """Whether it says that a table or queue does not exist."""
    cause = error.__cause__
    return isinstance(cause, ClientError) and error_code(cause) in MISSING_CODES


def typed(attributes: Mapping[str, str]) -> dict[str, Any]:
    """Attributes of a message as SQS and SNS take them."""
    return {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise TransientError or PermanentError in place of botocore's errors; `what` names the call."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        passes = error_code(error) in TRANSIENT_CODES or status == TOO_MANY or status >= SERVER
        kind = TransientError if passes else PermanentError
        raise kind(f"{what}: {error}") from error
    except (BotoConnectionError, HTTPClientError, IncompleteReadError) as error:
        raise TransientError(f"{what}: {error}") from error
    except BotoCoreError as error:
        raise PermanentError(f"{what}: {error}") from error
