"""One log line without its prefix: time, level, logger, request id and JSON wrapping taken off."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from lambda_image.steps.reading import fields as names
from lambda_image.steps.reading.access import Access, access_fields, read_access
from lambda_image.steps.reading.prefix import KLOG, RUBY, TIME, UUID, without_collector

LEVELS = {
    **dict.fromkeys(
        ("fatal", "critical", "crit", "severe", "panic", "emerg", "emergency", "alert", "ftl"), "fatal"
    ),
    **dict.fromkeys(("error", "err", "eror", "failure"), "error"),
    **dict.fromkeys(("warning", "warn", "wrn"), "warning"),
    **dict.fromkeys(("info", "notice", "information", "inf"), "info"),
    **dict.fromkeys(("debug", "trace", "verbose", "fine", "dbg", "vrb"), "debug"),
}
ERROR_LEVELS = frozenset({"fatal", "error"})
_WARNINGS = ERROR_LEVELS | {"warning"}
# What a word for one of these levels holds.
_WARNING_HINTS = (
    *("err", "warn", "fail", "fat", "crit", "eror", "wrn", "sever", "panic", "emerg", "alert", "ftl"),
)
_WORDS = "|".join(sorted(LEVELS, key=len, reverse=True))
# A measure of nothing: `ERROR count: 0`, `ERRORS=0`.
_NOTHING = r"(?!\s*(?:count|rate|total|ratio)?\s{0,3}[:=]\s{0,3}0(?:\.0+)?(?![\w.]))"
# A level word in capitals or in brackets, or as a key's value; lower case prose and URLs do not count.
_LEVEL = re.compile(
    rf"(?<![\w/?&=.%-])(?P<upper>{_WORDS.upper()})(?![\w/=-]){_NOTHING}|\[(?i:(?P<bracket>{_WORDS}))\]"
    rf"|\] [\w-]{{1,40}}\.(?P<channel>{_WORDS.upper()}): "
    rf"|(?:^|[\s,{{\"'|])(?i:level|lvl|severity|log\.level|loglevel)[\"']?[=:]\s*[\"']?(?i:(?P<key>{_WORDS}))\b"
)
# In a column of its own, as zap writes it to a console.
_COLUMN = re.compile(rf"\t(?i:({_WORDS}))\t")
# `error: it broke`, `psql: error: it broke`; a program's name may stand before it.
_SPOKEN = re.compile(rf"(?:[\w./-]{{1,40}}: )?(?P<first>(?i:{_WORDS}))(?: error)?: ")
_KLOG_LEVELS = {"I": "info", "W": "warning", "E": "error", "F": "fatal"}
_PREFIX_REACH = 160
_PREFIX = re.compile(
    rf"(?:\s*(?:\[?(?:{TIME})\]?|{UUID}|\[?(?:{_WORDS.upper()})\]?(?!\w):?|\[(?i:{_WORDS})\]"
    # Behind the time, MySQL writes the thread, and PostgreSQL on RDS the client, user, database and process.
    rf"|\d{{1,10}}(?=\s\[(?i:{_WORDS})\])|:[\w.:-]{{0,80}}(?:\(\d{{1,5}}\))?:[^\s:@]{{0,63}}@[^\s:]{{0,63}}:\[\d{{1,8}}\]:"
    r"|<\d{1,3}>|\[[\w.:/$-]{1,60}\]|[-|:]+(?=\s)))+\s*"
)
# pino and bunyan count levels in tens, Monolog in hundreds: https://getpino.io/#/docs/api?id=loggerlevels-object,
# https://github.com/Seldaek/monolog/blob/main/doc/01-usage.md#log-levels
_NUMBERED = {60: "fatal", 50: "error", 40: "warning", 30: "info", 20: "debug", 10: "debug"} | {
    level: name
    for levels, name in (
        ((600, 550, 500), "fatal"),
        ((400,), "error"),
        ((300,), "warning"),
        ((250, 200), "info"),
    )
    for level in levels
}
_REQUEST = re.compile(
    rf"(?i:request[ _-]?id|req_id|correlation[ _-]?id)[\"']?"
    rf"\s{{0,3}}[:=]\s{{0,3}}[\"']?(?P<named>[\w./+=-]{{4,128}})"
    rf"|(?:^|[\t ])(?P<lambda>{UUID})(?=[\t ])|^\((?P<gateway>{UUID})\) "
)
_SERVICE = re.compile(r"(?:^|[\s,{])(?:service|app|application)[\"']?=[\"']?(?P<service>[\w.:/-]{1,100})")
_CODE = re.compile(
    r"(?i:error[ _]?code|err_code)[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?P<code>[\w.-]{1,80})"
    r"|An error occurred \((?P<aws>[\w.]{1,80})\) when calling|\bError Type: (?P<lambda>[\w.]{1,80})"
    r"|\b(?P<runtime>Runtime\.[A-Z]\w{2,60}|Sandbox\.[A-Z]\w{2,60}|Extension\.[A-Z]\w{2,60})"
    r"|(?:^|[\s\[(])(?P<errno>ORA-\d{5}|MY-\d{6}|SQLSTATE\[\w{5}\]|E(?:CONN|ADDR|TIMED|HOST|NET|PIPE|NOENT|ACCES|PERM)[A-Z]{0,12})\b"
)
_LOGFMT = re.compile(r"(?:^|\s)(?:msg|message|event)=(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<plain>\S+))")
_LOGFMT_STACK = re.compile(
    r"(?:^|\s)(?:stack|stack_?trace|trace(?:back)?|exception|exc_info|err(?:or)?(?:Verbose|[._]stack))="
    r'"(?P<stack>(?:[^"\\]|\\.)*\\n(?:[^"\\]|\\.)*)'
)
# An exception that stands in a line by itself: `ValueError: not a number`.
_EXCEPTION = re.compile(
    r"(?:Uncaught |Unhandled exception[.:] |Exception in thread \"[^\"]{1,100}\" )?"
    r"(?P<type>(?:[A-Za-z_$][\w$]{0,80}(?:\.|::|\\)){0,12}(?:[A-Z]\w{0,80})?(?:Error|Exception))"
    r": (?P<message>.*)"
)
FACTS_REACH = 2_000
STACK_REACH = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says: `level` in lower case or None; `stack` are the lines of a stack in a JSON field."""

    level: str | None
    text: str
    exception_type: str | None = None
    stack: tuple[str, ...] = ()
    request_id: str | None = None
    service: str | None = None
    error_code: str | None = None


