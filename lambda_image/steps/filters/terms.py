"""Patterns of terms: `ERROR -Timeout`, `?ERROR ?WARN`, `"exact phrase"`; case counts, parts of words too."""

from __future__ import annotations

from dataclasses import dataclass

from lambda_image.steps.filters.scanner import Scanner

_BREAKS = frozenset(' \t\r\n\f\v"')


@dataclass(frozen=True, slots=True)
class Terms:
    """What must be there, of what one must be there, and what must not be there."""

    every: tuple[str, ...]
    some: tuple[str, ...]
    never: tuple[str, ...]

    def matches(self, message: str) -> bool:
        """Whether the message fits; optional terms beside other ones count for nothing, as at AWS."""
        if self.every or self.never:
            wanted = all(term in message for term in self.every)
            return wanted and not any(term in message for term in self.never)
        return not self.some or any(term in message for term in self.some)


def terms(scanner: Scanner) -> Terms:
    """The whole pattern as terms; no term at all fits every message, and so does `" "`."""
    found: dict[str, list[str]] = {"": [], "?": [], "-": []}
    while not scanner.ended():
        begin = scanner.at
        sign = scanner.takes("?", "-") or ""
        if sign and scanner.pattern[scanner.at : scanner.at + 1].isspace():
            scanner.fail(f"a term must follow {sign!r} at once", begin)
        term = scanner.quoted()
        if term is None:
            term = _word(scanner, begin, sign)
        elif not term.strip() and not sign:
            continue
        found[sign].append(term)
    return Terms(tuple(found[""]), tuple(found["?"]), tuple(found["-"]))


def _word(scanner: Scanner, begin: int, sign: str) -> str:
    word = ""
    while scanner.at < len(scanner.pattern) and scanner.pattern[scanner.at] not in _BREAKS:
        character = scanner.pattern[scanner.at]
        if character == "%":
            scanner.fail("a regular expression stands alone, or in a JSON or space-delimited pattern")
        if not character.isalnum() and character != "_":
            scanner.fail(f"{character!r} in a term needs double quotation marks around the term")
        word += character
        scanner.at += 1
    if not word:
        scanner.fail(f"a term is missing after {sign!r}", begin)
    return word
