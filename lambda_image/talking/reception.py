"""What the Slack app says to a command, and to who mentions it.

It only reads the ledger. What changes something is a button, which the function `chat` serves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lambda_image.domain.incident import FINGERPRINT, Problem
from lambda_image.languages import voice
from lambda_image.ports import Clock, LedgerReport
from lambda_image.steps.words.escape import code, entities

LISTED = 10
HELP = (
    "`/tracemend` opens a form in which you describe an error; `/tracemend status` lists what came last;"
    " `/tracemend` with a fingerprint tells of one problem. In the thread of a card, mention me."
)


@dataclass(frozen=True, slots=True)
class Reception:
    """Texts in Slack's markup, in which nothing from a log is live."""

    clock: Clock
    report: LedgerReport

    def command(self, text: str) -> str:
        """The answer to what was typed behind `/tracemend`."""
        if found := FINGERPRINT.search(text):
            return self.about(found[0])
        return self.newest() if text.strip().lower() == "status" else HELP

    def about(self, fingerprint: str) -> str:
        """What is known of one problem."""
        found = next((each for each in self.report.problems() if each.fingerprint == fingerprint), None)
        return _told(found) if found else f"{code(fingerprint)} is not known, or it is forgotten."

    def newest(self) -> str:
        """The problems that came last."""
        return listed(self.report.problems()[:LISTED]) or "Nothing is known yet."


def listed(problems: Iterable[Problem]) -> str:
    """One line for each."""
    return "\n".join(f"\u2022 {_told(each)}" for each in problems)


def _told(problem: Problem) -> str:
    say, name = voice(), code(problem.fingerprint)
    often = "once" if problem.count == 1 else f"{say.number(problem.count)} times"
    seen = f"seen {often} since {say.when(problem.first_seen)}"
    pull = problem.pull_request_url or ""
    said = (
        f"{problem.state}, {seen}, last {say.when(problem.last_seen)}",
        _muted(problem) if problem.muted_until else "",
        f"counted as {code(problem.merged_into)}{_by(problem.merged_by)}" if problem.merged_into else "",
        entities(pull) if pull.startswith("https://") else "",
    )
    return f"{code(problem.title) or name} ({name}): {'; '.join(filter(None, said))}"


def _muted(problem: Problem) -> str:
    until = voice().when(problem.muted_until)
    return f"muted until {until}{_by(problem.muted_by)}: {code(problem.mute_reason)}"


def _by(who: str) -> str:
    """Who, as code: nobody is called."""
    return f" by {code(who)}" if who else ""
