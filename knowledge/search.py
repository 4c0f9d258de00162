"""A question to ranked passages: telling words, one passage of each page first, and a floor."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.passage import Hit
from knowledge.store import KnowledgeStore

CANDIDATES = 50
# Below this share of the question's words in the best passage, nothing is a better answer than a bad page.
FLOOR = 0.3
STOP = frozenset(
    (
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "has",
        "have",
        "how",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "so",
        "than",
        "that",
        "the",
        "their",
        "then",
        "there",
        "these",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "you",
        "your",
        "error",
        "errors",
        "failed",
        "failure",
        "exception",
        "info",
        "warn",
        "warning",
        "debug",
    )
)
_NOISE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}[T ]?[\d:.,]*Z?\b|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
    r"|\b0x[0-9a-fA-F]+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b|\b\d+(?:[.,:]\d+)*\b"
)
_WORD = re.compile(r"[A-Za-z][\w]*")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def words(text: str) -> tuple[str, ...]:
    """The telling words of a question, once each: identifiers whole and in their parts, no ids, no times."""
    found: list[str] = []
    for word in _WORD.findall(_NOISE.sub(" ", text)):
        parts = [part for part in _PARTS.findall(word) if len(part) > 1]
        found += [word, *parts] if len(parts) > 1 else [word]
    lowered = dict.fromkeys(word.lower() for word in found)
    return tuple(word for word in lowered if word not in STOP and len(word) > 1)


def search(store: KnowledgeStore, text: str, limit: int) -> tuple[Hit, ...]:
    """The best passages, best first; none when even the best has too little of the question in it."""
    asked = words(text)
    hits = store.rank(asked, CANDIDATES)
    if not hits or _covered(asked, hits[0]) < FLOOR:
        return ()
    return tuple(_one_a_page(hits))[:limit]


def _covered(asked: Iterable[str], hit: Hit) -> float:
    """The share of the asked words that the passage has, by their first five letters."""
    told = " ".join((hit.passage.title, *hit.passage.heading, hit.passage.text)).lower()
    stems = {word[:5] for word in words(told)}
    wanted = [word[:5] for word in asked]
    return sum(stem in stems for stem in wanted) / len(wanted) if wanted else 0.0


def _one_a_page(hits: Iterable[Hit]) -> Iterable[Hit]:
    """Each page's best passage in order of rank, then the others: five parts of one page tell less."""
    rest: list[Hit] = []
    seen: set[str] = set()
    for hit in hits:
        if hit.passage.page_id in seen:
            rest.append(hit)
        else:
            seen.add(hit.passage.page_id)
            yield hit
    yield from rest
