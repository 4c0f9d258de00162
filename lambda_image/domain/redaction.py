"""What stands in place of a secret; and a team's own rule for one, checked when settings are read."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 500
# In so many ways a pattern may match at one place; a hostile line makes the engine try them all.
WAYS = 200
# What stands in a text where a secret stood.
PLACEHOLDER = re.compile(r"<[A-Z]+(?:_[A-Z]+)*_\d+>")
_NAME = re.compile(r"[A-Z]+(?:_[A-Z]+)*")
_PART = re.compile(
    r"(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?(?:P<\w+>|<?[=!]|[aimsux-]*:))?)|(?P<close>\))|(?P<or>\|)"
    r"|(?P<repeat>\{(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)\}|[*+?])[?+]?|(?P<other>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class UserRule:
    """What matches `pattern`, or its group `secret`, becomes `<NAME_1>`."""

    name: str
    pattern: str

    @property
    def fault(self) -> str | None:
        """What is wrong with the rule and what to do, in one sentence; None if nothing is."""
        if not _NAME.fullmatch(self.name):
            return f"redaction rule {self.name!r}: a name is of capital letters and _, as CUSTOMER_NUMBER"
        if len(self.pattern) > LONGEST:
            return f"redaction rule {self.name}: its pattern is longer than {LONGEST} characters"
        try:
            compiled = re.compile(self.pattern)
        except re.error as error:
            return f"redaction rule {self.name}: its pattern is no regular expression of Python: {error}"
        if compiled.search(""):
            return (
                f"redaction rule {self.name}: its pattern matches the empty text; make it ask for a character"
            )
        if _ways(self.pattern) > WAYS:
            return (
                f"redaction rule {self.name}: its pattern could be slow; give each repeat a small limit,"
                " {1,50} in place of + or *, and let none hold another"
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
