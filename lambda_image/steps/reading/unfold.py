"""A trace that something on the way wrote into one line, as lines again."""

from __future__ import annotations

import re
from collections.abc import Sequence

# How much of one line is looked at.
REACH = 20_000
# rsyslog writes control characters in octal: https://www.rsyslog.com/doc/rainerscript/global.html
_SYSLOG = "#012"
# An escaped line feed counts before what begins a line of a trace.
_ESCAPED = re.compile(
    r"\\n(?=(?:\\{1,4}t|\s){0,12}"
    r"(?:at |File \\{0,7}\"|from |#\d+ |Caused by: |goroutine \d|[^\s:\\]{1,200}:\d+:in ))"
)
_ESCAPE = re.compile(r"\\([nrt\"'\\])")
_MEANT = {"n": "\n", "r": "\r", "t": "\t"}
# A text in a text in a text.
_LAYERS = 3
# Where blanks stand for line feeds, each frame begins with the word that its language prints before it.
_BEFORE_A_FRAME = re.compile(
    r"\s(?=at (?:async |new )?(?:[\w.$<>`\[\]+|/@~-]{1,300} ?\(|[^\s()]{1,300}:\d+:\d+(?:\s|$))"
    r"|Caused by: |\.\.\. \d+ (?:more|common))"
)
# One of them names its place as V8, the JVM or .NET does; prose has `at` as well.
_PLACED = re.compile(
    r"\sat (?:[\w.$<>/@-]{1,300}\([\w$.-]{1,200}\.(?:java|kts?|scala|groovy|clj):\d+\)"
    r"|[\w.`<>\[\],+|$@-]{1,300} ?\([^()]{0,300}\) in [^\s():]?:?[^():]{1,300}:(?:line )?\d+(?:\s|$)"
    r"|(?:[^()]{1,200} \()?[^\s()]{0,300}(?:/[A-Za-z_.@~-]|\.[cm]?[jt]s|<anonymous>)[^\s()]{0,200}?"
    r":\d+:\d+(?:[\s)]|$))"
)


def unfolded(lines: Sequence[str]) -> Sequence[str]:
    """The lines that a single one stands for, each without the blanks that took the line feed's place."""
    if len(lines) != 1:
        return lines
    text = lines[0][:REACH]
    if _SYSLOG in text:
        return text.replace("#011", "\t").split(_SYSLOG)
    if "\\n" in text and _ESCAPED.search(text):
        return _unescaped(text).replace("\r\n", "\n").split("\n")
    if "at " in text and _PLACED.search(text):
        return [each.rstrip() for each in _BEFORE_A_FRAME.split(text)]
    return lines


def _unescaped(text: str) -> str:
    r"""The text with its line feeds; the backslashes of a path such as `C:\\new` are none."""
    for _ in range(_LAYERS):
        if "\n" in text:
            break
        text = _ESCAPE.sub(lambda found: _MEANT.get(found[1], found[1]), text)
    return text
