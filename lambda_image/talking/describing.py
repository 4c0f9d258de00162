"""What becomes of an error that somebody describes in the form of the Slack app: a card, if it can be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter

from lambda_image.domain.action import Verb
from lambda_image.domain.card import Said
from lambda_image.domain.incident import Problem
from lambda_image.ports import Clock, LedgerReport
from lambda_image.steps.action_token import sign
from lambda_image.steps.questions.description import words
from lambda_image.steps.words.escape import code, plain
from lambda_image.steps.words.length import cut
from lambda_image.talking.asking import LONGEST, SOON
from lambda_image.talking.reception import LISTED, listed

# The thread that a request belongs to which is about no problem yet.
NO_THREAD = "form"
ANSWERED_SOON = "Its card comes into the channel."


@dataclass(frozen=True, slots=True)
class Describing:
    """Finds the problem in the ledger, else has `chat` look in the logs; and has it analysed, by `press`."""

    clock: Clock
    report: LedgerReport
    press: Callable[[Verb, str, str], Said]
    key: Callable[[], str]

    def __call__(self, description: str, seconds: int, by: str) -> str:
        """What somebody is told, in Slack's markup. Raises TransientError and PermanentError."""
        recent = self._recent(seconds)
        fitting = _fitting(recent, description)
        if not fitting:
            looked = self._ask(Verb.LOOK, NO_THREAD, f"{seconds} {cut(description, LONGEST)}", by)
            try:
                told = json.loads(looked)
            except ValueError:
                return plain(looked)
            if not told["found"]:
                return _nothing(recent, told["groups"])
            recent = self._recent(seconds)
            same = [(1, each) for _, each in recent if each.fingerprint == told["fingerprint"]]
            fitting = same[:1] or _fitting(recent, told["found"])
            if not fitting:
                return "It was found in the logs, and is held back: `tracemend status` says by which rule."
        best, *others = fitting
        if others and others[0][0] == best[0]:
            several = listed(each for _, each in fitting[:LISTED])
            return f"{len(fitting)} problems of that time fit; mention me in the thread of yours:\n{several}"
        return f"{listed([best[1]])}\n{self._analysed(best[1], by)}"

    def _analysed(self, problem: Problem, by: str) -> str:
        if problem.member_of:
            return f"It is told in the thread of {code(problem.member_of)}, whose incident it is part of."
        if problem.state == "held back":
            return "It is answered when it is seen again and there is room."
        if problem.state in ("waiting", "being answered"):
            return ANSWERED_SOON
        return plain(self._ask(Verb.ANALYSE, problem.thread_id, "", by))

    def _ask(self, verb: Verb, thread_id: str, said: str, by: str) -> str:
        expires = self.clock.now() // 1_000 + SOON
        token = sign(verb, thread_id, expires, self.key().encode())
        return self.press(verb, f"{token} {said}".strip(), by).text

    def _recent(self, seconds: int) -> list[tuple[str, Problem]]:
        """The titles of that time, each with the problem that it is counted as."""
        since = self.clock.now() - seconds * 1_000
        known = {each.fingerprint: each for each in self.report.problems()}
        return [(each.title, _counted(each, known)) for each in known.values() if each.last_seen >= since]


def _counted(problem: Problem, known: Mapping[str, Problem]) -> Problem:
    while problem.merged_into in known:
        problem = known[problem.merged_into]
    return problem


def _fitting(recent: Iterable[tuple[str, Problem]], description: str) -> list[tuple[int, Problem]]:
    """The problems with a title that shares words with a description, by how many, best first."""
    wanted, best = words(description), dict[str, tuple[int, Problem]]()
    for title, problem in recent:
        shared = len(wanted & words(title)), problem
        best[problem.fingerprint] = max(shared, best.get(problem.fingerprint, shared), key=itemgetter(0))
    return sorted((each for each in best.values() if each[0]), key=itemgetter(0), reverse=True)


def _nothing(titles: list[tuple[str, Problem]], groups: int) -> str:
    recent = [*dict.fromkeys(problem for _, problem in titles)]
    looked = f"nor has an error in the {groups} log groups that I may search"
    asked = looked if groups else "and I may search no logs: the settings name no log groups"
    none = f"None of the {len(recent)} problems of that time has these words, {asked}."
    return f"{none} The last:\n{listed(recent[:LISTED])}" if recent else none
