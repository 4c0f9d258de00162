"""Which templates of log lines are one: what masks cannot know, learned as the lines come.

A template joins an earlier one when they differ only where values stand. Where that is has to show: by how a
word looks (a path, a dotted name), by what stands before it (`user`, `=`), or by many words seen in the same
place. When in doubt they stay two: a split floods, a wrong merge hides. What was told is never taken back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from lambda_image.steps.reading.masks import VALUE

Template = tuple[str, ...]
Group = TypeVar("Group")
# The name of a component in front, and how many words of a message behind it have to be the same.
_COMPONENT = re.compile(r"(?!.*(?:Exception|Error|Failure|Fault)$)[a-z]\w*(?:\.[\w-]+){2,}$")
WORDS_OF_A_SENTENCE = 5
# A dotted or slashed name, an address, or a word with a digit; with one at its end only where a name follows,
# for `en0` and `awdl0`, `step1` and `phase1` are two things.
_NAME = re.compile(r".*\w[./\\@$~]\w|(?![A-Za-z]+\d$).*\d|[./\\@$~]\w")
_PLAIN = re.compile(r"[A-Za-z]{2}")
# What is assigned to these tells the problem.
_TELLING = frozenset(
    "action cause code err error event exception level method msg message op operation outcome reason result "
    "severity state status type".split()
)
# After these a name follows.
_BEFORE_A_NAME = frozenset(
    "user username account role group owner host node server device disk volume table column index database "
    "schema queue topic stream bucket key name named file path directory package module plugin job task "
    "container image pod domain hostname".split()
)
_USERS = ("user", "username", "account", "login", "logname")
# Before `user` these make the next word its name; where one of the accounts stands, others do.
_BEFORE_A_USER = frozenset(("invalid", "illegal", "unknown", "such"))
_ACCOUNTS = frozenset("root admin administrator guest nobody anonymous uucp www-data ec2-user".split())
_PREPOSITIONS = frozenset("at by for from in of on to with".split())
# What became of something, and what holds a sentence together: words that tell the problem are no values.
_TELLS = re.compile(
    r"(?i)(?:\w{2,}(?:ed|ing|able|ible|less)|is|are|was|were|be|been|has|have|had|can|cannot|could|will|would|must"
    r"|do|does|did|not?|never|and|or|but|the|an?|this|that|full|empty|slow|low|high|down|up|off|lost|dead|gone"
    r"|broken|invalid|valid|unknown|busy|idle|ready|ok|true|false|yes|errors?|failures?|timeout|success"
    r"|(?:un)?healthy|new|old)"
)
# After these comes what was not done.
_BEFORE_A_VERB = frozenset(
    "cannot can can't could couldn't not should will would won't did didn't does doesn't do don't".split()
)
_TRYING = re.compile(
    r"fail(?:ed|s|ing|ure)?|(?:un)?able|tr(?:y|ies|ied|ying)|attempt\w*|need\w*|allowed|refus\w*|going"
)
# How many words in one place are values and not a part of the message.
WORDS_BESIDE_VALUES = 2
WORDS_OF_USERS = 2
WORDS_AFTER_NAME = 5
WORDS_ASSIGNED = 4
WORDS_ANYWHERE = 8
# What two templates share at least.
COMMON_WORDS = 2
ROUNDS = 3
# Longer templates are compared by names alone.
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Told(Generic[Group]):
    """The group of a template, what the group's templates have in common, and the rule that said so.

    Rules: "new", "masks" (the same template came before), "names", "words". `same` are groups that would
    have been this one, had everything been known from the beginning.
    """

    group: Group
    template: Template
    rule: str
    same: tuple[Group, ...] = ()


class Miner(Generic[Group]):
    """Templates and their groups, about `limit` at most; then the half not told for longest is forgotten."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._told: dict[Template, Told[Group]] = {}
        self._named: dict[Template, Group] = {}
        self._places: dict[int, dict[str, Group]] = {}

    def known(self) -> Iterator[tuple[Template, Group]]:
        """What `learn` takes, the longest not told first."""
        return ((template, told.group) for template, told in self._told.items())

    def learn(self, template: Template, group: Group) -> None:
        """What was told before, here or elsewhere."""
        self._keep(template, Told(group, template, "masks"))

    def tell(self, template: Template, otherwise: Group) -> Told[Group]:
        """The group of an earlier template that this one is the same as, or `otherwise`."""
        before = self._told.pop(template, None)
        if before is not None:
            self._told[template] = before
            return before
        found: list[tuple[str, tuple[Group, ...]]] = []
        general = [template]
        for rule, each, groups in self._generalised(template):
            general.append(each)
            found.append((rule, (self._told[each].group,) if each in self._told else groups))
        if not found:
            self._keep(template, Told(otherwise, template, "masks"))
            return Told(otherwise, template, "new")
        group = found[0][1][0]
        same = {each for _, groups in found for each in groups} - {group}
        for each in general:
            self._keep(each, Told(group, general[-1], found[0][0]))
        return Told(group, general[-1], found[0][0], tuple(same))

    def _generalised(self, template: Template) -> Iterator[tuple[str, Template, tuple[Group, ...]]]:
        """Templates that this one is an example of, with the rule and the groups of the other examples."""
        for turn in range(ROUNDS):
            before = template
            named = _without_names(template)
            if (named != template or not turn) and named in self._named:
                template = named
                yield "names", template, (self._named[named],)
            if found := self._beside(template):
                template = found[0]
                yield "words", *found
            if template == before:
                return

    def _beside(self, template: Template) -> tuple[Template, tuple[Group, ...]] | None:
        """The place in which most words were seen, if they are values, and the groups that they came with."""
        best: dict[str, Group] = {}
        general = template
        for at, key in _places(template):
            if _tells(template, at):
                continue
            words = {**self._places.get(key, {}), template[at]: None}
            if len(words) <= len(best) or len(words) < _enough(template, at, words):
                continue
            skeleton = (*template[:at], VALUE, *template[at + 1 :])
            if _common(skeleton) >= COMMON_WORDS and _collapsed(skeleton) != template:
                best, general = self._places[key], _collapsed(skeleton)
        return (general, tuple(best.values())) if best else None

    def _keep(self, template: Template, told: Told[Group]) -> None:
        if template in self._told:
            return
        if len(self._told) >= self._limit:
            self._forget()
        self._told[template] = told
        self._named.setdefault(_without_names(template), told.group)
        for at, key in _places(template):
            words = self._places.setdefault(key, {})
            if len(words) < WORDS_ANYWHERE and not _tells(template, at):
                words.setdefault(template[at], told.group)

    def _forget(self) -> None:
        kept = list(self._told.items())[self._limit // 2 :]
        self._told, self._named, self._places = {}, {}, {}
        for template, told in kept:
            self._keep(template, told)


def _places(template: Template) -> Iterator[tuple[int, int]]:
    """Each place that may vary, and a key of all that stands around it."""
    if len(template) <= LONGEST:
        for at in range(1, len(template)):
            yield at, hash((template[:at], template[at + 1 :]))


def _without_names(template: Template) -> Template:
    """The template with its names as values, or as it is where too little would be left."""
    named = _collapsed(VALUE if _may_vary(template, at) else word for at, word in enumerate(template))
    return named if _common(named) >= COMMON_WORDS else template


def _may_vary(template: Template, at: int) -> bool:
    word = template[at]
    if word == VALUE:
        return True
    if at == 0:
        return _COMPONENT.match(word) is not None and _common(template[1:]) >= WORDS_OF_A_SENTENCE
    key = _key(template, at)
    return key not in _TELLING and bool(_NAME.match(word) or (key in _BEFORE_A_NAME and word[-1:].isdigit()))


def _key(template: Template, at: int) -> str:
    """What the word in this place belongs to: the one before it, or before its `=`."""
    before = template[at - 1]
    return (template[at - 2] if before == "=" and at > 1 else before).lower().strip("_-")


def _tells(template: Template, at: int) -> bool:
    """Whether the word in this place is a part of the message whatever stands in it elsewhere."""
    word, before = template[at].lower(), template[at - 1].lower()
    if before == "to" and at > 1 and _TRYING.fullmatch(template[at - 2].lower()):
        return True
    return word in _PREPOSITIONS or before in _BEFORE_A_VERB or _TELLS.fullmatch(word) is not None


def _enough(template: Template, at: int, words: Collection[str]) -> int:
    if VALUE in words:
        return WORDS_BESIDE_VALUES
    before = template[at - 1].lower()
    if sum(word.isupper() for word in words) * 2 > len(words):
        return WORDS_ANYWHERE
    ends = at + 1 == len(template) or template[at + 1] in (VALUE, *_PREPOSITIONS)
    if _is_user(template, at) or (ends and not _ACCOUNTS.isdisjoint(words)):
        return WORDS_OF_USERS
    if before == "=":
        return WORDS_ANYWHERE if _key(template, at) in _TELLING else WORDS_ASSIGNED
    return WORDS_AFTER_NAME if before in _BEFORE_A_NAME else WORDS_ANYWHERE


def _is_user(template: Template, at: int) -> bool:
    """Whether an account is named in this place."""
    before = template[at - 1].lower()
    if before == "=":
        return _key(template, at).endswith(_USERS)
    ends = at + 1 == len(template) or template[at + 1] in (VALUE, *_PREPOSITIONS)
    return before in _USERS and (ends or template[at - 2].lower() in _BEFORE_A_USER)


def _common(skeleton: Iterable[str]) -> int:
    return sum(word != VALUE and _PLAIN.search(word) is not None for word in skeleton)


def _collapsed(words: Iterable[str]) -> Template:
    found: list[str] = []
    for word in words:
        if word != VALUE or not found or found[-1] != VALUE:
            found.append(word)
    return tuple(found)
