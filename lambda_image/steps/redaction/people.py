"""What tells of a person by the label beside it: names, births, addresses, numbers of papers and of cards.

Without a label such a value looks like any other text or number; names in running text are not looked for.
"""

from __future__ import annotations

import re

from lambda_image.steps.redaction.checks import given, luhn
from lambda_image.steps.redaction.forms import ASSIGN, QUOTED, Form

_NUMBER = r"(?:[ _-]?(?:number|num|no|nr))?"
_IS = r"(?:\W{0,4}(?:is|was)\W{1,2}|\W{1,4})"
_DAY = r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}\.? [A-Za-z]{3,9} \d{4}|[A-Za-z]{3,9} \d{1,2},? \d{4})"
_WORD = r"(?:[^\W\d_a-z][^\W\d_]*(?:['\u2019.-][^\W\d_]*)*|d[aei]|del|dos|van|von|der|den|bin|al|la|el|y)"
_NAME = re.compile(rf"{_WORD}(?: {_WORD}){{0,4}}")
_OF_NAMES = (
    r"(?:(?:first|last|middle|full|given|family|sur|maiden|customer|patient|recipient|contact|employee|guest|passenger"
    r"|card[ _-]?holder|account[ _-]?holder)[ _-]?name|card[_-]?holder)"
)
_OF_ADDRESSES = r"(?:(?:street|postal|home|mailing|billing|shipping|delivery)[ _-]?address|address[ _-]?(?:line[ _-]?)?[12]|street)"


def _name(text: str) -> bool:
    """Words that begin in upper case, as no sentence and no identifier does."""
    return given(text) and _NAME.fullmatch(text) is not None


def _address(text: str) -> bool:
    """Words with a number among them."""
    return " " in text and any(each.isdigit() for each in text) and any(each.isalpha() for each in text)


PEOPLE: tuple[Form, ...] = (
    ("NAME", ("name", "holder"), rf"(?i)(?<![a-z]){_OF_NAMES}{ASSIGN}{QUOTED}", _name),
    (
        "NAME",
        ("name", "holder"),
        rf"(?<![A-Za-z])(?i:{_OF_NAMES})\s?[=:]\s?(?P<secret>[A-Z][^\W\d_]{{1,30}}(?: [A-Z][^\W\d_]{{1,30}}){{0,3}})(?=[\s,;&)}}\]]|$)",
        _name,
    ),
    (
        "NAME",
        ("my name is",),
        r"(?i:\bmy name is )(?P<secret>[A-Z][\w'\u2019-]{1,30}(?: [A-Z][\w'\u2019-]{1,30}){0,3})",
        _name,
    ),
    ("ADDRESS", ("address", "street"), rf"(?i)(?<![a-z]){_OF_ADDRESSES}{ASSIGN}{QUOTED}", _address),
    (
        "BIRTH",
        ("birth", "dob", "born"),
        rf"(?i)(?<![a-z])(?:dob|date[ _-]?of[ _-]?birth|birth[ _-]?(?:date|day)|born(?: on)?){_IS}(?P<secret>{_DAY})",
        bool,
    ),
    (
        "DRIVER_LICENSE",
        ("licen",),
        rf"(?i)driv(?:er'?s?|ing)[ _-]?licen[cs]e{_NUMBER}{_IS}(?P<secret>(?=[A-Z-]{{0,8}}\d)[A-Z0-9][A-Z0-9-]{{4,20}})",
        bool,
    ),
    ("PASSPORT", ("passport",), rf"(?i)\bpassport{_NUMBER}{_IS}(?P<secret>[A-Z]{{0,2}}\d{{6,9}})\b", bool),
    (
        "NATIONAL_ID",
        ("ssn", "social", "national", "tax"),
        rf"(?i)(?<![a-z])(?:ssn|social[ _-]?security{_NUMBER}|national[ _-]?id{_NUMBER}|tax[ _-]?id{_NUMBER}){_IS}(?P<secret>\d(?:[ -]?\d){{7,12}})(?!\d)",
        bool,
    ),
    # Of any length that cards have.
    (
        "CARD",
        ("card", "cc "),
        rf"(?i)\b(?:card|cc){_NUMBER}{_IS}(?P<secret>\d(?:[ -]?\d){{11,18}})(?!\d)",
        luhn,
    ),
)
