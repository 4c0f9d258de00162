"""What tells a secret from a text that only has its shape."""

from __future__ import annotations

import binascii
import ipaddress
import math
import re
from collections import Counter
from itertools import pairwise

# The bits a character of a generated key carries at least; prose and padding carry fewer.
RANDOM_BITS = 3.0
# Shorter values cannot reach RANDOM_BITS even when each character differs.
SHORT = 12
# A service issues no shorter token.
ISSUED = 10
# What is left of a padded example once its runs of one character are gone.
EXAMPLE_LEFT = 10
_WORD = re.compile(r"[A-Za-z][a-z]{1,20}")
# How long an IBAN is in each country: the registry that SWIFT keeps for ISO 13616.
IBANS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
# A name that stands for a value has fewer.
DIGITS_OF_A_KEY = 4
# Names and UUIDs have no part as long as this.
PART_OF_A_KEY = 16
# The same behind a word for a secret.
PART_OF_A_TOKEN = 14
# A shorter secret may be a word elsewhere.
TELLING = 8
# Hosts, topics, regions and the like are named so.
_NUMBERED = re.compile(r"[a-z]+(?:[._/-][a-z]+)*(?:[._/-]?v?\d{1,4}){1,3}[a-z]?")
KINDS = (str.isupper, str.islower, str.isdigit)
_UUID = re.compile(r"(?i)\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b")
_CREDENTIAL = re.compile(
    r"(?i)(?:passw(?:or)?d|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|auth)\\?['\"]?\s?[:=]"
)
_SEPARATOR = re.compile(r"[^A-Za-z0-9+=]")
_RUN = re.compile(r"(.)\1{3,}")
# Of chance, one pair of neighbours in sixty is a step of the alphabet or of counting; of typing, most are.
STEPS = 1 / 3
_EXAMPLE = re.compile(
    r"(?i)^(?:[$%@`*]|\{(?![^{}]{0,200}?(?=[A-Za-z]{0,30}\d)[A-Za-z0-9]{16})|<|\[|\.\.\.|(?:[\w.]+\.)?(?:env|var|vars|secrets|config|process|os|self|this|params?)[.\[]"
    r"|(?:none|null|nil|true|false|undefined|empty|string|redacted|filtered|hidden|masked|unset|missing|invalid|expired|required)\b"
    # What a validator says about a value, and when one was changed.
    r"|(?:must|should|cannot|is|was|has|does|too|not)(?:\s|$)|\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.,+Z -]*$"
    r"|[\w.]+\()"
)
_EXAMPLE_WORD = re.compile(
    r"(?i)[*#•]{4}|example|placeholder|change[_-]?me|dummy|redacted|your[_-]|_here\b|abcdefghijkl"
)
_NOT_ONE = frozenset(
    {"password", "passwd", "pass", "username", "user", "secret", "token", "test", "xxx", "yyy", "key"}
)
# Of a place, with nothing of a user in it.
_ADDRESS = re.compile(r"[a-z][a-z+.-]{1,20}://[^\s@]*$")
_REFERENCE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+")
# A variable by its name, and an object as Java prints it.
_NAMED = re.compile(
    r"[A-Z][A-Z0-9_]*_(?:PASSWORD|TOKEN|SECRET|KEY|AUTH|CREDENTIALS?)|(?:[a-z]\w*\.)+[A-Z][\w$]*@[0-9a-f]{1,8}"
)


def luhn(text: str) -> bool:
    """ISO/IEC 7812: the check digit of card numbers."""
    digits = [int(each) for each in text if each.isdigit()]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def of_country(text: str) -> bool:
    """Whether an IBAN of this country has so many characters."""
    return IBANS.get(text[:2].upper()) == len(_spaces(text))


def iban(text: str) -> bool:
    """ISO 13616: as long as its country's are, and the number modulo 97 is 1."""
    plain = _spaces(text)
    return of_country(text) and int("".join(str(int(each, 36)) for each in plain[4:] + plain[:4])) % 97 == 1


