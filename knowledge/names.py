"""The names in a text that an error or an alarm would say too: exceptions, error codes, alarms."""

from __future__ import annotations

import errno
import re

MOST_NAMES = 40
# Of the operating system, and of Node's resolver.
_ERRNO = frozenset(errno.errorcode.values()) | {"ENOTFOUND"}
_SHOUTED = re.compile(r"E[A-Z]+")
_NAMES = re.compile(
    r"""
    (?:alarm|alert)s?(?:\ names?)?[ ]?[:=]?\s*[`"\u201c](?P<alarm>[\w./:-]{3,120})[`"\u201d]  # alarm `late`
  | (?P<plain>
        \b[A-Za-z_][\w.]*(?:Exception|Error|Fault|Failure|Timeout)\b       # java.io.IOException, TypeError
      | \bE[A-Z]{3,}\b                                                    # ECONNREFUSED
      | \b(?:[A-Z0-9]+_)*ERR(?:OR)?(?:_[A-Z0-9]+)+\b                       # ERR_TIMED_OUT
      | \b(?:[A-Z0-9]+_)+ERR(?:OR)?\b                                      # DB_ERROR
      | \b[A-Z]{2,8}-\d{3,6}\b                                             # ORA-00942
      | \b[A-Z][a-z0-9]+(?:[A-Z]+[a-z0-9]+){2,}\b                          # KubePodCrashLooping
    )
    """,
    re.VERBOSE,
)
# They end like the name of an exception, and are words.
_WORDS = frozenset({"Error", "Exception", "Fault", "Failure", "Timeout", "ERR", "ERROR"})


def names_in(*texts: str) -> tuple[str, ...]:
    """The names in these texts, each once, in the order in which they are met."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _NAMES.finditer(text):
            name = match["alarm"] or match["plain"]
            if name not in _WORDS and (name in _ERRNO or not _SHOUTED.fullmatch(name)):
                found[name] = None
    return tuple(found)[:MOST_NAMES]
