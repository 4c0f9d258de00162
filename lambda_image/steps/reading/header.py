"""What a logger writes before a message: time, host, process, level, logger, thread."""

from __future__ import annotations

import re

_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|SEVERE|CRITICAL|FATAL)"
_LOGGER = r"(?:[A-Za-z_][\w$-]*(?:\.[\w$-]+)+\s*:?\s+)?"
_BRACKETS = r"(?:\[[^\n]{0,150}?\]+\s+-\s+|(?:\[[^\[\]\n]{0,150}\]:?\s*){1,3}(?=[^\s:]))?"
_SYSLOG = re.compile(
    r"(?:<0>)?(?:\S{0,40}[0-]\S{0,40}\s+){0,4}?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+0\s+[0:.]{5,8}"
    r"\s+\S{1,100}\s+[\w./-]{1,60}(?:\([\w-]{1,40}\))?(?:\[0\])?(?:\s\([^()\s]{1,100}\))?:\s+"
)
# It begins with a time, a number or a bracket; a level stands in it, with few words before.
_LEVELLED = re.compile(
    r"(?=\S{0,60}[0\[-])(?:\S{1,80}\s+){0,9}?"
    rf"(?:{_LEVEL}\b:?|\[(?i:{_LEVEL})\]:?)\s+{_LOGGER}{_BRACKETS}{_LOGGER}(?:[-:]\s+)?"
)
# The RAS logs of supercomputers count seconds, behind a number for the entry, its source and its state and before
# a flag; those of proxies count them with a fraction.
_SECONDS = re.compile(
    r"(?:(?:\d+|-)\s+(?:\S{1,80}\s+){0,4}?1\d{9}|1\d{9}\.\d{3,9})\s+(?:-?\d{1,6}\s+)?(?=\S*[A-Za-z])"
)
REACH = 400


def without_seconds(line: str) -> str:
    """A line without the header that ends in a count of seconds; its digits still have to be there."""
    found = _SECONDS.match(line[:REACH]) if line[:1].isdecimal() or line[:1] == "-" else None
    return line[found.end() :] if found else line


def without_header(collapsed: str) -> str:
    """The message of a collapsed line, or all of it where nothing looks like a header."""
    begin = collapsed[:REACH]
    found = _SYSLOG.match(begin) or _LEVELLED.match(begin)
    rest = collapsed[found.end() :].strip() if found else ""
    return rest or collapsed.strip()
