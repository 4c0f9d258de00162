"""Candidates of a service that tells nothing of its index, scored as the embedded store scores.

They are all that is known: a word that many of them have counts as common. Their scores can be compared with
the embedded store's in that 1 has the whole question and 0 nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from knowledge.passage import Hit, Passage
from knowledge.question import Question
from knowledge.stores.bm25 import Whole, rank
from knowledge.stores.words import END, indexed, packed


def scored(question: Question, candidates: Sequence[Passage]) -> Iterator[Hit]:
    """Those with a word of the question, best first; equal ones in the order in which they came."""
    read = [packed(indexed(each)) for each in candidates]
    words = [
        [number for number in np.frombuffer(each, dtype="<u4").tolist() if number != END] for each in read
    ]
    average = sum(map(len, words)) / len(words) if words else 0.0
    found = Counter(number for each in words for number in set(each))
    for each in rank(question, Whole(len(read), average, found), read):
        yield Hit(candidates[each.at], each.score, each.signals)
