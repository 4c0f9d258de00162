"""What differs between two occurrences of the same error.

First the digits go: a word with two of them is a value, and any other digit is as good as 0. That is cheap,
and leaves so few different lines that the rest is remembered. Then come the masks: data, applied in order.
"""

from __future__ import annotations

import re
from functools import lru_cache

VALUE = "<*>"
REMEMBERED = 20_000
_TWO_DIGITS = re.compile(r"\b\w*\d\w*\d\w*")
_DIGITS = str.maketrans("123456789", "000000000")

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# Names of files end like names of hosts in some countries, and a Java package is a name of a host backwards.
_SOURCE = (
    r"(?!(?:py|js|ts|rb|rs|go|cs|cc|sh|pl|md|so|kt|ml|hs|vb|fs|ps|java|php|swift|dart|scala|cpp|tsx|jsx)\b)"
)
_DOMAIN = (
    r"(?!(?:com|org|net|io|edu|java|javax|sun|jdk)\.)(?:"
    r"(?:[\w-]+\.)+(?:com|net|org|edu|gov|ac|co|io|internal|local|lan|cloud|info|biz)(?:\.[a-z]{2})?(?![\w.])"
    rf"|(?:[\w-]+\.){{2,}}{_SOURCE}[a-z]{{2}}(?![\w.]))"
)
# A name of Ruby or C++ has no digit.
_SHORT_IPV6 = r"(?=[A-Fa-f0:]{0,38}0)(?=[A-Fa-f0:]{0,37}::)[A-Fa-f0:]{3,39}"
_UNITS = r"(?:ns|us|µs|ms|s|secs?|seconds?|mins?|minutes?|hours?|h|m|[KMGT]i?B|bytes|B)"

MASKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("<SECRET>", r"<(?:[A-Z]+(?:_[A-Z]+)*_)?0>"),
        (r"\1 <URL>", r"\"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s[^\"\s]*(?:\sHTTP/[0.]+)?\""),
        (
            "<TIME>",
            rf"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+)?(?:{_MONTH}\s+0|0[ /-]{_MONTH})(?:[ ,/:.-]+0)+(?:\s[A-Z]{{3,4}}\s0)?",
        ),
        ("<ARN>", r"\barn:aws[\w-]*:[\w:/$.*+=,@-]+"),
        ("<URL>", r"\b[a-z][a-z0+.-]{1,15}://[^\s'\"<>)\]]+"),
        ("<EMAIL>", r"\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b"),
        ("<UUID>", r"\b(?:0|[a-f]{4,12})(?:-(?:0|[a-f]{4,12})){4}\b"),
        ("<IP>", rf"(?<![\w:.])(?:{_SHORT_IPV6}|(?:[A-Fa-f0]{{1,4}}:){{7}}[A-Fa-f0]{{1,4}})(?![\w:])"),
        ("<IP>", r"\b(?:(?:0|[0A-Fa-f]{2})[:-]){4,7}(?:0|[0A-Fa-f]{2})\b"),
        ("<HEX>", r"\b0x[a-fA-F0]+\b|\bf{4,}\b|\b[a-f]{8,}\b"),
        ("<HOST>", rf"(?<![\w.-])(?:{_DOMAIN}(?::0)?|(?:[\w-]+\.)+{_SOURCE}[A-Za-z]{{2,}}:0(?![\w:]))"),
        (
            "<PATH>",
            r"(?<![\w<>/.])(?:~|\.{1,2})?/[\w.@+=~%-]+(?:/[\w.@+=~%-]*)*(?::0)?|\b[A-Za-z]:\\[\w\\.-]+",
        ),
        ("<PATH>", r"(?<![\w<>/])[\w.@+~%-]+(?:/[\w.@+=~%-]+){2,}/?"),
        ("<N>", rf"(?<![\w.])[<>~]?\s?0(?:\.0)?\s?{_UNITS}\b"),
        ("<QUOTED>", r"'[^']{1,200}'|\"[^\"]{1,200}\""),
        ("<ID>", r"\b[A-Za-z]{1,4}-0\b"),
        ("<N>", r"(?<![A-Za-z_])[-+/]?0(?:[-/.:,_]+0)*(?![A-Za-z])"),
    )
)
_ANY = re.compile(r"<[A-Z]+>")
_WORD = re.compile(r"(?:<\*>|[^\s=:,;(){}\[\]\"'<>|])+|=")
_LEADER = re.compile(r"\.{2,}|[-=_*#]{3,}")


def masks_in(collapsed: str) -> list[str]:
    """The names of the masks that change a collapsed text, in order; "digits" where it had some."""
    found = ["digits"] if "0" in collapsed else []
    for name, pattern in MASKS:
        collapsed, count = pattern.subn(name, collapsed)
        if count:
            found.append(name.split()[-1].strip("<>").lower())
    return list(dict.fromkeys(found))


def collapse(text: str) -> str:
    """The text without what its digits say."""
    return _TWO_DIGITS.sub("0", text).translate(_DIGITS)


def normalise(text: str) -> str:
    """The text with everything masked that differs from one occurrence to the next."""
    return _masked(collapse(text))


@lru_cache(REMEMBERED)
def template(collapsed: str) -> tuple[str, ...]:
    """The words that two occurrences of a collapsed text have in common; each run of values is `<*>`.

    Brackets, quotes and commas do not count: they come and go with the values inside.
    """
    words: list[str] = []
    for word in _WORD.findall(_LEADER.sub(" ", _ANY.sub(VALUE, _masked(collapsed)))):
        if VALUE not in word:
            words.append(word)
        elif not words or words[-1] != VALUE:
            words.append(VALUE)
    return tuple(words)


def _masked(collapsed: str) -> str:
    for name, pattern in MASKS:
        collapsed = pattern.sub(name, collapsed)
    return " ".join(collapsed.split())
