"""The parts of a repository in the order of their worth to an error, each with the reason why it is shown."""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import PurePosixPath

from lambda_image.domain.code import CLASS, REST, Part
from lambda_image.domain.events import RedactedEvent
from lambda_image.steps.code.dependencies import pinned
from lambda_image.steps.code.outline import is_code
from lambda_image.steps.code.places import is_test
from lambda_image.steps.code.terms import Terms, terms
from lambda_image.steps.code.trail import Shown, trail
from lambda_image.steps.code.tree import Tree
from lambda_image.steps.code.uses import uses
from lambda_image.steps.code.words import of_name

# What is worth how much beside that which raised, with 1. Tried with tests/evals/context.py.
SEARCHED = 0.35
SEARCHED_ALONE = 0.8
USED = 0.95
OF_THE_SAME_NAME, FEW = 0.5, 3
BESIDE = 0.4
IN_A_FILE_OF_THE_TRACE = 1.8
# What a search finds is worth more by its name, and less in a test or in what configures the code.
NAMED_WHOLE, TESTS, CONFIGURATION = 1.5, 0.3, 0.5
COVERING, MOST_TESTS = 0.7, 2
LEAST = 0.05
# A score that a chance meeting of common words does not reach; weaker ones stay what they are.
STRONG = 10.0
LOOKED_AT, FOUND = 300, 60
_IS_TEST = re.compile(r"(?i)test|it_|should|$")


@dataclass(slots=True)
class _Queue:
    """What waits to be shown, best first."""

    heap: list[tuple[float, int, Shown]] = field(default_factory=list)
    best: dict[Part, float] = field(default_factory=dict)
    turn: Iterator[int] = field(default_factory=count)

    def put(self, shown: Shown) -> None:
        if shown.worth < LEAST or self.best.get(shown.part, 0.0) >= shown.worth:
            return
        self.best[shown.part] = shown.worth
        heapq.heappush(self.heap, (-shown.worth, next(self.turn), shown))

    def take(self) -> Iterator[Shown]:
        done: set[Part] = set()
        while self.heap:
            shown = heapq.heappop(self.heap)[2]
            if shown.part not in done:
                done.add(shown.part)
                yield shown


def ranked(event: RedactedEvent, tree: Tree) -> Iterator[Shown]:
    """First what the trace passes through, then what that uses and what the log speaks of.

    Raises EvidenceUnavailable as `trail` does.
    """
    passed = trail(event, tree)
    files = {shown.part.file for shown in passed.shown}
    found = searched(terms(event, passed.lost), tree)
    base = SEARCHED if any(shown.focus for shown in passed.shown) else SEARCHED_ALONE
    queue = _Queue()
    for shown in (*passed.shown, *pinned(event, tree)):
        queue.put(shown)
    best = sorted(found, key=lambda part: -found[part])[:FOUND]
    for part in {*best, *(part for part in found if part.file in files)}:
        near = IN_A_FILE_OF_THE_TRACE if part.file in files else 1.0
        queue.put(Shown(part, base * near * found[part], "fits the words of the log"))
    for shown in queue.take():
        yield shown
        for each in _beyond(shown, tree, found):
            queue.put(each)


def searched(said: Terms, tree: Tree) -> dict[Part, float]:
    """Parts that fit what was said, the best with 1.0; tests tell of the code and are worth less."""
    scores: dict[Part, float] = defaultdict(float)
    for asked, weight in ((said.names, 2.0), (said.words, 1.0)):
        for part, score in tree.about(asked, LOOKED_AT):
            scores[part] += weight * score
    for part in tree.named(said.whole):
        scores[part] *= NAMED_WHOLE
    for part in scores:
        if is_test(part.file):
            scores[part] *= TESTS
        elif not is_code(part.file):
            scores[part] *= CONFIGURATION
    most = max(STRONG, *scores.values()) if scores else STRONG
    return {part: score / most for part, score in scores.items()}


def _beyond(shown: Shown, tree: Tree, found: dict[Part, float]) -> Iterator[Shown]:
    """What a part that is shown leads to."""
    part = shown.part
    if part.kind != REST or shown.focus:
        for used, sure, name in uses(tree, part, shown.focus):
            worth = min(sure * (0.75 + 0.5 * found.get(used, 0.0)), USED)
            yield Shown(used, shown.worth * worth, f"defines {name}, used by {part.name or part.file}")
    if is_test(part.file):
        for each in _tested(part, tree):
            worth = OF_THE_SAME_NAME * (0.6 + 0.8 * found.get(each, 0.0))
            yield Shown(each, shown.worth * worth, f"{part.file} tests this file")
        return
    if shown.worth == 1.0 and part.name:
        yield from _tests_of(part, tree)
    if shown.focus and part.owner:
        for each in tree.parts(part.file):
            if each.owner == part.owner or (each.kind == CLASS and each.name == part.owner):
                worth = BESIDE * (0.5 + found.get(each, 0.0))
                yield Shown(each, shown.worth * worth, f"stands beside {part.name} in {part.owner}")


def _tests_of(part: Part, tree: Tree) -> Iterator[Shown]:
    """Tests that name the part that raised."""
    named = re.compile(rf"\b{re.escape(part.name)}\b")
    fitting = (each for each, _ in tree.about(of_name(part.name)[:1], FOUND) if is_test(each.file))
    tests = (each for each in fitting if _IS_TEST.match(each.name) and named.search(tree.lines(each)))
    for each in sorted(islice(tests, MOST_TESTS), key=lambda each: (each.file, each.start)):
        yield Shown(each, COVERING, f"tests {part.name}")


def _tested(part: Part, tree: Tree) -> Iterator[Part]:
    """The parts of the files that a test is named after, if they are few."""
    stem = PurePosixPath(part.file).stem
    stem = stem.removeprefix("test_").removesuffix("_test").removesuffix("Test").partition(".")[0]
    same = [
        file
        for file in tree.files
        if PurePosixPath(file).stem == stem and is_code(file) and not is_test(file)
    ]
    if len(same) <= FEW:
        for file in same:
            yield from tree.parts(file)
