"""Which templates of log lines are one: what masks cannot know, learned from the lines themselves.

Two templates become one when they differ only where values stand. Where that is has to show: by how a word
looks (a path, a dotted name), by what stands before it (`user`, `=`), or by many words in the same place.
When in doubt they stay two: a split floods, a wrong merge hides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lambda_image.steps.masks import VALUE

Template = tuple[str, ...]
# A dotted or slashed name, an address, or a word with a digit.
_NAME = re.compile(r".*\w[./\\@$~]\w|.*\d|[./\\@$~]\w")
_PLAIN = re.compile(r"[A-Za-z]{2}")
# What is assigned to these tells the problem.
_TELLING = frozenset(
    "action cause code err error event exception level method msg message op operation outcome reason result "
    "severity state status type".split()
)
# After these a name follows.
_BEFORE_A_NAME = frozenset(
    "user username account role group owner host node server device disk volume table column index database "
    "schema queue topic stream bucket key named file path directory package module plugin job task container "
    "image pod domain".split()
)
_PREPOSITIONS = frozenset("at by for from in of on to with".split())
# How many words in one place are values and not a part of the message.
WORDS_BESIDE_VALUES = 2
WORDS_AFTER_NAME = 3
WORDS_ASSIGNED = 4
WORDS_AFTER_PREPOSITION = 5
WORDS_ANYWHERE = 8
# What two templates share at least.
COMMON_WORDS = 2
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Merge:
    """The template that others became a part of, and the rule that said so."""

    template: Template
    rule: str


def merged(templates: Iterable[Template]) -> dict[Template, Merge]:
    """Each template with what it became; those that stand alone became themselves, by the rule "masks"."""
    became = {each: Merge(each, "masks") for each in templates}
    for rule, step in (("names", _names), ("words", _words)):
        for _ in range(ROUNDS):
            change = dict(step({merge.template for merge in became.values()}))
            if not change:
                break
            for each, merge in became.items():
                if merge.template in change:
                    became[each] = Merge(change[merge.template], rule)
    return became


def _names(templates: Iterable[Template]) -> Iterator[tuple[Template, Template]]:
    """Templates that differ in names only."""
    buckets: dict[Template, list[Template]] = defaultdict(list)
    for template in templates:
        buckets[
            _collapsed(VALUE if _may_vary(template, at) else word for at, word in enumerate(template))
        ].append(template)
    for skeleton, members in buckets.items():
        if len(members) > 1 and _common(skeleton) >= COMMON_WORDS:
            for member in members:
                yield member, skeleton


def _may_vary(template: Template, at: int) -> bool:
    word = template[at]
    return word == VALUE or (at > 0 and _NAME.match(word) is not None)


def _words(templates: Iterable[Template]) -> Iterator[tuple[Template, Template]]:
    """Templates that differ in one place, where so many words were seen that they are values."""
    buckets: dict[tuple[Template, int], list[Template]] = defaultdict(list)
    for template in templates:
        for at in range(1, len(template)):
            buckets[(*template[:at], VALUE, *template[at + 1 :]), at].append(template)
    done: set[Template] = set()
    for (skeleton, at), members in sorted(buckets.items(), key=lambda each: -len(each[1])):
        left = [member for member in members if member not in done]
        if len(left) >= _enough(skeleton, at, left) and _common(skeleton) >= COMMON_WORDS:
            whole = _collapsed(skeleton)
            for member in left:
                if member != whole:
                    done.add(member)
                    yield member, whole


def _enough(skeleton: Template, at: int, members: Sequence[Template]) -> int:
    if any(member[at] == VALUE for member in members):
        return WORDS_BESIDE_VALUES
    before = skeleton[at - 1].lower()
    if sum(member[at].isupper() for member in members) * 2 > len(members):
        return WORDS_ANYWHERE
    if before == "=":
        return WORDS_ANYWHERE if skeleton[at - 2].lower().strip("_-") in _TELLING else WORDS_ASSIGNED
    if before in _PREPOSITIONS:
        return WORDS_AFTER_PREPOSITION
    return WORDS_AFTER_NAME if before in _BEFORE_A_NAME else WORDS_ANYWHERE


def _common(skeleton: Template) -> int:
    return sum(word != VALUE and _PLAIN.search(word) is not None for word in skeleton)


def _collapsed(words: Iterable[str]) -> Template:
    found: list[str] = []
    for word in words:
        if word != VALUE or not found or found[-1] != VALUE:
            found.append(word)
    return tuple(found)