def read_line(text: str) -> Line:
    """The parts of one line, JSON or plain; of lines that are one JSON object or access log together, too."""
    plain = without_collector(text)
    found = names.parse(plain.strip())
    if found:
        return _from_json(found, plain.strip())
    if access := read_access(plain.strip().replace("\n", " ") if "\n" in plain[:600] else plain):
        return _from_access(access)
    said = _logfmt(plain)
    if said is None:
        return Line(_level(plain), without_prefix(plain))
    return Line(_level(plain), said, stack=_logfmt_stack(plain))


def encodable(text: str) -> str:
    """The text without half surrogate pairs, which JSON can hold and UTF-8 cannot."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def level_of(text: str) -> str | None:
    """The level that a line states near its beginning."""
    return _level(without_collector(text[: _PREFIX_REACH * 4]))


def warns(text: str) -> bool:
    """Whether the line's level is a warning or worse; most lines tell with one look that it is not."""
    plain = without_collector(text[: _PREFIX_REACH * 4])
    low = plain[: _PREFIX_REACH * 2].lower()
    return (any(hint in low for hint in _WARNING_HINTS) or KLOG.match(plain) is not None) and _level(
        plain
    ) in _WARNINGS


def _level(plain: str) -> str | None:
    if found := KLOG.match(plain):
        return _KLOG_LEVELS[found["level"]]
    begin = plain[:_PREFIX_REACH]
    if found := _LEVEL.search(begin) or (_COLUMN.search(begin) if "\t" in begin else None):
        return LEVELS[next(word for word in found.groups() if word).lower()]
    if ": " not in begin:
        return None
    if begin.startswith("fail: "):
        # The console logger of .NET shortens its levels to four letters.
        return "error"
    spoken = _SPOKEN.match(without_prefix(begin))
    return LEVELS[spoken["first"].lower()] if spoken else None


def without_prefix(text: str) -> str:
    """The line from its first own word on; never empty when the line is not."""
    own = text[ruby.end() :] if (ruby := RUBY.match(text)) else text
    found = KLOG.match(own) or _PREFIX.match(own[:400])
    rest = own[found.end() :] if found else own
    return rest.strip() or text.strip()


def _logfmt(text: str) -> str | None:
    """The message of a logfmt line, which has a level among its keys as well."""
    if "level=" not in text[:FACTS_REACH] and "lvl=" not in text[:FACTS_REACH]:
        return None
    found = _LOGFMT.search(text[:FACTS_REACH])
    return (found["quoted"] or found["plain"]) if found else None


def _logfmt_stack(text: str) -> tuple[str, ...]:
    """The lines of a stack that logfmt quotes as one value."""
    found = _LOGFMT_STACK.search(text[:STACK_REACH])
    return tuple(re.sub(r"\\(.)", _unescaped, found["stack"]).split("\n")) if found else ()


