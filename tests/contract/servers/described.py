"""Requests held against a host's published description of its API (OpenAPI 3)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft4Validator  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT4

FOLDER = Path(__file__).with_name("descriptions")
Json = dict[str, Any]
# A part of a document refers to the whole by this name.
WHOLE = "urn:described"
LITERALS = {"true": True, "false": False}


class Description:
    """One file of `descriptions/`; `prefix` stands before all its paths at this server."""

    def __init__(self, name: str, prefix: str = "") -> None:
        self._prefix = prefix
        text = (FOLDER / f"{name}.json").read_text(encoding="utf-8").replace('"#/', f'"{WHOLE}#/')
        self._document: Json = json.loads(text)
        resource = DRAFT4.create_resource(self._document)
        self._registry: Any = Registry().with_resource(WHOLE, resource)

    def breaches(self, method: str, path: str, query: Mapping[str, list[str]], body: bytes) -> Iterator[str]:
        """What is wrong with a request; `path` as it was sent, with its escapes."""
        found = self._operation(method.lower(), path.removeprefix(self._prefix))
        if found is None:
            yield f"{method} {path} is not described"
            return
        operation, values = found
        known = {(each["in"], each["name"]): each for each in map(self._resolved, operation["parameters"])}
        for name, value in values.items():
            yield from self._parameter(known.get(("path", name)), name, value)
        for name, each in ((name, each) for name, found in query.items() for each in found):
            yield from self._parameter(known.get(("query", name)), name, each)
        for (place, name), parameter in known.items():
            if place == "query" and parameter.get("required") and name not in query:
                yield f"{name} is missing"
        yield from self._body(operation.get("requestBody"), body)

    def _operation(self, method: str, path: str) -> tuple[Json, dict[str, str]] | None:
        for template, item in self._document["paths"].items():
            pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))
            if (found := re.fullmatch(pattern, path)) and method in item:
                values = {name: unquote(value) for name, value in found.groupdict().items()}
                return {"parameters": [], **item[method]}, values
        return None

    def _resolved(self, given: Json) -> Json:
        found: Any = given
        while "$ref" in found:
            found = self._registry.resolver().lookup(found["$ref"]).contents
        return dict(found)

    def _parameter(self, known: Json | None, name: str, value: str) -> Iterator[str]:
        if known is None:
            yield f"{name} is no parameter"
            return
        schema = known["schema"]
        read: object = value
        if schema.get("type") == "integer" and value.lstrip("-").isdigit():
            read = int(value)
        if schema.get("type") == "boolean":
            read = LITERALS.get(value, value)
        yield from self._judged(schema, read, name)

    def _body(self, described: Json | None, body: bytes) -> Iterator[str]:
        if described is None:
            if body:
                yield f"a body is not described: {body[:80]!r}"
            return
        if not body:
            if described.get("required"):
                yield "the body is missing"
            return
        schema = described["content"]["application/json"]["schema"]
        read = json.loads(body)
        properties = self._properties(schema)
        if isinstance(read, dict) and properties:
            for name in set(read) - set(properties):
                yield f"{name} is no field"
            for name, each in read.items():
                if isinstance(each, str) and properties.get(name, {}).get("x-comma-separated"):
                    read[name] = each.split(",")
        yield from self._judged(schema, read, "the body")

    def _properties(self, schema: Json) -> Json:
        """The fields that a schema names, itself or by those that it is made of."""
        here = self._resolved(schema)
        found = dict(here.get("properties", {}))
        for part in [*here.get("allOf", []), *here.get("oneOf", []), *here.get("anyOf", [])]:
            found |= self._properties(part)
        return found

    def _judged(self, schema: Json, value: object, name: str) -> Iterator[str]:
        validator: Any = Draft4Validator(schema, registry=self._registry)
        for error in validator.iter_errors(value):
            yield f"{name}: {error.message}"
