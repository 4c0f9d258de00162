"""Stacks of Firefox, Safari and React Native: `function@file:line:column`, newest call first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import Trace, javascript, number

_NATIVE = "[native code]"
# Names hold no blanks but those that the engines give to what has none; old ones add the arguments.
_FUNCTION = (
    r"(?:(?:module|global|eval) code|<?anonymous function(?:: [\w$.]{1,100})?>?|[A-Za-z. ]{1,40}\*[^\s@(]{0,200}"
    r"|[^\s@(]{0,200})(?:\([^@]{0,500}\))?"
)
_FILE = (
    r"(?:debugger eval code|(?:[a-z][\w+.-]{0,30}:(?://[^\s/]{0,200})?/|blob:|about:|/"
    r"|[\w.-]{1,100}\.(?:[cm]?jsx?|tsx?|bundle|jsbundle|html?)\b)\S{0,1000}?)"
)
# What was given to eval has the line of the call in front.
_FRAME = re.compile(
    rf"\s*(?P<function>{_FUNCTION})@(?:(?P<file>{_FILE})(?: line (?P<at>\d+) > [\w >]{{1,200}})?"
    r":(?P<line>\d+)(?::\d+)?|\[native code\])$"
)
# Safari prints no more than the place of what has no name.
_NAMELESS = re.compile(rf"\s*(?:(?P<file>{_FILE}):(?P<line>\d+):\d+|\[native code\])$")
_BARE_NAME = re.compile(r"<?anonymous function(?:: (?P<name>.*))?|\(null\)$")
_LIBRARY = re.compile(
    r"/node_modules/|^\[native code\]$|^(?:resource|chrome|moz-extension|safari-extension):"
)


def is_frame(line: str) -> bool:
    """Whether an engine may have printed this line as a frame; most lines tell with one look."""
    ends = line.rpartition(":")[2].isdecimal() if line[-1:].isdecimal() else line.endswith(_NATIVE)
    return ends and _match(line) is not None


def read(lines: Sequence[str]) -> Trace | None:
    """A stack of frames, of which one has a function or the sign for none before its place."""
    found = [(at, match) for at, line in enumerate(lines) if is_frame(line) and (match := _match(line))]
    if not any(match.re is _FRAME and match["file"] for _, match in found):
        return None
    kind, message = javascript.head(lines, found[0][0])
    return Trace("javascript", kind, message, tuple(_frame(match) for _, match in reversed(found)))


def _match(line: str) -> re.Match[str] | None:
    return (_FRAME.match(line) if "@" in line else None) or _NAMELESS.match(line)


def _frame(found: re.Match[str]) -> Frame:
    parts = found.groupdict()
    function = (parts.get("function") or "").partition("(")[0] or None
    if function and (bare := _BARE_NAME.match(function)):
        function = bare["name"]
    if not parts["file"]:
        return Frame(_NATIVE, None, function, in_app=False)
    line = number(parts.get("at") or parts["line"])
    return Frame(parts["file"], line, function and function.rstrip(">"), not _LIBRARY.search(parts["file"]))
