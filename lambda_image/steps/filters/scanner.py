"""A place in a filter pattern, the small pieces that stand there, and the error that names the place."""

from __future__ import annotations

import re
from typing import NoReturn

from lambda_image.domain.errors import ConfigurationError

# Unquoted values: AWS asks for quotes around all but letters, digits and "_", and its own examples leave them
# out around wildcards, numbers and host names (`123.123.*`, `*.html*`, `1e+3`, `kms.amazonaws.com`).
_WORD = re.compile(r"[\w.*+:/@-]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_REGEX = re.compile(r"%([^%]*)%")


class Scanner:
    """Reads a pattern from left to right; `at` is the index of the next character.

    `expressions` counts the regular expressions read.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.expressions = 0

    def fail(self, reason: str, at: int | None = None) -> NoReturn:
        """Raise the ConfigurationError that names the pattern and the position, counted from 1."""
        place = (self.at if at is None else at) + 1
        raise ConfigurationError(
            f"the filter pattern {self.pattern!r} is wrong at character {place}: {reason}"
        )

    def blanks(self) -> None:
        """Go on to the next character that is no white space."""
        while self.at < len(self.pattern) and self.pattern[self.at].isspace():
            self.at += 1

    def ended(self) -> bool:
        """Whether nothing but white space is left."""
        self.blanks()
        return self.at == len(self.pattern)

    def sees(self, symbol: str) -> bool:
        """Whether this comes next, after white space."""
        self.blanks()
        return self.pattern.startswith(symbol, self.at)

    def takes(self, *symbols: str) -> str | None:
        """The first of these that comes next, read; None where none does."""
        for symbol in symbols:
            if self.sees(symbol):
                self.at += len(symbol)
                return symbol
        return None

    def needs(self, symbol: str, reason: str) -> None:
        """Read this symbol, or fail."""
        if not self.takes(symbol):
            self.fail(reason)

    def reads(self, piece: re.Pattern[str]) -> str | None:
        """The text that this expression finds here, read."""
        found = piece.match(self.pattern, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0]

    def word(self) -> str | None:
        """An unquoted value."""
        return self.reads(_WORD)

    def quoted(self) -> str | None:
        """The text between double quotation marks; a backslash takes the next character as it is."""
        if not self.sees('"'):
            return None
        begin = self.at
        found = self.reads(_QUOTED)
        if found is None:
            self.fail("the quotation mark is not closed", begin)
        return _ESCAPE.sub(r"\1", found[1:-1])

    def regex(self) -> str | None:
        """The text between percentage signs."""
        if not self.sees("%"):
            return None
        begin = self.at
        found = self.reads(_REGEX)
        if found is None:
            self.fail("the percentage sign of the regular expression is not closed", begin)
        self.expressions += 1
        return found[1:-1]
