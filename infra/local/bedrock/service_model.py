"""Requests held against botocore's own model of bedrock-runtime: a wrong field fails as it does at AWS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

from infra.local.bedrock.errors import invalid


def check_converse(params: dict[str, Any]) -> None:
    """Nothing, when `params` (the body, and modelId) fit Converse. Raises ValidationException."""
    shape = converse_shape()
    report = ParamValidator().validate(params, shape)
    if report.has_errors():
        raise invalid(report.generate_report())
    wrong = list(_beyond(params, shape, ""))
    if wrong:
        count = f"{len(wrong)} validation error{'s' if len(wrong) > 1 else ''} detected"
        raise invalid(f"{count}: {'; '.join(wrong)}")


@cache
def converse_shape() -> Shape:
    """The input of Converse; ConverseStream's has the same members."""
    description = Loader().load_service_model("bedrock-runtime", "service-2")
    shape = ServiceModel(description, "bedrock-runtime").operation_model("Converse").input_shape
    assert shape is not None  # noqa: S101 - Converse has an input
    return shape


def _beyond(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """What botocore leaves to the service: enumerations, upper limits and patterns."""
    if isinstance(shape, StructureShape):
        for name, each in value.items() if not shape.is_document_type else ():
            yield from _beyond(each, shape.members[name], f"{path}.{name}".lstrip("."))
    elif isinstance(shape, ListShape):
        yield from _limit(len(value), shape, path, "length")
        for index, each in enumerate(value):
            yield from _beyond(each, shape.member, f"{path}.{index + 1}.member")
    elif shape.type_name == "string":
        yield from _of_string(value, shape, path)
    elif shape.type_name in {"integer", "long", "float", "double"}:
        yield from _limit(value, shape, path, "value")


def _of_string(value: str, shape: Shape, path: str) -> Iterator[str]:
    allowed = shape.metadata.get("enum", [])
    if allowed and value not in allowed:
        yield _failed(path, f"satisfy enum value set: {allowed}")
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield _failed(path, f"satisfy regular expression pattern: {pattern}")
    yield from _limit(len(value), shape, path, "length")


def _limit(size: float, shape: Shape, path: str, what: str) -> Iterator[str]:
    limit = shape.metadata.get("max")
    if limit is not None and size > limit:
        yield _failed(path, f"have {what} less than or equal to {limit}")


def _failed(path: str, constraint: str) -> str:
    return f"Value at '{path}' failed to satisfy constraint: Member must {constraint}"
