"""A question's telling words: no times, ids or numbers; identifiers whole and in their parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# What stands later in a long trace tells little and costs time.
LONGEST_TEXT = 20_000
MOST_TERMS = 200
STOP = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by can could did do does for from has have how if in into is it its"
        " no not of on or our so than that the their then there these they this to was we were what when"
        " where which who why will with you your"
        # How long and how often: alarms say so of everything.
        " day days hour hours last min mins minute minutes more sec second seconds secs than times",
    )
)
_NOISE = re.compile(
    r"""
    \b\d{4}-\d\d-\d\d(?:[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?)?              # dates and times
  | \b\d\d?:\d\d:\d\d(?:[.,]\d+)?
  | \b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b                      # UUIDs
  | \barn:[^\s"'<>)\]]+ | \b[a-z][a-z0-9+.-]{1,15}://[^\s"'<>)\]]+            # ARNs and addresses
  | (?:\b[\w-]{1,40}/)?\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b                   # instances by address
  | \bip(?:-\d{1,3}){4}(?:\.[\w-]+)*
  | \b(?:[a-z]{1,20}-)?(?:af|ap|ca|cn|eu|il|me|mx|sa|us)-(?:[a-z]{1,20}-){0,2}\d+[a-z]?\b  # regions, clusters
  | -[0-9a-f]{8,10}-[a-z0-9]{5}\b                                        # what Kubernetes appends to a pod
  | (?<![\w.])(?-i:DEBUG|INFO|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL)(?![\w.])  # levels
  | "[A-Za-z_@][\w@.-]{0,40}"\s*:(?=\s*["\d{[tfn-])                     # keys of fields
  | (?<![\w.&?/-])[A-Za-z_][\w.]{0,40}=(?=["\w])
  | \b0x[0-9a-f]+\b | \b(?=[a-f]*\d)[0-9a-f]{10,}\b                      # pointers, hashes, other hex
  | \b\d+(?:\.\d+)?% | \b\d+\.\d+\w* | \b\d{4,}\b | \b\d+(?:ms|s|m|h|d)\b  # quantities
    """,
    re.VERBOSE | re.IGNORECASE,
)
WORD = re.compile(r"\w+")
_BREAK = re.compile(r"[^\w\s'/._-]+")
_BREAKS = re.compile(r"[^\w\s'/._:-]+|(?<=\s)[^\w\s]+(?=\s)")
_COMPOUND = re.compile(r"(?<![\w.])[\w.]{1,60}(?:[-/][\w.%]+)+")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for: `words` with how often each was asked, and `pairs` of neighbouring words.

    `text` is the whole without noise, for an embedding model; `names` are the words that stand only in
    compounds such as `checkout-worker` or `shop/orders`, which tell of which one and not of what.
    """

    words: tuple[tuple[str, int], ...]
    pairs: tuple[str, ...]
    text: str = ""
    names: frozenset[str] = frozenset()


def question(text: str) -> Question:
    """Read a question, which may be a raw log line."""
    told = _NOISE.sub(" ; ", text[:LONGEST_TEXT])
    counted = Counter(word for word in _words(told) if word not in STOP and len(word) > 1)
    pairs = tuple(dict.fromkeys(_pairs(told)))[:MOST_TERMS]
    names = frozenset(counted).difference(_words(_COMPOUND.sub(" ", told)))
    return Question(tuple(counted.items()), pairs, " ".join(_BREAKS.sub(" ", told).split()), names)


def _words(text: str) -> Iterator[str]:
    for word in WORD.findall(text)[:MOST_TERMS]:
        if not word.isdigit():
            yield word.lower()
            yield from (part.lower() for part in identifier_parts(word))


def identifier_parts(word: str) -> list[str]:
    """The parts of an identifier: TooManyRequests gives Too, Many and Requests; a plain word gives none."""
    parts = [part for part in _PART.findall(word) if len(part) > 1] if word.isascii() else []
    return parts if len(parts) > 1 else []


def _pairs(text: str) -> Iterator[str]:
    """Neighbours that no punctuation divides. Here numbers count: `error 9` is not `error 8`."""
    for part in _BREAK.split(text):
        words = [word.lower() for word in WORD.findall(part)]
        for left, right in pairwise(words):
            if left not in STOP or right not in STOP:
                yield f"{left} {right}"
