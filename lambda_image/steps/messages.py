"""Every sentence that Tracemend itself says in a channel or a pull request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from lambda_image.domain.diagnosis import Confidence, Fault, Usage
from lambda_image.domain.evidence import Gap
from lambda_image.domain.patch import TestRun

NO_KNOWLEDGE = Gap(
    "runbooks", "no index is configured", "Ingest your wiki with `tracemend ingest` and set TRACEMEND_INDEX"
)
NOTHING_FITS = Gap("runbooks", "no page fits this error", "Write one; the next occurrence will cite it")
NO_SOURCE = Gap(
    "source code", "no repository is configured", "Map this log group to one in TRACEMEND_REPOSITORIES"
)
NOT_IN_STREAM = Gap(
    "log stream", "the line is no longer in it", "Nothing, unless the log group's retention is too short"
)

NOT_KNOWN = "Cause not known: the evidence does not support any statement about it. What the log says:"
STEPS_BELOW = "Run the commands of block {letter} in the message above"
STEPS_ELSEWHERE = "Run the commands on the page {source}; they are too long for this message"
STEPS_FROM = "Next steps, word for word, from {pages}"
COMMANDS = "Commands, block {letter}, from {source}:"
EVIDENCE = "Evidence:"
NOT_SEEN = "Could not be checked:"
REPAIR_COMES = "The fault is in the code: a repair is being tried, its result will follow in this thread."
DRAFT_OPENED = "Draft pull request opened; it was shown to fix the error. Nothing is merged without you."
DRAFT_EXISTS = "The pull request for this problem is {state}."
NOT_OPENED = "A fix was proved, but the pull request could not be opened: {reason}"
SUGGESTION = "No fix could be proved. This edit is a suggestion only:"
PROVED_DIFF = "The change:"
NOT_FIXED = "Not fixed: no edit could be shown to mend it."
NO_ATTEMPTS = "No edit was proposed."
LARGEST_HELD_BACK = "The largest:"
MORE_HELD_BACK = "And {more} more; `tracemend status` lists what is remembered."
MACHINE_MADE = (
    "This pull request was made by a machine (Tracemend). Read it as you would a stranger's: it is a draft, "
    "it was never merged or approved by the machine, and only the checks named below were run."
)

_FAULTS = {
    Fault.CODE: "in the code",
    Fault.CONFIGURATION: "in the configuration",
    Fault.DEPENDENCY: "in a dependency",
    Fault.CAPACITY: "in capacity",
    Fault.UNKNOWN: "unknown",
}


def judged(confidence: Confidence, fault: Fault, dropped: int) -> str:
    """How sure the answer is, and of what."""
    left_out = f" {counted(dropped, 'statement')} had no support and were left out." if dropped else ""
    return f"Confidence: {confidence}. Fault: {_FAULTS[fault]}.{left_out}"


def seen(count: int, first: int, last: int, log_group: str) -> str:
    """How often and when; times in milliseconds since the epoch, `log_group` ready to be shown."""
    if count <= 1:
        return f"Seen once, {when(first)}, in {log_group}."
    return f"Seen {count} times, {when(first)} to {when(last)}, in {log_group}."


def returned(silence: int, count: int, first: int, pull_request_url: str | None) -> str:
    """What was known of a problem that came back; `silence` in ms, `first` in ms since the epoch."""
    pull = f" Its earlier pull request: {pull_request_url}" if pull_request_url else ""
    times = counted(count, "time")
    return f"Back after {span(silence)} of silence; seen {times} before, first on {when(first)}.{pull}"


def span(milliseconds: int) -> str:
    """A length of time in its largest unit, rounded down."""
    for unit, length in (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000)):
        if milliseconds >= length:
            return counted(milliseconds // length, unit)
    return "less than a minute"


def spiking(at: int, count: int, usual: int) -> str:
    """How far the rate has risen: `count` in the hour of `at`, ms since the epoch."""
    hour = when(at - at % 3_600_000)
    before = f"at most {usual} in an hour" if usual else "none"
    return (
        f"This problem has become far more frequent: {count} times in the hour from {hour}; "
        f"{before} in the day before. The answer in this thread stands, no model was asked again."
    )


def held_back(problems: int, records: int, began: int, closes: int) -> str:
    """What a digest says first; times in ms since the epoch."""
    return (
        f"{counted(problems, 'new problem')} with {counted(records, 'log record')} came without a card, from "
        f"{when(began)} to {when(closes)}: there were more new problems than are answered at once. "
        "Each is counted, and is answered when it is seen again and there is room."
    )


def when(timestamp: int) -> str:
    """A time as people read it."""
    return datetime.fromtimestamp(timestamp / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def touched(commit: str, author: str, timestamp: int, subject: str) -> str:
    """Who changed the failing line last."""
    day = datetime.fromtimestamp(timestamp / 1000, UTC).strftime("%Y-%m-%d")
    return f"The failing line was last changed in {commit} by {author} on {day}: {subject}"


def deployed(commit: str, how: str) -> str:
    """Which code was read."""
    return f"Code read at {commit} ({how})."


def cost(usage: Iterable[Usage], usd: float | None = None) -> str:
    """Who answered, how long it took, what was used, and its price in US dollars where that is known."""
    used = tuple(usage)
    if not used:
        return ""
    engines = ", ".join(dict.fromkeys(each.engine for each in used))
    seconds = sum(each.seconds for each in used)
    tokens = sum(each.input_tokens for each in used), sum(each.output_tokens for each in used)
    price = "" if usd is None else f" Price: {usd:.4f} US dollars."
    return (
        f"Answered by {engines} in {seconds:.1f} s, {tokens[0]} tokens read and {tokens[1]} written.{price}"
    )


def verdict(run: TestRun) -> str:
    """How one run of the tests went."""
    if run.limit:
        return f"was stopped by the {run.limit} limit"
    tests = f"{run.passed} passed, {len(run.failed)} failed"
    return f"exit code {run.exit_code}, {tests}, {run.seconds:.1f} s"


def counted(number: int, noun: str) -> str:
    """1 attempt, 2 attempts."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
