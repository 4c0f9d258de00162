"""The words that plain questions are made of, in each language of the cards, and slips of the keyboard."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "words.toml"
FILLER = "filler"
# What else is told of a language.
_HOW = ("joined", "suffixes")
# Longer questions, in words or where there are no blanks in letters, are not plain.
LONGEST = 80
# Shorter words than this are no slips: a letter less, and they are other words.
_SWAPPED, _LEFT_OUT = 3, 6


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`known` tells the topic of a phrase, by its name, `slips` the word that was meant.

    `joined` is a language that is read without blanks.
    """

    known: Mapping[str, str]
    slips: Mapping[str, str]
    joined: bool
    longest: int

    def topics(self, words: Sequence[str]) -> frozenset[str]:
        """The names of what is asked for; none where one word is not known, or nothing is asked for."""
        units = "".join(words) if self.joined else [self.slips.get(each, each) for each in words]
        between = "" if self.joined else " "
        if len(units) > LONGEST:
            return frozenset()
        # How the rest behind each place is read best: in few phrases, hence long ones.
        best: dict[int, tuple[str, ...]] = {len(units): ()}
        for start in reversed(range(len(units))):
            for end in range(start + 1, min(start + self.longest, len(units)) + 1):
                name = self.known.get(between.join(units[start:end]))
                if name is None or end not in best:
                    continue
                read = (name, *best[end])
                if start not in best or len(read) < len(best[start]):
                    best[start] = read
        return frozenset(best.get(0, ())) - {FILLER}


@cache
def vocabularies() -> tuple[Vocabulary, ...]:
    """One for each language."""
    languages = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return tuple(_vocabulary(told) for told in languages.values())


@cache
def fillers() -> frozenset[str]:
    """The words of any language that say nothing about what is meant."""
    return frozenset(each for of in vocabularies() for each, name in of.known.items() if name == FILLER)


def words_of(text: str) -> list[str]:
    """The words of a text: letters in small ones without accents, and digits."""
    apart = "".join(each if each.isalnum() else " " for each in folded(text))
    return apart.split()


def folded(text: str) -> str:
    """A text in which case, width, and accents of Latin letters make no difference."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(unicodedata.normalize("NFD", each)[0] if each < "\u0250" else each for each in plain)


def _vocabulary(told: Mapping[str, object]) -> Vocabulary:
    joined = bool(told.get("joined"))
    between = "" if joined else " "
    suffixes = tuple(_listed(told.get("suffixes")))
    known: dict[str, str] = {}
    for name in (each for each in told if each not in _HOW):
        phrases = told[name]
        for phrase in phrases.split() if isinstance(phrases, str) else _listed(phrases):
            # A word of a topic is no filler.
            said = between.join(words_of(phrase))
            known.setdefault(said, name)
            for suffix in suffixes:
                known.setdefault(f"{said}{suffix}", name)
    longest = max(len(phrase) if joined else phrase.count(" ") + 1 for phrase in known)
    slips = {} if joined else {slip: word for word in known for slip in _slips(word, known[word])}
    return Vocabulary(known, {each: slips[each] for each in slips.keys() - known.keys()}, joined, longest)


def _listed(phrases: object) -> Iterator[str]:
    yield from phrases if isinstance(phrases, list) else ()


def _slips(word: str, name: str) -> Iterator[str]:
    """A word with two letters swapped, one doubled or left out; nobody mistakes the first."""
    least = _SWAPPED + 1 if name == FILLER else _LEFT_OUT
    for at in range(1, len(word)):
        if len(word) >= _SWAPPED and at + 1 < len(word):
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if len(word) >= least:
            yield word[:at] + word[at + 1 :]
        if len(word) >= _SWAPPED:
            yield word[:at] + word[at] + word[at:]
