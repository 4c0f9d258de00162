"""Judges an SNS message by the custom notification schema.

The real service accepts the publish and then shows nothing when a message breaks the schema; here the
reasons are kept.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Never

from jsonschema import Draft202012Validator, ValidationError, validators  # type: ignore[import-untyped]

SCHEMA = Path(__file__).with_name("custom-notification.schema.json")
# Bytes of one SNS message: Amazon SNS API Reference, Publish, "Message".
MESSAGE_LIMIT = 262_144
# More items than this make a card that nobody reads; the service states no limit.
ITEMS_ADVISED = 10
REASON_LIMIT = 200  # characters of one reason
REASONS_LIMIT = 20


@dataclass(frozen=True, slots=True)
class CustomNotification:
    """One message of the schema, its absent fields empty; texts are Slack mrkdwn."""

    description: str
    id: str = ""
    title: str = ""
    next_steps: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    thread_id: str = ""
    summary: str = ""
    event_type: str = ""
    related_resources: tuple[str, ...] = ()
    additional_context: Mapping[str, str] | None = None
    custom_actions: bool = True

    @property
    def texts(self) -> tuple[str, ...]:
        """All that people read, in the order in which they read it."""
        return (self.summary, self.title, self.description, *self.next_steps, *self.keywords)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A channel would show it; `warnings` name what it would show badly."""

    notification: CustomNotification
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A channel would show nothing; each reason starts with the path of the field."""

    reasons: tuple[str, ...]


def check(message: str) -> Accepted | Dropped:
    """Read the `Message` of an SNS envelope; never raises, whatever the text is."""
    size = len(message.encode("utf-8", "surrogatepass"))
    if size > MESSAGE_LIMIT:
        return Dropped((f"message: {size} bytes, at most {MESSAGE_LIMIT}",))
    try:
        document = json.loads(message, parse_constant=_refuse_constant)
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return Dropped(("message: holds half a character (a lone surrogate)",))
    except (ValueError, RecursionError) as error:
        return Dropped((f"message: not JSON: {error}"[:REASON_LIMIT],))
    errors = sorted(_validator().iter_errors(document), key=lambda error: error.json_path)
    if errors:
        return Dropped(tuple(_reason(error) for error in errors[:REASONS_LIMIT]))
    return Accepted(_notification(document), tuple(_warnings(document["content"])))


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    strict = validators.extend(Draft202012Validator, {"maxLength": _check_length})
    return strict(schema)


def _check_length(_: Draft202012Validator, limit: int, value: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and _length(value) > limit:
        yield ValidationError(f"{_length(value)} characters, at most {limit}")


def _length(text: str) -> int:
    """UTF-16 units, the strictest of the ways in which services count; JSON Schema counts code points."""
    return len(text.encode("utf-16-le")) // 2


def _refuse_constant(name: str) -> Never:
    raise ValueError(f"{name} is not JSON")


def _reason(error: ValidationError) -> str:
    path = error.json_path.removeprefix("$").removeprefix(".") or "message"
    return f"{path}: {_fault(error)}"[:REASON_LIMIT]


def _fault(error: ValidationError) -> str:
    """What is wrong, without the value: it may be long or secret."""
    match error.validator:
        case "pattern":
            return "empty"
        case "const":
            return f"must be the string {error.validator_value!r}"
        case "type":
            return f"must be of type {error.validator_value}, is {_json_type(error.instance)}"
        case "additionalProperties":
            unknown = sorted(set(error.instance) - set(error.schema["properties"]))
            return f"unknown {', '.join(unknown)}"
        case _:
            return str(error.message)


def _json_type(value: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _notification(document: Mapping[str, Any]) -> CustomNotification:
    content, metadata = document["content"], document.get("metadata", {})
    return CustomNotification(
        description=content["description"],
        id=document.get("id", ""),
        title=content.get("title", ""),
        next_steps=tuple(content.get("nextSteps", ())),
        keywords=tuple(content.get("keywords", ())),
        thread_id=metadata.get("threadId", ""),
        summary=metadata.get("summary", ""),
        event_type=metadata.get("eventType", ""),
        related_resources=tuple(metadata.get("relatedResources", ())),
        additional_context=metadata.get("additionalContext"),
        custom_actions=metadata.get("enableCustomActions", True),
    )


def _warnings(content: Mapping[str, Any]) -> Iterator[str]:
    for field in ("nextSteps", "keywords"):
        items = content.get(field, [])
        if len(items) > ITEMS_ADVISED:
            yield f"content.{field}: {len(items)} items, more than {ITEMS_ADVISED}"
        if not all(item.strip() for item in items):
            yield f"content.{field}: holds an empty item"
        if any(count > 1 for count in Counter(items).values()):
            yield f"content.{field}: holds the same item twice"
