"""Calls of an AWS service, and what its errors mean to a person."""

from __future__ import annotations

from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as Unreachable

from knowledge.errors import ServiceBusy, ServiceRefused

# Of the service models of kendra, bedrock-agent-runtime and s3vectors in botocore; the last three are what
# any service says.
BUSY = frozenset(
    {
        "BadGatewayException",
        "ConflictException",
        "InternalServerException",
        "RequestTimeoutException",
        "ServiceUnavailableException",
        "ThrottlingException",
        "TooManyRequestsException",
        "InternalError",
        "RequestLimitExceeded",
        "Throttling",
    }
)
ABSENT = frozenset({"NotFoundException", "ResourceNotFoundException"})
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedException"})
STALE = frozenset({"ExpiredTokenException", "InvalidSignatureException", "UnrecognizedClientException"})
OVER = frozenset({"ServiceQuotaExceededException"})
KEYS = "Kms"


class Calls(Protocol):
    """One service: an operation by the SDK's name for it, with its parameters."""

    def __call__(self, operation: str, /, **asked: Any) -> dict[str, Any]:
        """The service's answer. Raises ServiceRefused, or ServiceBusy where a later call may succeed."""


class ClientCalls:
    """Implements `Calls` on a boto3 client, which retries or not as it was made to."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __call__(self, operation: str, /, **asked: Any) -> dict[str, Any]:
        """See `Calls`."""
        name = f"{self._client.meta.service_model.service_id} {operation}"
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**asked)
        except ClientError as error:
            raise _refused(name, self._client.meta.region_name, error) from error
        except (Unreachable, HTTPClientError) as error:
            fix = "Check the network of the function, and that the Region has this service"
            raise ServiceBusy(f"{name}: {error}", fix) from error
        except BotoCoreError as error:
            raise ServiceRefused(f"{name}: {error}", "Check the credentials and the index setting") from error
        return answer


def code_of(error: ServiceRefused) -> str:
    """The service's own name for what went wrong; empty where it said nothing."""
    cause = error.__cause__
    return str(cause.response["Error"].get("Code", "")) if isinstance(cause, ClientError) else ""


def _refused(name: str, region: str, error: ClientError) -> ServiceRefused:
    said = error.response.get("Error", {})
    code = str(said.get("Code", "Unknown"))
    told = f"{name}: {code}: {said.get('Message', 'no reason given')}"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in BUSY or status >= 500:
        return ServiceBusy(told, "It is throttled or down; ask again later, or raise the service's quota")
    return ServiceRefused(told, _fix(code, name, region))


def _fix(code: str, name: str, region: str) -> str:
    if code in ABSENT:
        return f"There is no such index in {region}: check its id in the setting, and the Region"
    if code in DENIED:
        return f"Allow {name} on this index to the role that asks: docs/operations/existing-index.md"
    if code in STALE:
        return "Renew the AWS credentials"
    if code in OVER:
        return "Raise the quota of the index in Service Quotas"
    if code.startswith(KEYS):
        return "Allow the role to use the KMS key of the index"
    return "See the message of AWS, and docs/operations/existing-index.md"
