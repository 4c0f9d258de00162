"""One log line without its prefix: time, level, logger, request id and JSON wrapping taken off."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

LEVELS = {
    **dict.fromkeys(("fatal", "critical", "crit", "severe", "panic", "emerg", "alert"), "fatal"),
    **dict.fromkeys(("error", "err", "eror"), "error"),
    **dict.fromkeys(("warning", "warn"), "warning"),
    **dict.fromkeys(("info", "notice", "information"), "info"),
    **dict.fromkeys(("debug", "trace", "verbose", "fine"), "debug"),
}
ERROR_LEVELS = frozenset({"fatal", "error"})
_WORDS = "|".join(sorted(LEVELS, key=len, reverse=True))
# A level word in capitals or in brackets, or as a key's value; lower case prose does not count.
_LEVEL = re.compile(
    rf"\b(?P<upper>{_WORDS.upper()})\b|\[(?P<bracket>{_WORDS})\]"
    rf"|\b(?:level|lvl|severity)[=:]\s*\"?(?P<key>{_WORDS})\b|^(?P<first>{_WORDS})\b[: ]",
    re.IGNORECASE,
)
_PREFIX_REACH = 160
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:[.,]\d+)?"
_TIME = rf"\d{{4}}[-/.]\d{{2}}[-/.]\d{{2}}(?:[T ]{_CLOCK}(?:Z|[+-]\d{{2}}:?\d{{2}})?)?|{_CLOCK}"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PREFIX = re.compile(
    rf"(?:\s*(?:{_TIME}|{_UUID}|\[?(?:{_WORDS.upper()})\]?:?|\[(?:{_WORDS})\]"
    r"|<\d{1,3}>|\[[\w.:/$-]{1,60}\]|[-|:]+(?=\s)))+\s*"
)
# Where JSON loggers put the text, the level, the type and the stack: Powertools, Lambda's JSON format,
# structlog, pino, zap, logback, Serilog.
_MESSAGE_KEYS = ("message", "msg", "event", "@m", "errorMessage", "@mt", "log")
_LEVEL_KEYS = ("level", "severity", "log.level", "lvl", "@l", "levelname")
_TYPE_KEYS = ("errorType", "exception_name", "exc_type", "exception_type", "err.type", "type")
_STACK_KEYS = (
    "stackTrace",
    "stack_trace",
    "exception",
    "exc_info",
    "stack",
    "stacktrace",
    "error.stack",
    "@x",
)
# pino counts levels in tens: https://getpino.io/#/docs/api?id=loggerlevels-object
_PINO = {60: "fatal", 50: "error", 40: "warning", 30: "info", 20: "debug", 10: "debug"}


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says: `level` in lower case or None; `stack` are the lines of a stack in a JSON field."""

    level: str | None
    text: str
    exception_type: str | None = None
    stack: tuple[str, ...] = ()


def read_line(text: str) -> Line:
    """The parts of one line, JSON or plain."""
    stripped = text.strip()
    if stripped.startswith("{") and stripped.endswith("}"):
        try:
            fields = json.loads(stripped)
        except (ValueError, RecursionError):
            fields = None
        if isinstance(fields, dict) and fields:
            return _from_json(fields, stripped)
    return Line(level_of(text), without_prefix(text))


def encodable(text: str) -> str:
    """The text without half surrogate pairs, which JSON can hold and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def level_of(text: str) -> str | None:
    """The level that a line states near its beginning."""
    for found in _LEVEL.finditer(text[:_PREFIX_REACH]):
        upper = found["upper"]
        word = (upper or found["bracket"] or found["key"] or found["first"]).lower()
        if upper and not upper.isupper():
            continue
        return LEVELS[word]
    return None


def without_prefix(text: str) -> str:
    """The line from its first own word on; never empty when the line is not."""
    found = _PREFIX.match(text[:400])
    rest = text[found.end() :] if found else text
    return rest.strip() or text.strip()


def _from_json(fields: dict[str, Any], text: str) -> Line:
    while isinstance(message := _first(fields, _MESSAGE_KEYS), dict):
        fields = {name: value for name, value in fields.items() if value is not message} | message
    error = fields.get("err") or fields.get("error")
    if isinstance(error, dict):
        fields = {"stack": error.get("stack"), "errorType": error.get("type"), **fields}
    stack = _first(fields, _STACK_KEYS)
    if isinstance(stack, dict):
        stack = _first(stack, ("stackTrace", "stacktrace", "stack", "value"))
    lines = [str(each) for each in stack] if isinstance(stack, list) else str(stack or "").splitlines()
    kind = _first(fields, _TYPE_KEYS)
    return Line(
        level=_json_level(fields),
        text=encodable(str(message)) if message is not None else text,
        exception_type=kind
        if isinstance(kind, str) and re.fullmatch(r"[\w.$:]+", kind) and kind[:1].isupper()
        else None,
        stack=tuple(encodable("\n".join(lines)).splitlines()),
    )


def _json_level(fields: dict[str, Any]) -> str | None:
    level = _first(fields, _LEVEL_KEYS)
    if isinstance(level, int):
        return _PINO.get(level)
    if isinstance(level, str):
        return LEVELS.get(level.lower())
    return "error" if "errorMessage" in fields or "errorType" in fields else None


def _first(fields: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((fields[key] for key in keys if fields.get(key) not in (None, "", [])), None)
