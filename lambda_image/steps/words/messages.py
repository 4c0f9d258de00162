"""Every sentence that Tracemend says itself in a channel or a pull request; see `languages`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lambda_image.domain.audit import ModelPrice
from lambda_image.domain.card import Line, Run, Style, words
from lambda_image.domain.diagnosis import Confidence, Fault, Usage
from lambda_image.domain.evidence import Gap
from lambda_image.domain.lessons import Record
from lambda_image.domain.patch import TestRun
from lambda_image.domain.prices import price
from lambda_image.languages import mark, voice
from lambda_image.steps.words.ink import prose

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice

NO_KNOWLEDGE = Gap(
    mark("runbooks"),
    mark("no index is configured"),
    mark("Ingest your wiki: `wiki.sources` in tracemend.toml, or `tracemend ingest` and `--index`"),
)
NOTHING_FITS = Gap(
    mark("runbooks"), mark("no page fits this error"), mark("Write one; the next occurrence will cite it")
)
NO_SOURCE = Gap(
    mark("source code"),
    mark("no repository is configured"),
    mark("Map this log group to one: `[[repositories]]` in tracemend.toml, or `--repo`"),
)
NOT_IN_STREAM = Gap(
    mark("log stream"),
    mark("the line is no longer in it"),
    mark("Nothing, unless the log group's retention is too short"),
)
EARLIER_ANSWERS = mark("earlier answers")
TRY_AGAIN = mark("Ask again when the ledger can be read")

NOT_KNOWN = mark("Cause not known: the evidence does not support any statement about it. What the log says:")
CAUSE_NOT_KNOWN = mark("Cause not known.")
IN_FULL = mark("Statements in full")
HEADING = mark("{heading}:")
STEPS = mark("Next steps")
STEPS_BELOW = mark("Run the commands of block {letter}")
STEPS_FROM = mark("Steps word for word from {pages}")
COMMANDS = mark("Commands, block {letter}:")
EVIDENCE = mark("Evidence")
NOT_SEEN = mark("Could not be checked")
REPAIR_COMES = mark("A repair is being tried; its result will follow in this thread.")
DRAFT_OPENED = mark(
    "Draft pull request opened; it was shown to fix the error. Nothing is merged without you."
)
PULL_REQUEST_STATES = {
    "open": mark("The pull request for this problem is open."),
    "closed": mark("The pull request for this problem was closed."),
    "merged": mark("The pull request for this problem was merged."),
}
NOT_OPENED = mark("A fix was proved, but the pull request could not be opened: {reason}")
NO_REASON = mark("no reason was given")
SUGGESTION = mark("No fix could be proved. This edit is a suggestion only:")
PROVED_DIFF = mark("The change:")
NOT_FIXED = mark("Not fixed: no edit could be shown to mend it.")
NO_ATTEMPTS = mark("No edit was proposed.")
PROOF = mark("Proof")
PROVED = mark("Proved: red before the change, green with it.")
NOT_PROVED = mark("Not proved.")
LARGEST_HELD_BACK = mark("The largest")
REST_LEFT_OUT = mark("The rest is left out here: it is longer than the channel takes.")
DEFANGED = mark("Addresses outside your own pages are written so that they lead nowhere.")
TITLE = mark("{what} in {service}")
SPIKE_TITLE = mark("Spike: {what} in {service}")
IN_LOG_GROUP = mark("{service} (log group {group})")
LOG_LINE = mark("log: {quote}")
NOT_STORED = mark("Not known: nothing that is stored of this problem answers that.")
MAY_ASK = mark(
    "Ask why, since when, who is hit, what to do, for the code, what changed, or for a manager's explanation."
)
NO_STEPS = mark("Not known: no runbook was found that says what to do.")
NOBODY_NAMED = mark("Not known: the errors name nobody who is hit.")
CODE_READ = mark("The code that was read")
NO_CODE = mark("Not known: no code was read for this answer.")
NO_CHANGES = mark("Not known: no commit was seen that changed the failing line.")
WORKED_BEFORE, CORRECTED = mark("Was right before ({day}):"), mark("Corrected by the team ({day}):")
BEFORE, AFTER = mark("Before: {run}"), mark("After: {run}")
COMMAND = mark("Command: {command}")
SANDBOX, ATTEMPT = mark("Sandbox: {sandbox}."), mark("Attempt {number}: {reasons}")
MACHINE_MADE = (
    "This pull request was made by a machine (Tracemend). Read it as you would a stranger's: it is a draft, "
    "it was never merged or approved by the machine, and only the checks named below were run."
)

_FAULTS = {
    Fault.CODE: mark("Fault: in the code."),
    Fault.CONFIGURATION: mark("Fault: in the configuration."),
    Fault.DEPENDENCY: mark("Fault: in a dependency."),
    Fault.CAPACITY: mark("Fault: in capacity."),
    Fault.UNKNOWN: mark("Fault: unknown."),
}
_CONFIDENCES = {
    Confidence.HIGH: mark("Confidence: high."),
    Confidence.MEDIUM: mark("Confidence: medium."),
    Confidence.LOW: mark("Confidence: low."),
}


def english() -> Voice:
    """For what is not told in a channel: pull requests, and the command line."""
    return voice("en")


def sentences(*lines: Line) -> Line:
    """Sentences one after the other; empty ones are left out."""
    joined: list[Run] = []
    for line in filter(None, lines):
        joined += [Run(" "), *line] if joined else line
    return tuple(joined)


def judged(
    say: Voice, confidence: Confidence, fault: Fault, dropped: int, record: Record | None = None
) -> Line:
    """How sure the answer is, and of what.

    A record stands in for the word, but makes no answer surer whose own evidence is thin.
    """
    left_out = say.counted(
        "{number} statement had no support and was left out.",
        "{number} statements had no support and were left out.",
        dropped,
    )
    known = confidence is not Confidence.NOT_KNOWN
    word = say.line(_CONFIDENCES[confidence]) if known else ()
    history = _history(say, record) if record and known else ()
    thin = not history or confidence is Confidence.LOW
    # That the cause is not known was said; who is at fault then rarely is.
    where = say.line(_FAULTS[fault]) if known or fault is not Fault.UNKNOWN else ()
    return sentences(history, word if thin else (), where, left_out if dropped else ())


def _history(say: Voice, record: Record) -> Line:
    return say.counted(
        "Right in {right} of the last {number} answer of this kind in this service.",
        "Right in {right} of the last {number} answers of this kind in this service.",
        record.judged,
        right=say.number(record.right),
    )


def returned(say: Voice, silence: int, count: int, first: int, pull_request: Line) -> Line:
    """What was known of a problem that came back; `silence` in ms, `first` in ms since the epoch."""
    back = say.counted(
        "Back after {span} of silence; seen {number} time before, first on {first}.",
        "Back after {span} of silence; seen {number} times before, first on {first}.",
        count,
        span=say.span(silence),
        first=say.when(first),
    )
    earlier = say.line("Its earlier pull request: {url}", url=pull_request) if pull_request else ()
    return sentences(back, earlier)


def spiking(say: Voice, at: int, count: int, usual: int) -> Line:
    """How far the rate has risen: `count` in the hour of `at`, ms since the epoch."""
    risen = say.counted(
        "This problem has become far more frequent: {number} time in the hour from {hour}.",
        "This problem has become far more frequent: {number} times in the hour from {hour}.",
        count,
        hour=say.when(at - at % 3_600_000),
    )
    before = say.counted(
        "At most {number} time in an hour of the day before.",
        "At most {number} times in an hour of the day before.",
        usual,
    )
    none = say.line("None in the day before.")
    stands = say.line("The answer in this thread stands, no model was asked again.")
    return sentences(risen, before if usual else none, stands)


def new_problems(say: Voice, problems: int) -> str:
    """The title of a digest."""
    return words(
        say.counted("{number} new problem without a card", "{number} new problems without a card", problems)
    )


def held_back(say: Voice, problems: int, records: int, window: tuple[int, int]) -> Line:
    """What a digest says first; the window in ms since the epoch."""
    began, closes = say.period(*window)
    logged = log_records(say, records)
    came = say.counted(
        "{number} new problem with {records} came without a card, from {began} to {closes}.",
        "{number} new problems with {records} came without a card, from {began} to {closes}.",
        problems,
        records=logged,
        began=began,
        closes=closes,
    )
    why = say.line("There were more new problems than are answered at once.")
    then = say.line("Each is counted, and is answered when it is seen again and there is room.")
    return sentences(came, why, then)


def log_records(say: Voice, number: int) -> Line:
    """So many log records."""
    return say.counted("{number} log record", "{number} log records", number)


def more_held_back(say: Voice, more: int) -> Line:
    """How many problems a digest does not name."""
    return say.counted(
        "And {number} more; {command} lists what is remembered.",
        "And {number} more; {command} lists what is remembered.",
        more,
        command=(Run("tracemend status", Style.CODE),),
    )


def touched(say: Voice, commit: str | Line, author: str | Line, timestamp: int, subject: str | Line) -> Line:
    """Who changed the failing line last."""
    return say.line(
        "The failing line was last changed in {commit} by {author} on {day}: {subject}",
        commit=commit,
        author=author,
        day=say.day(timestamp),
        subject=subject,
    )


def not_deployed(say: Voice, commit: Line, author: Line, timestamp: int, subject: Line) -> Line:
    """Who changed the failing line since, where that does not run yet."""
    return say.line(
        "Already changed on the default branch in {commit} by {author} on {day}, and not deployed: {subject}."
        " No pull request is made.",
        commit=commit,
        author=author,
        day=say.day(timestamp),
        subject=subject,
    )


def deployed(say: Voice, commit: Line, how: Line) -> Line:
    """Which code was read."""
    return say.line("Code read at {commit} ({how}).", commit=commit, how=how)


def cost(say: Voice, usage: Iterable[Usage], prices: tuple[ModelPrice, ...] = ()) -> Line:
    """Who answered, how long it took, what was used and, where the models have a price, what it cost."""
    used = tuple(usage)
    if not used:
        return ()
    dollars = price(used, prices)
    answered = say.line(
        "Answered by {engines} in {seconds} s, {read} tokens read and {written} written.",
        engines=prose(", ".join(dict.fromkeys(each.engine for each in used))),
        seconds=say.number(sum(each.seconds for each in used), 1),
        read=say.number(sum(each.input_tokens for each in used)),
        written=say.number(sum(each.output_tokens for each in used)),
    )
    return sentences(answered, say.line("Price: {price}.", price=say.money(dollars)) if dollars else ())


def verdict(say: Voice, run: TestRun) -> Line:
    """How one run of the tests went."""
    if run.limit:
        return say.line("was stopped by the {limit} limit", limit=run.limit)
    return say.line(
        "exit code {code}, {passed} passed, {failed} failed, {seconds} s",
        code=str(run.exit_code),
        passed=say.number(run.passed),
        failed=say.number(len(run.failed)),
        seconds=say.number(run.seconds, 1),
    )
