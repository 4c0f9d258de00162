"""What stands in place of a secret; and a team's own rule for one, checked when settings are read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lambda_image.domain import expressions

# What stands in a text where a secret stood.
PLACEHOLDER = re.compile(r"<[A-Z]+(?:_[A-Z]+)*_\d+>")
_NAME = re.compile(r"[A-Z]+(?:_[A-Z]+)*")


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
        if wrong := expressions.fault(self.pattern):
            return f"redaction rule {self.name}: its pattern {wrong}"
        if re.search(self.pattern, ""):
            return (
                f"redaction rule {self.name}: its pattern matches the empty text; make it ask for a character"
            )
        return None
