"""Regular expressions that a team writes: looked for in what anybody may log, they must not be slow."""

from __future__ import annotations

import re

LONGEST = 500
# In so many ways a pattern may match at one place; a hostile line makes the engine try them all.
WAYS = 200
_PART = re.compile(
    r"(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?(?:P<\w+>|<?[=!]|[aimsux-]*:))?)|(?P<close>\))|(?P<or>\|)"
    r"|(?P<repeat>\{(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)\}|[*+?])[?+]?|(?P<other>.)",
    re.DOTALL,
)


def fault(pattern: str) -> str | None:
    """What is wrong with a pattern and what to do, to follow "its pattern"; None if nothing is."""
    if len(pattern) > LONGEST:
        return f"is longer than {LONGEST} characters"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"is no regular expression of Python: {error}"
    if _ways(pattern) > WAYS:
        return (
            "could be slow; give each repeat a small limit, {1,50} in place of + or *,"
            " and let none hold another"
        )
    return None


def _ways(pattern: str) -> int:
    """At most so many ways there are to match at one place; over WAYS where a repeat has no limit."""
    open_groups: list[list[int]] = []
    branches, last = [1], 1
    for part in _PART.finditer(pattern):
        if part["open"]:
            open_groups.append([*branches, last])
            branches, last = [1], 1
        elif part["close"] and open_groups:
            inside = sum((*branches[:-1], branches[-1] * last))
            *branches, before = open_groups.pop()
            branches[-1] *= before
            last = inside
        elif part["or"]:
            branches[-1] *= last
            branches, last = [*branches, 1], 1
        elif part["repeat"]:
            last = min(_repeated(part, last), WAYS + 1)
        else:
            branches[-1] *= last
            last = 1
    return sum((*branches[:-1], branches[-1] * last))


def _repeated(part: re.Match[str], ways: int) -> int:
    if part["repeat"] == "?":
        return ways + 1
    if part["least"] is None or (part["comma"] and not part["most"]):
        return WAYS + 1
    least = int(part["least"] or 0)
    most = int(part["most"] or least)
    return (
        int(sum(ways**count for count in range(least, min(most, WAYS) + 1))) if ways > 1 else most - least + 1
    )
