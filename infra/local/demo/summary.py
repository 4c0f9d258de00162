"""What came of the demo: numbers that have to add up, messages, pull requests, and where the files are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from lambda_image.domain.incident import Tally
from lambda_image.domain.notification import Outcome


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of one run; `events_in` is what was written, `tally` what the ledger counted.

    `unfinished` says what had not come to its end.
    """

    events_in: int
    tally: Tally
    notifications: tuple[dict[str, Any], ...]
    dropped: tuple[tuple[str, ...], ...]
    outcomes: tuple[Outcome, ...]
    engine: str
    seconds: float
    unfinished: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every event is accounted for, every problem answered, and every card shown."""
        return self.events_in == self.tally.records and not self.dropped and not self.unfinished

    def as_json(self) -> dict[str, Any]:
        """The one object that `tracemend demo --json` prints."""
        return {
            "events_in": self.events_in,
            "shown": self.tally.shown,
            "suppressed": self.tally.suppressed,
            "notifications": list(self.notifications),
            "dropped": [list(reasons) for reasons in self.dropped],
            "pull_requests": [pull_request(outcome) for outcome in self.outcomes if outcome.pull_request],
            "not_fixed": [not_fixed(outcome) for outcome in self.outcomes if outcome.attempts],
            "usage": [asdict(usage) for outcome in self.outcomes for usage in outcome.usage],
            "engine": self.engine,
            "seconds": round(self.seconds, 1),
            "complete": self.complete,
            "notes": [*self.unfinished, *self.notes],
            "files": self.files,
        }

    def show(self, console: Console) -> None:
        """The same for people."""
        console.rule("What came of it")
        console.print(_accounts(self.events_in, self.tally))
        for outcome in self.outcomes:
            for line in _repair_lines(outcome):
                console.print(line, highlight=False, markup=False)
        console.print(_costs(self.outcomes))
        for note in (*self.unfinished, *self.notes):
            console.print(f"note: {note}", highlight=False, markup=False)
        for reasons in self.dropped:
            console.print(f"dropped by the channel: {'; '.join(reasons)}", style="red", markup=False)
        for what, where in self.files.items():
            console.print(f"{what}: {where}", highlight=False, markup=False, soft_wrap=True)
        console.print(
            f"{self._verdict()}; engine: {self.engine}; {self.seconds:.0f} s", style="bold", markup=False
        )

    def _verdict(self) -> str:
        if self.events_in != self.tally.records:
            return "events are missing from the ledger"
        return "every event accounted for" if self.complete else "not everything was shown, see above"


def pull_request(outcome: Outcome) -> dict[str, Any]:
    """Branch, url, files and proof of one pull request."""
    pull, proof = outcome.pull_request, outcome.proof
    return {
        "branch": pull.branch if pull else None,
        "url": pull.url if pull else None,
        "files": [change.path for change in outcome.plan.files] if outcome.plan else [],
        "diff": outcome.diff,
        "proof": asdict(proof) if proof else None,
    }


def not_fixed(outcome: Outcome) -> dict[str, Any]:
    """The attempts of a repair that found no proof, or the ones before the one that did."""
    return {
        "fingerprint": outcome.fingerprint,
        "fixed": outcome.pull_request is not None,
        "attempts": [asdict(attempt) for attempt in outcome.attempts],
    }


def _accounts(events_in: int, tally: Tally) -> Table:
    table = Table("events", "", title="Every event is shown or held back by a rule")
    table.add_row(str(events_in), "went in")
    table.add_row(str(tally.shown), "shown")
    for rule, count in tally.suppressed.items():
        table.add_row(str(count), f"held back: {rule}")
    return table


def _repair_lines(outcome: Outcome) -> Sequence[str]:
    if outcome.pull_request and outcome.proof:
        red, green = outcome.proof.red, outcome.proof.green
        return (
            f"pull request: {outcome.pull_request.url} (branch {outcome.pull_request.branch})",
            f"  before: {len(red.failed) if red else 0} red   after: {green.passed if green else 0} green",
        )
    if outcome.attempts:
        tried = [f"  attempt {each.number}: {'; '.join(each.reasons)}" for each in outcome.attempts]
        return (f"not fixed: {outcome.fingerprint}", *tried)
    return ()


def _costs(outcomes: Sequence[Outcome]) -> Table:
    table = Table("stage", "engine", "tokens in", "tokens out", "seconds", title="Model calls")
    for usage in (usage for outcome in outcomes for usage in outcome.usage):
        row = (usage.stage, usage.engine, usage.input_tokens, usage.output_tokens, f"{usage.seconds:.1f}")
        table.add_row(*(str(cell) for cell in row))
    return table
