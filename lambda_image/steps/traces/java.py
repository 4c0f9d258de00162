"""Java and Kotlin traces: `at package.Class.method(File.java:line)`, the root cause last."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import HEAD_REACH, Trace, number

_SOURCE = r"(?:[^():]*[/\\]|[A-Za-z]:[^():]*[/\\])?[\w$.-]+\.(?:java|kts?|scala|groovy|clj)"
_FRAME = re.compile(
    rf"\s*(?:at )?(?:(?!\S*\$\$Lambda)[\w.$-]*(?:@[\w.$-]+)?/+)?(?P<call>[\w.$<>/]+(?:\[\w*\])?)"
    rf"\((?:(?P<file>{_SOURCE})(?::(?P<line>\d+))?|Native Method|Unknown Source|<generated>)\)"
)
_TYPE = re.compile(r"(?<![\w.$])(?P<type>(?:[A-Za-z_]\w*\.)*[A-Z][\w$]*)(?=: |:?\s*$)")
_NAMED = re.compile(r"(?:Exception|Error|Throwable|Failure|Fault|Death)$")
_LINK = re.compile(r"\s*(?:\[CIRCULAR REFERENCE: ?)?(?P<link>Caused by|Suppressed|Wrapped by): ")
# Some print the cause below the message, before any frame.
_NESTED = "nested exception is:"
_ANY = "Exception"
_LIBRARY = re.compile(
    r"^(?:javax?|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy"
    r"|org\.(?:springframework|apache|hibernate|junit|eclipse|mortbay|jboss)"
    r"|io\.(?:netty|micronaut|quarkus|undertow)|reactor|com\.amazonaws|software\.amazon\.awssdk|lambdainternal)\."
)


def read(lines: Sequence[str]) -> Trace | None:
    """The exception that was thrown last, with the frames of its causes after its own."""
    first = next((at for at, line in enumerate(lines) if _FRAME.match(line)), None)
    if first is None:
        return None
    suppressed: list[Frame] = []
    chain: list[Frame] = []
    part: list[Frame] = []
    aside = False
    for line in lines[first:]:
        if link := _LINK.match(line):
            (suppressed if aside else chain).extend(reversed(part))
            part, aside = [], link["link"] == "Suppressed"
        elif found := _FRAME.match(line):
            part.append(_frame(found))
    (suppressed if aside else chain).extend(reversed(part))
    kind, message = _head(lines, first)
    return Trace("java", kind, message, (*suppressed, *chain))


def _head(lines: Sequence[str], first: int) -> tuple[str | None, str]:
    """Type and message: the nearest line above the first frame that names an exception."""
    for at in range(first - 1, max(first - HEAD_REACH, -1), -1):
        found = list(_TYPE.finditer(lines[at]))
        named = [each for each in found if _NAMED.search(each["type"])]
        if len(named) > 1 and named[0]["type"] == _ANY:
            # `Unexpected Exception: java.io.IOException: gone` is said of the second.
            named = named[1:]
        if at == first - 1:
            named = named or [each for each in found if "." in each["type"]]
        if named and not (at and lines[at - 1].rstrip().endswith(_NESTED)):
            said = lines[at][named[0].end() :].removeprefix(":").strip()
            return named[0]["type"], "\n".join([said, *lines[at + 1 : first]]).strip()
    return None, ""


def _frame(found: re.Match[str]) -> Frame:
    call = found["call"]
    line = number(found["line"]) if found["line"] else None
    return Frame(found["file"] or "", line, call, not _LIBRARY.search(call))
