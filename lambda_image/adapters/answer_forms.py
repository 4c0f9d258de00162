"""The ways to ask a model for a typed answer, strictest first, and how an answer is read and validated."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from lambda_image.domain.errors import AnswerMalformed

T = TypeVar("T")

# Keywords that Bedrock's constrained decoding refuses; pydantic checks them afterwards.
BOUNDS = frozenset({"maxItems", "minItems", "maxLength", "minLength", "maximum", "minimum", "pattern"})
TOOL = "answer"
BY_TOOL = f"Give your answer by calling the tool {TOOL} exactly once."
BY_TEXT = "Answer with one JSON object that fits this JSON schema, and with nothing else:\n"
# Characters. The longest answer that fits a form has half as many; what is read piece by piece costs the
# square of its length, and so one that breaks off is mended only while it is short.
LONGEST, LONGEST_UNFINISHED = 20_000, 6_000
MENDED = "That answer could not be used: {problem}. Answer again with one JSON object that fits the schema."


class Form(IntEnum):
    """How the form of the answer is asked for. A model that refuses one is asked by the next."""

    SCHEMA = 0
    LOOSE_SCHEMA = 1
    TOOL = 2
    TEXT = 3


def schema_of(into: type[object]) -> dict[str, Any]:
    """A self-contained JSON schema: nothing is referred to, no object has room for more."""
    from langchain_core.utils.json_schema import dereference_refs  # noqa: PLC0415

    schema = dereference_refs(TypeAdapter(into).json_schema())
    schema.pop("$defs", None)
    tidy: dict[str, Any] = _tidy(schema, frozenset({"title"}))
    return tidy


def _tidy(schema: Any, without: frozenset[str]) -> Any:
    """The schema without some keywords; names of properties are not keywords."""
    if isinstance(schema, list):
        return [_tidy(each, without) for each in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {
        key: {name: _tidy(value, without) for name, value in each.items()}
        if key == "properties"
        else _tidy(each, without)
        for key, each in schema.items()
        if key not in without
    }
    return {**tidy, "additionalProperties": False} if tidy.get("type") == "object" else tidy


def parameters(form: Form, schema: Mapping[str, Any]) -> dict[str, Any]:
    """What the call to Converse carries beside the messages (Bedrock API Reference, Converse)."""
    if form is Form.TOOL:
        spec = {"name": TOOL, "description": BY_TOOL, "inputSchema": {"json": schema}}
        return {"tools": [{"toolSpec": spec}]}
    if form is Form.TEXT:
        return {}
    wanted = _tidy(schema, BOUNDS) if form is Form.LOOSE_SCHEMA else schema
    structure = {"jsonSchema": {"schema": json.dumps(wanted, ensure_ascii=False), "name": TOOL}}
    return {"output_config": {"textFormat": {"type": "json_schema", "structure": structure}}}


def instruction(form: Form, schema: Mapping[str, Any]) -> str:
    """What the system text says in addition."""
    if form is Form.TOOL:
        return f"\n{BY_TOOL}"
    return f"\n{BY_TEXT}{json.dumps(schema, ensure_ascii=False)}" if form is Form.TEXT else ""


def validated(text: str, into: type[T]) -> T:
    """The answer in this text. Raises AnswerMalformed with a reason that its author can act on."""
    adapter = TypeAdapter(into)
    if len(text) > LONGEST:
        raise AnswerMalformed(f"it is longer than {LONGEST} characters")
    problem = "there is no JSON object in it"
    for candidate in _objects(text):
        try:
            return adapter.validate_python(candidate)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the answer"
            problem = f"{place}: {first['msg']}"[:400]
    raise AnswerMalformed(problem)


def _objects(text: str) -> Iterator[Any]:
    """The JSON objects in a text: whole ones first, then one whose end is missing."""
    decoder = json.JSONDecoder(strict=False)
    at = text.find("{")
    unfinished = at
    while at >= 0:
        try:
            found, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            at = text.find("{", at + 1)
            continue
        except RecursionError:  # no answer is as deep
            return
        yield found
        at = text.find("{", end)
    if unfinished >= 0:
        yield from _closed(text[unfinished:])


def _closed(text: str) -> Iterator[Any]:
    """The object with its missing brackets put in; a code fence that follows it is not part of it."""
    from langchain_core.utils.json import parse_partial_json  # noqa: PLC0415

    if len(text) > LONGEST_UNFINISHED:
        return
    for candidate in (text, text.rpartition("```")[0]):
        try:
            found = parse_partial_json(candidate.rstrip())
        except (json.JSONDecodeError, RecursionError):
            continue
        if isinstance(found, dict):
            yield found