def _spaces(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def ip_address(text: str) -> bool:
    """An address of version 4 or 6 that is of one machine: neither loopback nor unspecified."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def entropy(text: str) -> float:
    """Shannon's entropy in bits per character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def generated(text: str) -> bool:
    """Random enough for a key that a machine made, and no example of one."""
    needed = RANDOM_BITS if len(text) >= SHORT else RANDOM_BITS - 0.5
    return entropy(text) >= needed and not _EXAMPLE_WORD.search(text)


def shaped(text: str) -> bool:
    """Generated, and no alphabet or count that somebody typed, as `abc123xyz-456def789ghij` is."""
    return generated(text) and not _typed(text)


def _typed(text: str) -> bool:
    """Whether so many characters follow each other as they do in the alphabet and in counting."""
    steps = sum(ord(right) - ord(left) == 1 for left, right in pairwise(text))
    return steps >= STEPS * len(text)


def unlike_words(text: str) -> bool:
    """Shaped, of large and small letters and digits: no name in one case, no word, no hash in hexadecimal."""
    return all(any(kind(each) for each in text) for kind in KINDS) and shaped(text)


def spoken(text: str) -> bool:
    """What a sentence can only mean a token by: in one part long and random, or a UUID."""
    part = max(_SEPARATOR.split(text), key=len)
    path = "/" in text and "." in text
    random = len(part) >= PART_OF_A_TOKEN and with_digit(part) and sum(map(str.isdigit, part)) > 1
    return not path and shaped(text) and (random or _UUID.search(text) is not None)


def holds_credentials(text: str) -> bool:
    """Whether this is base64 of a text in which a secret is given to a name."""
    if not text.isascii():
        return False
    cut = text.rstrip("=").replace("-", "+").replace("_", "/")
    decoded = binascii.a2b_base64(cut[: len(cut) // 4 * 4]).decode("latin-1")
    return _CREDENTIAL.search(decoded) is not None


def telling(text: str) -> bool:
    """Whether it can be nothing but this secret wherever it stands: no number, and no name with one behind it."""
    mixed = any(each.isdigit() for each in text) and any(each.isalpha() for each in text)
    return len(text) >= TELLING and mixed and not _NUMBERED.fullmatch(text)


def with_digit(text: str) -> bool:
    """Generated, and with a letter and a digit, as few words have."""
    return any(each.isdigit() for each in text) and any(each.isalpha() for each in text) and generated(text)


def addressed(text: str) -> bool:
    """What a URL's query can only mean a key by: no name of parts, of which the longest is a word or a number."""
    return with_digit(text) and with_digit(max(_SEPARATOR.split(text), key=len))


def given(text: str) -> bool:
    """A value that somebody may have chosen, as a password is: all but examples, variables and blanks."""
    text = text.strip("'\"")
    left = _RUN.sub("", text)
    padded = left != text and len(left) < EXAMPLE_LEFT
    return not (
        padded
        or text.lower() in _NOT_ONE
        or _EXAMPLE.match(text)
        or _EXAMPLE_WORD.search(text)
        or _NAMED.fullmatch(text)
        or (_REFERENCE.fullmatch(text) and sum(map(str.isdigit, text)) < DIGITS_OF_A_KEY)
    )


def secret_key(text: str) -> bool:
    """What a service may have made as a key: in its longest part random, as no path, UUID or name of parts is."""
    part = max(_SEPARATOR.split(text), key=len)
    path = "/" in text and "." in text
    return len(part) >= PART_OF_A_KEY and not path and with_digit(part) and shaped(text)


def told(text: str) -> bool:
    """Given, and no word of the sentence that it stands in."""
    return given(text) and any(each.isdigit() for each in text)


def credential(text: str) -> bool:
    """A value that was sent, and no word of a sentence about one."""
    return sent(text) and not _WORD.fullmatch(text)


def sent(text: str) -> bool:
    """A value that was sent in a header: all but variables and a run of one character."""
    return len(set(text)) > 1 and not _EXAMPLE.match(text)


def issued(text: str) -> bool:
    """A value that a service may have issued, as a token is: given, and with a digit or long and random."""
    if len(text) < ISSUED or not given(text) or text.startswith(("0x", "/", "arn:")) or _ADDRESS.match(text):
        return False
    return any(each.isdigit() for each in text) or (len(text) >= 16 and entropy(text) >= 3.5)


def base64_key(text: str) -> bool:
    """Forty characters as in an AWS secret key: three kinds of them, and neither hexadecimal nor a path."""
    mixed = all(any(kind(each) for each in text) for kind in KINDS)
    return mixed and entropy(text) >= 4.2 and text.count("/") < 4 and re.search(r"[g-zG-Z]", text) is not None
