"""A service of AWS on the wire of a boto3 client, strict about botocore's model of it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

Asked = dict[str, Any]
Answer = Callable[[Asked], Mapping[str, Any]]


class Refusal(Exception):
    """An error that the service answers with."""

    def __init__(self, code: str, message: str = "no", status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class StandIn:
    """Answers the operations in `answers`, by their names in the model; others go on to moto, if it is on.

    What is asked and answered must be what the service's model says, with its lengths, patterns and enums.
    """

    def __init__(self, service: str, answers: Mapping[str, Answer], region: str = "eu-central-1") -> None:
        self.asked: list[tuple[str, Asked]] = []
        self._answers = dict(answers)
        self.client: Any = boto3.client(  # type: ignore[call-overload]
            service,
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
        )
        events = self.client.meta.events
        events.register_last("before-parameter-build.*.*", self._note)
        events.register_first("before-send.*.*", self._answer)

    def of(self, operation: str) -> list[Asked]:
        """What was asked of an operation."""
        return [asked for name, asked in self.asked if name == operation]

    def answer(self, operation: str, answer: Answer) -> None:
        """Answer an operation so from now on."""
        self._answers[operation] = answer

    def take(self, operation: str) -> Answer:
        """How an operation is answered by now."""
        return self._answers[operation]

    def unreachable(self) -> None:
        """Let every request from now on fail before it arrives."""

        def fail(request: Any, **_: Any) -> None:
            raise EndpointConnectionError(endpoint_url=request.url)

        self.client.meta.events.register_first("before-send.*.*", fail)

    def _note(self, params: Asked, model: Any, **_: Any) -> None:
        conforms(model.input_shape, params, model.name)
        self.asked.append((model.name, dict(params)))

    def _answer(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        operation = event_name.rpartition(".")[2]
        if operation not in self._answers:
            return None
        try:
            answer = self._answers[operation](self.asked[-1][1])
        except Refusal as refusal:
            told = {"__type": refusal.code, "message": refusal.message}
            return _response(request.url, refusal.status, told, {"x-amzn-errortype": refusal.code})
        model = self.client.meta.service_model.operation_model(operation)
        conforms(model.output_shape, answer, f"answer of {operation}")
        return _response(request.url, 200, answer, {})


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Any:
        yield self.read()


def _response(url: str, status: int, told: Any, headers: dict[str, str]) -> AWSResponse:
    body: Any = _Raw(json.dumps(told).encode())
    told_as: Any = {"content-type": "application/json", **headers}
    return AWSResponse(url, status, told_as, body)


def conforms(shape: Any, value: Any, path: str) -> None:
    """Raises AssertionError where a value is not as its shape says; botocore checks types and minima only."""
    if shape is None or shape.metadata.get("document") or getattr(shape, "is_document_type", False):
        return
    if shape.type_name == "structure":
        unknown = set(value) - set(shape.members)
        missing = set(shape.required_members) - set(value)
        assert not unknown | missing, f"{path}: unknown {unknown}, missing {missing}"
        for key, each in value.items():
            conforms(shape.members[key], each, f"{path}.{key}")
        return
    size = value if shape.type_name in {"integer", "long", "float", "double"} else None
    size = len(value) if size is None and hasattr(value, "__len__") else size
    if size is not None:
        low, high = shape.metadata.get("min", size), shape.metadata.get("max", size)
        assert low <= size <= high, f"{path}: {size} is not within {low} and {high}"
    if shape.type_name == "list":
        for number, each in enumerate(value):
            conforms(shape.member, each, f"{path}[{number}]")
    if shape.type_name == "string":
        assert isinstance(value, str), f"{path}: {value!r} is no text"
        assert value in (shape.enum or [value]), f"{path}: {value!r} is none of {shape.enum}"
        pattern = shape.metadata.get("pattern", "").replace(r"\P{C}", r"[^\x00-\x1f]")
        assert re.match(pattern, value), f"{path}: {value!r} does not match {pattern}"
