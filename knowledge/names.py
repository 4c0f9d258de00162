"""The names in a text that an error or an alarm would say too: exceptions, error codes, alarms."""

from __future__ import annotations

import errno
import re
from functools import lru_cache
from itertools import chain

MOST_NAMES = 40
# Of the operating system, and of Node's resolver.
_ERRNO = frozenset(errno.errorcode.values()) | {"ENOTFOUND"}
_SHOUTED = re.compile(r"E[A-Z]+")
_ALARM = re.compile(
    r"al(?:arm|ert)s?(?: names?)? ?[:=]?\s*[`\"\u201c]([\w./:-]{3,120})[`\"\u201d]"  # alarm `late`
)
# What a name consists of. Nothing so long is one, and looking through it would take its length squared.
_RUN = re.compile(r"[\w.-]+")
LONGEST_RUN = 200
_NAMES = re.compile(
    r"""
    \b[A-Za-z_][\w.]*(?:Exception|Error|Fault|Failure|Timeout)\b       # java.io.IOException, TypeError
  | \bE[A-Z]{3,}\b                                                    # ECONNREFUSED
  | \b(?:[A-Z0-9]+_)*ERR(?:OR)?(?:_[A-Z0-9]+)+\b                       # ERR_TIMED_OUT
  | \b(?:[A-Z0-9]+_)+ERR(?:OR)?\b                                      # DB_ERROR
  | \b[A-Z]{2,8}-\d{3,6}\b                                             # ORA-00942
  | \b[A-Z][a-z0-9]+(?:[A-Z]+[a-z0-9]+){2,}\b                          # KubePodCrashLooping
    """,
    re.VERBOSE,
)
# They end like the name of an exception, and are words.
_WORDS = frozenset({"Error", "Exception", "Fault", "Failure", "Timeout", "ERR", "ERROR"})


def names_in(*texts: str) -> tuple[str, ...]:
    """The names in these texts, each once, in the order in which they are met."""
    found: dict[str, None] = {}
    for text in texts:
        # Every other part is what the group of `_ALARM` holds.
        for at, part in enumerate(_ALARM.split(text)):
            names = (
                filter(_tells, (part,)) if at % 2 else chain.from_iterable(map(_plain, _RUN.findall(part)))
            )
            found.update(dict.fromkeys(names))
    return tuple(found)[:MOST_NAMES]


@lru_cache(1 << 15)
def _plain(run: str) -> tuple[str, ...]:
    """Remembered, because most words of a wiki have been met before."""
    return tuple(filter(_tells, _NAMES.findall(run))) if len(run) <= LONGEST_RUN else ()


def _tells(name: str) -> bool:
    return name not in _WORDS and (name in _ERRNO or not _SHOUTED.fullmatch(name))
