"""Whether a statement in another language may stand for the one that was checked: it names the same things.

The statement itself is held against its sources in English; a translation may add no name, number, quote or
address to it, and lose none. What fails is not shown: people read the English then.
"""

from __future__ import annotations

import re
import unicodedata

from lambda_image.steps.answering.names import Name, holds, names
from lambda_image.steps.words.escape import URL, visible

# Languages differ in length, but nothing is told three times.
LONGEST = 3
ALLOWANCE = 60
_QUOTED = re.compile(
    r"`([^`]+)`|\"([^\"]+)\"|\u201c([^\u201d]+)\u201d|\u300c([^\u300d]+)\u300d|\u00ab([^\u00bb]+)\u00bb"
)
_WORD = re.compile(r"[A-Za-z_$][\w.$:/@-]*\w|\d[\d.,:]*\d|\d")
# With one of these inside, a word is no word of a language but the name of something.
_NAMING = re.compile(r"[\d_$/@]|[a-z][A-Z]|\w[.:]\w|^[A-Z]{2,}$")


def faithful(said: str, checked: str, sources: str) -> bool:
    """Whether `said` names what the `checked` statement names, and else only what `sources` hold."""
    if not said.strip() or visible(said) != said or URL.search(said):
        return False
    if len(said) > LONGEST * len(checked) + ALLOWANCE:
        return False
    apart = _apart(said)
    kept = (name for name in names(checked) if _untranslatable(name))
    known = f"{checked}\n{sources}"
    return all(holds(apart, name) for name in kept) and all(_stands(each, known) for each in _named(apart))


def _apart(text: str) -> str:
    """Latin words and numbers apart from what other scripts write right beside them."""
    found = re.sub(r"(?<=[A-Za-z0-9_)])(?=[^\W\d_A-Za-z\u00c0-\u024f])", " ", text)
    return re.sub(r"(?<=[^\W\d_A-Za-z\u00c0-\u024f])(?=[A-Za-z0-9_(])", " ", found)


def _untranslatable(name: Name) -> bool:
    """Identifiers and figures; plain words and numbers in words have their own in each language."""
    return not name.weak and bool(_NAMING.search(name.text))


def _named(text: str) -> list[str]:
    """The names in a translation: quotes, identifiers and numbers; in other scripts every Latin word."""
    quotes = [next(filter(None, found.groups())) for found in _QUOTED.finditer(text)]
    foreign = any(each.isalpha() and not unicodedata.name(each, "LATIN").startswith("LATIN") for each in text)
    found = [word for word in _WORD.findall(text) if foreign or _NAMING.search(word)]
    return [*quotes, *found]


def _stands(name: str, known: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", known) is not None