def _unescaped(found: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t", "r": ""}.get(found[1], found[1])


def with_facts(line: Line, text: str) -> Line:
    """The line with the ids, service, code and exception that a plain text states; JSON stated its own."""
    head = text[:FACTS_REACH]
    if line.exception_type is None and (named := _EXCEPTION.match(line.text)):
        line = replace(line, exception_type=named["type"], text=named["message"].strip() or line.text)
    request, service, code = _REQUEST.search(head), _SERVICE.search(head), _CODE.search(head)
    return replace(
        line,
        request_id=line.request_id
        or ((request["named"] or request["lambda"] or request["gateway"]) if request else None),
        service=line.service or (service["service"] if service else None),
        error_code=line.error_code
        or (next((each for each in code.groups() if each), None) if code else None),
    )


def _from_access(access: Access) -> Line:
    level = "error" if access.status >= 500 else "warning" if access.status >= 400 else "info"
    return Line(level, access.message, None, (), access.request_id, access.service, access.error_code)


def _from_json(fields: dict[str, Any], text: str) -> Line:
    if access := access_fields(fields):
        return replace(_from_access(access), service=names.stated(fields, names.SERVICE))
    outer = fields
    if isinstance(said := fields.get("fields"), dict) and names.first(fields, names.MESSAGE) is None:
        # Rust's tracing keeps all that an event says apart from where it came from.
        fields = said | fields
    fields = fields | _of_execution(fields)
    for _ in range(20):
        if not isinstance(message := names.first(fields, names.MESSAGE), dict):
            break
        fields = {name: value for name, value in fields.items() if value is not message} | message
    fields = _carried(fields) | fields
    error = fields.get("err") or fields.get("error") or fields.get("exception")
    if isinstance(error, dict):
        fields = {**_of_error(error), **fields}
    kind = names.first(fields, names.TYPE)
    known = isinstance(kind, str) and re.fullmatch(r"[\w.$:<>\\]{1,200}", kind) and kind[:1].isalpha()
    # Many lines state their level first, and then add an object of values.
    level = _json_level(fields) or _platform_level(outer) or _level(text[: text.index("{")])
    line = Line(
        level=level,
        text=encodable(message if isinstance(message, str) else str(message))
        if message is not None
        else without_prefix(text),
        exception_type=str(kind) if known and _is_type(fields, str(kind)) else None,
        stack=_stack(fields),
    )
    return replace(
        line,
        request_id=names.stated(outer, names.REQUEST) or names.stated(fields, names.REQUEST),
        service=names.stated(outer, names.SERVICE),
        error_code=_json_code(outer),
    )


def _carried(fields: dict[str, Any]) -> dict[str, Any]:
    """What says something of an error in the object where a logger keeps its caller's own values."""
    held = (fields[name] for name in names.CARRIERS if isinstance(fields.get(name), dict))
    return {name: value for each in held for name, value in each.items() if name in names.CARRIED}


def _of_execution(fields: dict[str, Any]) -> dict[str, Any]:
    """What an event of a state machine says of its end.

    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    """
    kind, details = fields.get("type"), fields.get("details")
    if "execution_arn" not in fields or not isinstance(kind, str) or not isinstance(details, dict):
        return {}
    if not kind.endswith(("Failed", "TimedOut", "Aborted")):
        return {}
    cause = details.get("cause") or kind
    # The cause of a function is all that its runtime reported.
    reported = names.parse(cause) if isinstance(cause, str) and cause.startswith("{") else None
    return {"errorMessage": cause, "errorType": details.get("error") or kind} | (reported or {})


def _of_error(error: dict[str, Any]) -> dict[str, Any]:
    """What an error object adds: pino's `err`, Elastic's `error`, Serilog's and Powertools' `exception`."""
    stack = names.first(error, ("stack", "stackTrace", "stack_trace", "stacktrace", "trace", "value"))
    kind = names.first(error, ("type", "name", "kind", "class"))
    return {"stack": stack, "errorType": kind, "errorMessage": error.get("message")}


def _is_type(fields: dict[str, Any], kind: str) -> bool:
    """`type` alone may name anything; the longer keys name an exception, however it is spelled."""
    if any(fields.get(name) == kind for name in names.TYPE if name != "type"):
        return True
    fails = _json_level(fields) in ERROR_LEVELS or names.first(fields, names.STACK) is not None
    return kind[:1].isupper() and (fails or kind.endswith(("Error", "Exception")))


def _stack(fields: dict[str, Any]) -> tuple[str, ...]:
    stack = names.first(fields, names.STACK)
    if isinstance(stack, dict):
        stack = names.first(stack, ("stackTrace", "stacktrace", "stack_trace", "stack", "trace", "value"))
    if isinstance(stack, bool | int | dict):
        return ()
    lines = [str(each) for each in stack] if isinstance(stack, list) else [str(stack or "")]
    return tuple(encodable("\n".join(lines)).split("\n")) if any(lines) else ()


def _json_level(fields: dict[str, Any]) -> str | None:
    level = names.first(fields, names.LEVEL)
    if isinstance(level, int):
        return _NUMBERED.get(level)
    if isinstance(level, str):
        return LEVELS.get(level.lower()) or (_NUMBERED.get(int(level)) if level in {"50", "60"} else None)
    return "error" if fields.get("errorMessage") or fields.get("errorType") else None


def _platform_level(fields: dict[str, Any]) -> str | None:
    """Lambda's platform events state how an invocation ended; the report is the last and counts alone."""
    record = fields.get("record")
    if fields.get("type") != "platform.report" or not isinstance(record, dict):
        return None
    return "error" if record.get("status") in {"error", "failure", "timeout"} else "info"


def _json_code(fields: dict[str, Any]) -> str | None:
    """A code by name, else the status of an answer that was an error."""
    status = names.stated(fields, names.STATUS)
    refused = status if status and re.fullmatch(r"[45]\d\d", status) else None
    return names.stated(fields, names.CODE) or refused
