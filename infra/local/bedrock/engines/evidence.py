"""Numbered evidence read out of a prompt, and ranked by what it shares with the log."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

SPAN = re.compile(r"^\[([A-Z]+\d+(?:\.\d+)*)\] (.*)$")
PASSAGE = re.compile(r'^<passage id="([^"]+)" title="([^"]*)"')
QUESTION = re.compile(r"<question>\n(.*?)\n</question>", re.DOTALL)
LINE_NUMBER = re.compile(r"^\d+: ")
CUT = " [cut]"
WORD = re.compile(r"[A-Za-z0-9]+(?:[_.\-][A-Za-z0-9]+)*")
PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# Words that log lines and runbooks share whatever they are about.
WEAK = frozenset(
    """a an and are as at be been before but by can could did do does error exception fail failed failing
    failure fatal file for from had has have if in info into is it its last line log may more most no not of
    on once one only or other out over should so such than that the their them then there these they this to
    traceback true up warn warning was we were what when where which while who why will with would you
    your""".split()  # noqa: SIM905 - a list of strings would hide the words
)
LOG, CODE = "L", "C"
# What says in a log line that this is the one: the raised error itself, then the level, then any mention.
SIGNS = (
    re.compile(r"^\s*(Caused by:|panic:)|^\s*(\w+\.)*\w*(Error|Exception|Fault|Timeout)\b[^/]*$"),
    re.compile(
        r"\b(ERROR|FATAL|CRITICAL|SEVERE|Task timed out)\b|\blevel\W{1,4}(?i:error|fatal|critical|severe)\b"
    ),
    re.compile(r"error|exception|failed|refused|denied|timed out|timeout", re.IGNORECASE),
)
SHARED = 2  # distinct telling words without which a span says nothing about the log


@dataclass(frozen=True, slots=True)
class Span:
    """One numbered line; `group` is its passage or, outside of one, its own id. `title` is the passage's."""

    id: str
    text: str
    group: str
    title: str = ""

    @property
    def kind(self) -> str:
        """The letters of the id."""
        return self.id.rstrip("0123456789.")


def spans(text: str) -> tuple[Span, ...]:
    """The numbered lines of a prompt, each id once; a code line is without its number in the file."""
    titles: dict[str, str] = {}
    found: dict[str, Span] = {}
    for line in text.splitlines():
        if passage := PASSAGE.match(line):
            titles[passage[1]] = passage[2]
        elif numbered := SPAN.match(line):
            span_id, shown = numbered.groups()
            if span_id.startswith(CODE):
                shown = LINE_NUMBER.sub("", shown)
            group = span_id.partition(".")[0]
            span = Span(span_id, shown.removesuffix(CUT), group, titles.get(group, ""))
            found.setdefault(span_id, span)
    return tuple(found.values())


def terms(text: str) -> frozenset[str]:
    """Telling words in lower case: identifiers whole and in pieces, plurals as singulars."""
    words = (piece for word in WORD.findall(text) for piece in (word, *PIECE.findall(word)))
    return frozenset(_stem(word.lower()) for word in words if _tells(word.lower()))


def _tells(word: str) -> bool:
    """Of numbers only those of three digits tell something: they are status codes more often than times."""
    return len(word) > 2 and word not in WEAK and not (word[0].isdigit() and len(word) != 3)


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


class Evidence:
    """The spans of one prompt, ranked against its question, else its log, else the words around them."""

    def __init__(self, text: str) -> None:
        self.spans = spans(text)
        asked = QUESTION.search(text)
        self._question = terms(asked[1]) if asked else frozenset()
        self._around = "\n".join(line for line in text.splitlines() if not SPAN.match(line))

    @cached_property
    def _log(self) -> tuple[Span, ...]:
        """Log lines, the decisive one first; among equals the later."""
        lines = [(_weight(span.text), at, span) for at, span in enumerate(self.spans) if span.kind == LOG]
        return tuple(span for _, _, span in sorted(lines, key=lambda each: each[:2], reverse=True))

    @cached_property
    def _query(self) -> frozenset[str]:
        return self._question or terms("\n".join(span.text for span in self._log) or self._around)

    @cached_property
    def _decisive(self) -> frozenset[str]:
        return terms(self._log[0].text) if self._log else frozenset()

    @cached_property
    def _rarity(self) -> dict[str, float]:
        counts = Counter(term for span in self.spans for term in terms(span.text))
        return {term: math.log(1 + len(self.spans) / count) for term, count in counts.items()}

    def score(self, text: str) -> float:
        """How much of the log's telling words a text holds, by their rarity; 0 is nothing to speak of."""
        own = terms(text)
        shared = own & self._query
        if len(shared) < min(SHARED, len(self._query) or SHARED):
            return 0
        weights = (self._rarity.get(term, 1) * (1 + (term in self._decisive)) for term in shared)
        return sum(weights) / math.sqrt(len(own))

    def statements(self) -> tuple[Span, ...]:
        """What says most about the problem: the decisive log line, then the best line of each passage.

        What answers a question best, wherever it stands; nothing where no line shares its words.
        """
        if self._question:
            fitting = [span for span in self.spans if self.score(span.text)]
            return tuple(sorted(fitting, key=lambda span: self.score(span.text), reverse=True))
        others = [span for span in self.spans if span.kind not in {LOG, CODE}]
        ranked = sorted(others, key=lambda span: self.score(span.text), reverse=True)
        best = {span.group: span for span in reversed(ranked) if self.score(span.text)}
        by_score = sorted(best.values(), key=lambda span: self.score(span.text), reverse=True)
        return (*self._log[:1], *by_score)

    def relevant(self, ids: Sequence[str]) -> tuple[Span, ...]:
        """Of these spans those of the one passage that fits the log best, in order; else the best lines."""
        chosen = [span for span in self.spans if span.id in set(ids)]
        passages = [span for span in chosen if span.group != span.id]
        if not passages:
            return tuple(span for span in (*self.statements(), *chosen) if span in chosen)[:1]
        best = max(dict.fromkeys(span.group for span in passages), key=self._of_group)
        return tuple(span for span in passages if span.group == best) if self._of_group(best) else ()

    def _of_group(self, group: str) -> float:
        members = [span for span in self.spans if span.group == group]
        return self.score("\n".join([members[0].title, *(span.text for span in members)]))


def _weight(line: str) -> int:
    return next((len(SIGNS) - at for at, sign in enumerate(SIGNS) if sign.search(line)), 0)


def quoted(found: Iterable[Span]) -> str:
    """Spans as the prompt showed them."""
    return "\n".join(f"[{span.id}] {span.text}" for span in found)
