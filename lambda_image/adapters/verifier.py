"""Where a proof is made: in the function that holds nothing, or in a sandbox on this machine."""

from __future__ import annotations

import base64
import gzip
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from lambda_image.adapters.aws import translated
from lambda_image.domain.errors import InputRefused, PermanentError, TransientError
from lambda_image.domain.patch import Proof, VerifyRequest
from lambda_image.steps.repairing.verify import OpenWorkspace, verify
from lambda_image.wire import decode, encode

# Lambda quotas: 6 MB for the payload of a synchronous invocation; base64 inside JSON inside base64 counts.
LARGEST_PAYLOAD = 6 * 1024 * 1024 - 1024
LARGEST_ARCHIVE = 200 * 1024 * 1024


class LocalVerifier:
    """Implements `Verifier` here."""

    def __init__(self, open_workspace: OpenWorkspace) -> None:
        self._open_workspace = open_workspace

    def prove(self, request: VerifyRequest) -> Proof:
        """See `Verifier.prove`."""
        return verify(request, self._open_workspace)


class LambdaVerifier:
    """Implements `Verifier` by the function `verify`; `about` names the incident, for its log."""

    def __init__(self, client: Any, function_name: str, about: Callable[[], Mapping[str, str]]) -> None:
        self._client = client
        self._function = function_name
        self._about = about

    def prove(self, request: VerifyRequest) -> Proof:
        """See `Verifier.prove`. Raises PermanentError for a tree that does not fit into an invocation."""
        payload = packed(request, self._about())
        if len(payload) > LARGEST_PAYLOAD:
            raise PermanentError(
                f"the source tree is too large to be verified: {len(payload)} bytes packed,"
                f" at most {LARGEST_PAYLOAD}"
            )
        with translated("Lambda Invoke of verify"):
            answer = self._client.invoke(FunctionName=self._function, Payload=payload)
            body = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise TransientError(f"verify failed: {_failure(body)}. Its own log says more")
        try:
            return decode(Proof, body)
        except InputRefused as error:
            raise TransientError(f"verify answered without a proof: {error}") from error


def packed(request: VerifyRequest, about: Mapping[str, str] | None = None) -> bytes:
    """The request as the function's event: its JSON, compressed; `about` stands beside it."""
    body = gzip.compress(encode(request).encode(), compresslevel=6, mtime=0)
    return json.dumps({"request": base64.b64encode(body).decode(), "about": dict(about or {})}).encode()


def unpacked(event: Any) -> VerifyRequest:
    """The request in the function's event. Raises InputRefused."""
    with gzip.open(io.BytesIO(base64.b64decode(event["request"]))) as file:
        return decode(VerifyRequest, file.read(LARGEST_ARCHIVE))


def _failure(body: bytes) -> str:
    """The type of what a function raised, or how it ended; its text may be that of a test."""
    try:
        told = json.loads(body)
        return str(told.get("errorType") or told["errorMessage"])[:200]
    except (ValueError, AttributeError, KeyError):
        return "it gave no reason"
