"""Names, numbers and quotes in a statement, and whether a source really holds them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lambda_image.steps.answering.vocabulary import (
    EMPTY,
    NUMBERS,
    PARTICLES,
    PLAIN,
    PREFIXES,
    PRODUCTS,
    SUFFIXES,
    UNNAMED,
)


@dataclass(frozen=True, slots=True)
class Name:
    """Something that needs a source.

    `exact` asks for the same upper and lower case; `weak` names open a sentence and may be plain words.
    """

    text: str
    exact: bool = True
    number: Decimal | None = None
    unit: str = ""
    weak: bool = False


_QUOTE = re.compile(
    r'"([^"\n]{1,200})"|`([^`\n]{1,200})`|\u201c([^\u201d\n]{1,200})\u201d'
    r"|(?<!\w)'([^'\n]{1,200})'(?!\w)"
)
_CALL = re.compile(r"([\w.]*\w)\(([^()\n]*)\)?")
_CHUNK = re.compile(r"[^\s,;()\[\]{}<>\"`\u201c\u201d\u2026=|!?\u2014\u2013]+|[!?](?=\s)|,(?=\d{3}\b)")
_EDGES = "'\u2019\u2018.:*~^&+"
_UNIT_FORMS = {
    "ms": "ms milliseconds millisecond msec",
    "s": "s seconds second sec secs",
    "min": "min minutes minute mins",
    "h": "h hours hour hrs",
    "d": "d days day",
    "B": "B bytes byte",
    "KB": "KB kB KiB kilobytes",
    "MB": "MB MiB megabytes Mb",
    "GB": "GB GiB gigabytes Gb",
    "%": "% percent",
    "x": "x times",
}
_UNITS = {form: unit for unit, forms in _UNIT_FORMS.items() for form in forms.split()}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_DIGITS = rf"(\d{{1,3}}(?:,\d{{3}})+|\d+)(\.\d+)?(?!\.?\d)(?:[ -]?({_UNIT})(?!\w))?"
_NUMBER = re.compile(rf"(?<![\w.])((?<!\w)[-+])?{_DIGITS}")
# A number that stands alone, and is no part of a name such as us-east-1
_FREE_NUMBER = re.compile(rf"(?<![\w.@#])(?<!\w[-:/])((?<!\w)[-+])?{_DIGITS}(?![-:/_@#]?\w)")
# Letters of other scripts look like Latin ones: a word with one is no plain English.
_LATIN = "LATIN "
_PLAIN_ENDINGS = ("ing", "ed", "ly", "tion", "sion", "ment", "ness", "ance", "ence")
_COMMON = ("and/or", "client/server", "e.g", "etc", "i.e", "i/o", "input/output", "read/write", "vs")


def names(text: str) -> tuple[Name, ...]:
    """Everything in the text that must stand in a source: quotes, identifiers, numbers, proper names."""
    return tuple(dict.fromkeys(_names(text)))


def _names(text: str) -> Iterator[Name]:
    for quote in _QUOTE.finditer(text):
        inside = next(group for group in quote.groups() if group)
        yield from (Name(piece.strip()) for piece in re.split(r"\.\.\.|\u2026", inside) if piece.strip())
    rest = _QUOTE.sub(" ` ", text)
    for call in _CALL.finditer(rest):
        yield from (Name(word) for word in (call[1].strip("."), *re.findall(r"[A-Za-z_]\w*", call[2])))
    for number in _FREE_NUMBER.finditer(rest):
        yield _number(number)
    opening = True
    for chunk in _CHUNK.findall(_FREE_NUMBER.sub(" ", rest)):
        word = re.sub(r"['\u2019]s$", "", chunk.strip(_EDGES)).strip("_-")
        if word and (name := _of_word(word, opening=opening)):
            yield name
        opening = chunk[-1:] in ".!?:" or (opening and not word)


def _number(found: re.Match[str]) -> Name:
    sign, whole, fraction, unit = found.groups()
    value = Decimal(f"{sign or ''}{whole.replace(',', '')}{fraction or ''}")
    return Name(found[0], number=value, unit=_UNITS.get(unit or "", ""))


def _of_word(word: str, *, opening: bool) -> Name | None:
    lower = word.lower()
    if word in UNNAMED or lower in _COMMON or not re.search(r"\w", word):
        return None
    if any(letter.isalpha() and not unicodedata.name(letter, "").startswith(_LATIN) for letter in word):
        return Name(word)
    if lower in NUMBERS:
        return Name(word, exact=False, number=Decimal(NUMBERS[lower]))
    if "-" in word and not re.search(r"[\d_./:@$#\\]", word):
        return _of_compound(word, opening=opening)
    if not word.isalpha() or any(letter.isupper() for letter in word[1:]):
        return Name(word)
    return _of_plain_letters(word, opening=opening)


def _of_plain_letters(word: str, *, opening: bool) -> Name | None:
    """A capital in mid sentence makes a name; one at its start may be English."""
    lower = word.lower()
    if word[0].isupper() and lower not in PRODUCTS:
        plain = lower in PLAIN or lower.endswith(_PLAIN_ENDINGS)
        return None if opening and plain else Name(word, exact=False, weak=opening)
    return Name(word, exact=False) if lower in PRODUCTS else None


def _of_compound(word: str, *, opening: bool) -> Name | None:
    pieces = word.lower().split("-")
    plain = pieces[0] in PREFIXES or pieces[-1] in SUFFIXES or all(piece in PLAIN for piece in pieces)
    shouting = any(letter.isupper() for letter in word[0 if not opening else 1 :])
    return None if plain and not shouting else Name(word, exact=shouting)


def holds(source: str, name: Name) -> bool:
    """Whether the source has this name as a whole, or this number with the same or no unit."""
    if name.number is not None:
        return _holds_number(source, name)
    pattern = r"\s+".join(re.escape(piece).replace(r"\.", "[./]") for piece in name.text.split())
    before = r"(?<!\w)" if name.text[:1].isalnum() else ""
    after = r"(?!\w)" if name.text[-1:].isalnum() else ""
    if re.search(r"[-:/_.\d]", name.text):
        # "orders" is not "orders-dlq", and 10.0.0.1 is not 10.0.0.1.5
        before += r"(?<!\w-)(?<!\d\.)" if name.text[:1].isalnum() else ""
        after += r"(?!-\w)(?!\.\d)"
    return re.search(before + pattern + after, source, 0 if name.exact else re.IGNORECASE) is not None


def _holds_number(source: str, name: Name) -> bool:
    if not name.exact and re.search(rf"\b{re.escape(name.text)}\b", source, re.IGNORECASE):
        return True
    for found in _NUMBER.finditer(source):
        there = _number(found)
        if there.number == name.number and (not name.unit or there.unit in ("", name.unit)):
            return True
    return False


# Abbreviations end no sentence, and none begins with a number: v. 2, no. 5, approx. 3.
_SHORT = ("e.g", "i.e", "etc", "vs", "cf", "ca", "resp", "incl", "approx", "Dr", "Mr", "Ms")
_WHOLE = "".join(rf"(?<!\b{re.escape(each)}\.)" for each in _SHORT)
_SENTENCE_END = re.compile(rf"(?<=[.!?;]){_WHOLE}\s+(?!\d)")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a statement, and what stands between semicolons."""
    return tuple(_SENTENCE_END.split(text))


_REFERS = re.compile(r"(?:it|its|this|that|these|those|they|their|there)\b", re.IGNORECASE)


def refers(sentence: str) -> bool:
    """Whether a sentence begins by pointing back, and so tells of something and bids nothing."""
    return _REFERS.match(sentence) is not None


_WORD = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{2,}|\d{2,}")


def stems(text: str) -> frozenset[str]:
    """The content words of a text, cut to their first five letters, identifiers taken apart."""
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(word[:5] for word in words if word not in EMPTY and len(word) > 2)


def telling(text: str) -> frozenset[str]:
    """The stems of a text without those of words that only carry a sentence."""
    return stems(text) - _PARTICLES


_PARTICLES = frozenset(word[:5] for word in PARTICLES)
