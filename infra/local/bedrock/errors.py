"""What the endpoint answers when it cannot answer: Bedrock's own error names and HTTP codes."""

from __future__ import annotations

# The errors of Converse in botocore's model of bedrock-runtime, and two of the REST-JSON protocol itself.
STATUS = {
    "AccessDeniedException": 403,
    "InternalServerException": 500,
    "ModelErrorException": 424,
    "ModelNotReadyException": 429,
    "ModelTimeoutException": 408,
    "ResourceNotFoundException": 404,
    "SerializationException": 400,
    "ServiceUnavailableException": 503,
    "ThrottlingException": 429,
    "UnknownOperationException": 404,
    "ValidationException": 400,
}
TOO_LONG = "Input is too long for requested model."


class BedrockError(Exception):
    """An error as the client will see it: a name of `STATUS`, and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        """Its HTTP status."""
        return STATUS[self.code]


def invalid(message: str) -> BedrockError:
    """The caller's mistake, or a wish that this endpoint cannot honour."""
    return BedrockError("ValidationException", message)
