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
REACH = 400


def without_header(collapsed: str) -> str:
    """The message of a collapsed line, or all of it where nothing looks like a header."""
    begin = collapsed[:REACH]
    found = _SYSLOG.match(begin) or _LEVELLED.match(begin)
    rest = collapsed[found.end() :].strip() if found else ""
    return rest or collapsed.strip()
