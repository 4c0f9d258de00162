"""C# and F#: `at Namespace.Type.Method(args) in file:line n`, newest call first, inner exceptions on top."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import HEAD_REACH, Trace, number

_HEAD = re.compile(
    r"(?<![\w.])(?P<type>(?:[A-Za-z_][\w`+]*\.)*(?:[A-Z]\w*)?(?:Exception|Error)(?:`\d+)?(?:\[[^\]]*\])?)"
    r"(?: \(0x[0-9A-Fa-f]+\))?: (?P<message>.*)$"
)
_CALL = re.compile(r"[\w.`<>\[\],+|$@&*=~-]+$")
# Demystified frames say what a method returns, and of a method inside another both names.
_SIGNED = re.compile(r"(?:[\w.?]+(?:<[^()]*>)?(?:\[\])* )+(?=[\w.+`]+(?:<[^()]*>)?$)")
_WRAPPER = re.compile(r"\(wrapper [\w-]+\) ")
_AFTER = re.compile(r"\s*(?:\+\S*\(.*?\)(?: => \{[ .]*\})?\s*)?(?:\[0x[0-9a-f]+\] )?(?:in |$)")
_PLACE = re.compile(r"(?P<file>.+):(?:line )?(?P<line>\d+)$")
_JAVASCRIPT = re.compile(r":\d+$|^(?:native(?: code)?|<anonymous>|unknown location|index \d+|eval at .*)$")
_JAVA = re.compile(
    r"^(?:Native Method|Unknown Source|<generated>|[\w$.-]+\.(?:java|kt|scala|groovy)(?::\d+)?)$"
)
_LIBRARY = re.compile(
    r"^(?:System|Microsoft|Amazon|Npgsql|Newtonsoft|MongoDB|Serilog|FSharp)\.|^lambda_method$"
)


def read(lines: Sequence[str]) -> Trace | None:
    """The outer exception; printed order is newest call first, an inner exception before its outer one."""
    found = [(at, frame) for at, line in enumerate(lines) if (frame := _frame(line))]
    if not found or not any("." in (frame.function or "") for _, frame in found):
        return None
    kind, message = _head(lines, found[0][0])
    return Trace("csharp", kind, message, tuple(frame for _, frame in reversed(found)))


def _head(lines: Sequence[str], first: int) -> tuple[str | None, str]:
    """The topmost head; inner ones are marked with an arrow."""
    heads = [at for at in range(max(first - HEAD_REACH, 0), first) if _HEAD.search(lines[at])]
    outer = [at for at in heads if not lines[at].lstrip().startswith("--->")]
    for at in outer[-1:] or heads[:1]:
        if head := _HEAD.search(lines[at]):
            end = next((each for each in heads if each > at), first)
            message = "\n".join([head["message"], *lines[at + 1 : end]])
            return head["type"], message.partition(" ---> ")[0].strip()
    return None, ""


def _frame(line: str) -> Frame | None:
    text = line.strip().removesuffix("<---")
    if not text.startswith("at ") or "(" not in text:
        return None
    call, _, after = _WRAPPER.sub("", text[3:], count=1).partition("(")
    function = _SIGNED.sub("", call.rstrip())
    arguments, closed, rest = after.partition(")")
    if not closed or not _CALL.match(function) or _JAVASCRIPT.search(arguments) or _JAVA.match(arguments):
        return None
    if not _AFTER.match(rest):
        return None
    _, _, place = rest.partition("in ")
    where = _PLACE.match(place.strip()) if place else None
    if where is None or where["file"].startswith("<"):
        return Frame("", None, function, not _LIBRARY.search(function))
    return Frame(where["file"], number(where["line"]), function, not _LIBRARY.search(function))
