"""What a block of lines says: language, exception type, message and frames."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lambda_image.domain.events import ErrorEvent
from lambda_image.steps.reading import fields
from lambda_image.steps.reading.assemble import Block
from lambda_image.steps.reading.extracted import with_extracted
from lambda_image.steps.reading.line import Line, read_line, with_facts
from lambda_image.steps.reading.prefix import bare
from lambda_image.steps.reading.unfold import unfolded
from lambda_image.steps.traces import (
    Reader,
    Trace,
    browser,
    dart,
    dotnet,
    elixir,
    go,
    java,
    javascript,
    php,
    python,
    ruby,
    rust,
)

READERS: tuple[Reader, ...] = (
    python.read,
    rust.read,
    php.read,
    dart.read,
    go.read,
    ruby.read,
    elixir.read,
    java.read,
    dotnet.read,
    javascript.read,
    browser.read,
    dart.read_swift,
    php.read_alone,
)
# The patterns take time that grows faster than the line; no frame and no head is longer than this.
READ = 2_000
# A block is read up to this many lines; assembly cuts longer ones.
READ_LINES = 2_000
# Ids and codes stand in an error's first lines.
FACT_LINES = 20
# What a trace in one line holds: a place in its only frame.
_ONE_LINE = re.compile(
    r'panicked at|\.swift:\d|:in [`\']|File "|\{main\}| on line \d|\bat \S+(?: ?\(|:\d)|#012|\\n'
)
EXCEPTION, LOG = "exception", "log"
# The console logger of .NET says who speaks, then its scopes, and below what is said.
_HOSTED = re.compile(r"(?:trce|dbug|info|warn|fail|crit): [\w.`+]{1,200}\[\d+\]$")
OBJECT_LINES = 10
_CUSTOM = re.compile(r"[A-Z]\w*(?<!Error)(?<!Exception)(?<!String)")
_REPORTED = {"errorMessage", "errorType"}
# What only one of Lambda's runtimes calls its own errors, in an error object without frames.
_RUNTIMES = (
    (re.compile(r"Function<"), re.compile(""), "ruby"),
    (re.compile(r"(?:[a-z]\w*\.)+[A-Z]"), re.compile(""), "java"),
    (re.compile(r"errorString$|wrapError$|\*errors\."), re.compile(""), "go"),
    (re.compile(r"LambdaException$"), re.compile(""), "csharp"),
    (re.compile(r"RuntimeException$"), re.compile(""), "powershell"),
    (
        re.compile(r"Runtime\."),
        re.compile(
            r"Unable to (?:import module|marshal response)|Handler '.*' missing on module|Bad handler"
        ),
        "python",
    ),
    (
        re.compile(r"Runtime\."),
        re.compile(r"Error: Cannot find (?:module|package)|SyntaxError"),
        "javascript",
    ),
)


def read_trace(block: Block) -> ErrorEvent:
    """The block as an error event; without a trace its kind is "log" and its message the first line.

    The lines before it are left out: they are looked at for the few events that are shown.
    """
    first = block.records[0]
    facts = "\n".join(each[:READ] for each in block.lines[:FACT_LINES])
    line = with_extracted(with_facts(head_line(block.lines), facts), first.extracted)
    trace = find_trace(line.stack or block.lines)
    kind = (trace.exception_type if trace else None) or line.exception_type
    return ErrorEvent(
        id=first.id,
        log_group=first.log_group,
        log_stream=first.log_stream,
        timestamp=first.timestamp,
        kind=EXCEPTION if trace or line.exception_type else LOG,
        language=(trace.language if trace else _runtime(line)) or None,
        exception_type=kind,
        message=_message(line, trace),
        frames=trace.frames if trace else (),
        lines=block.lines,
        context=(),
        records=block.count,
        level=line.level,
        request_id=line.request_id,
        service=line.service,
        error_code=line.error_code,
    )


def with_context(event: ErrorEvent, block: Block) -> ErrorEvent:
    """The event of this block with the lines before it."""
    return replace(event, context=block.context)


def head_line(lines: Sequence[str]) -> Line:
    """What the first line says, or all lines together where they are one object or one request."""
    first = lines[0] if lines else ""
    text = first.strip()
    if len(lines) > 1 and (text.startswith("{") or text.endswith("{") or _wrapped(text)):
        joined = "\n".join(line[: READ * 10] for line in lines[:READ_LINES])
        if text.startswith("{") or text.endswith("{") or read_line(joined).level:
            return read_line(joined)
    if len(lines) > 1 and _HOSTED.match(text):
        said = (line.strip() for line in lines[1:FACT_LINES])
        return replace(
            read_line(first), text=next((each for each in said if not each.startswith("=>")), text)
        )
    return read_line(first)


def _wrapped(text: str) -> bool:
    """The first part of a load balancer's line, as examples and e-mails break it."""
    return bool(re.match(r"(?:https?|h2|grpcs?|wss?) \d{4}-\d\d-\d\dT", text)) and '"' not in text


def find_trace(lines: Sequence[str]) -> Trace | None:
    """The first reader that knows these lines, of which each is read up to READ characters.

    Lines that are one JSON object, as Lambda's runtimes report an error, are read by its fields.
    """
    if len(lines) == 1 and not _ONE_LINE.search(lines[0][:READ]) and "{" not in lines[0][:READ]:
        return None
    if (text := lines[0].strip() if lines else "") and text.startswith("{"):
        return _of_object(head_line(lines), "\n".join(lines[:OBJECT_LINES]))
    plain = [bare(line[:READ]) for line in unfolded(lines)[:READ_LINES]]
    return next((trace for read in READERS if (trace := read(plain)) is not None), None)


def _of_object(line: Line, text: str) -> Trace | None:
    plain = [bare(each[:READ]) for each in unfolded(line.stack or line.text.split("\n"))[:READ_LINES]]
    trace = next((found for read in READERS if plain and (found := read(plain)) is not None), None)
    if trace is None and line.exception_type is None:
        return None
    return Trace(
        language=(trace.language if trace else _runtime(line, text)) or "",
        exception_type=(trace.exception_type if trace else None) or line.exception_type,
        # A stack that stands in the message is no message.
        message=trace.message if trace and not line.stack else (trace.message if trace else "") or line.text,
        frames=trace.frames if trace else (),
    )


def _runtime(line: Line, text: str = "") -> str | None:
    """The language of an error object without a stack, where its type tells.

    Only PowerShell's and Go's runtimes report nothing but a type and a message, and Go's types end in Error.
    https://docs.aws.amazon.com/lambda/latest/dg/powershell-exceptions.html
    """
    if line.exception_type is None:
        return None
    for kind, message, language in _RUNTIMES:
        if kind.match(line.exception_type) and message.match(line.text):
            return language
    alone = _CUSTOM.fullmatch(line.exception_type) and set(fields.parse(text) or ()) == _REPORTED
    return "powershell" if alone else None


def _message(line: Line, trace: Trace | None) -> str:
    if trace and (trace.message or trace.exception_type):
        return trace.message
    return line.text
