"""Domain records as JSON, for queues, function calls and the trace store.

Encoding uses the standard library alone, because `intake` encodes and must start fast; decoding
validates with pydantic, because what comes off a queue is input.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from typing import TYPE_CHECKING, Any, TypeVar

from lambda_image.domain.errors import InputRefused

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from lambda_image.domain.incident import Incident
    from lambda_image.domain.noise import Digest
    from lambda_image.domain.notification import Outcome
    from lambda_image.domain.quiet import Morning

T = TypeVar("T")


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def encode(record: DataclassInstance) -> str:
    """A domain record as one line of JSON; bytes as base64."""
    text = json.dumps(dataclasses.asdict(record), default=_plain, ensure_ascii=False, separators=(",", ":"))
    # No characters of XML, so SQS takes no message with them; a log line may hold them.
    return text.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def decode(kind: type[T], text: str | bytes) -> T:
    """The record that `encode` wrote. Raises InputRefused that says which field is wrong."""
    from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config  # noqa: PLC0415

    config: Any = ConfigDict(val_json_bytes="base64")
    try:
        return TypeAdapter(with_config(config)(kind)).validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputRefused(f"not a {kind.__name__}: {place}: {first['msg']}") from error


def decode_work(text: str | bytes) -> Incident | Digest | Morning:
    """What was queued: a digest alone says when it closes, a morning for whom. Raises InputRefused."""
    from lambda_image.domain.incident import Incident  # noqa: PLC0415
    from lambda_image.domain.noise import Digest  # noqa: PLC0415
    from lambda_image.domain.quiet import Morning  # noqa: PLC0415

    try:
        told = json.loads(text)
    except ValueError as error:
        raise InputRefused(f"not JSON: {error}") from error
    names = told if isinstance(told, dict) else {}
    if "quiet_is_over_for" in names:
        return decode(Morning, text)
    return decode(Digest, text) if "closes" in names else decode(Incident, text)


def decode_outcome(text: str | bytes) -> Outcome:
    """A stored trace; those of before called the name of its work `thread_id`. Raises InputRefused."""
    from lambda_image.domain.notification import Outcome  # noqa: PLC0415

    try:
        told = json.loads(text)
    except ValueError as error:
        raise InputRefused(f"not JSON: {error}") from error
    if isinstance(told, dict) and "work_id" not in told and "thread_id" in told:
        text = json.dumps({"work_id": told["thread_id"], **told})
    return decode(Outcome, text)
