"""Rows of the command line as people read them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from knowledge.sources.documents.kinds import UNREAD, in_words
from lambda_image.domain.action import Verb

out = Console(highlight=False, soft_wrap=True, emoji=False)
# A log line may carry control sequences that would act on the terminal: show their pictures instead.
CONTROLS = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"}
CONTROLS |= {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)

Json = Annotated[bool, typer.Option("--json", help="JSON Lines for programs.")]
Row = dict[str, Any]
# Of what people asked for in the channel; `--json` has all.
ASKED = 3
# Of pages that are left out for one reason; `--json` has all.
NAMES = 10


def emit(rows: Iterable[Row], as_json: bool, show: Callable[[Row], str]) -> None:
    """Each row as one line of JSON, or as `show` says it for people."""
    for row in rows:
        if as_json:
            sys.stdout.write(json.dumps(row, default=str) + "\n")
        else:
            sys.stdout.write(_on_screen(show(row)) + "\n")


def _on_screen(text: str) -> str:
    """A text as it is; only a person's terminal is kept from acting on it."""
    return text.translate(CONTROLS) if sys.stdout.isatty() else text


def event_line(row: dict[str, Any]) -> str:
    """One error event for people."""
    what = f"{row['exception_type']}: {row['message']}" if row["exception_type"] else row["message"]
    frames = [f"\n    {each['file']}:{each['line']} {each['function'] or ''}" for each in row["frames"]]
    return f"{row['fingerprint']} lines {row['first_line']}-{row['last_line']} {what}{''.join(frames)}"


def explained_line(row: Row) -> str:
    """A line's group and why, for people."""
    lines = [f"{row['line']}: group {row['group']}  {row['words']}", f"    {row['why']} ({row['rule']})"]
    if row["masks"]:
        lines.append(f"    masked: {', '.join(row['masks'])}")
    if beside := row.get("beside"):
        held = f"    beside line {beside['line']} of group {beside['group']}: {beside['distance']:.0%} apart"
        lines.append(held + _words(beside["only_here"], beside["only_there"]))
    return "\n".join(lines)


def comparison(row: Row) -> str:
    """Why two lines are one group or two, for people."""
    one, other = row["lines"]
    together = "together" if row["together"] else "apart"
    said = f"{one} and {other} are {together}, {row['distance']:.0%} different: they {row['why']}"
    words = _words(row["only_first"], row["only_second"])
    return "\n".join((said + words, explained_line(row["first"]), explained_line(row["second"])))


def _words(one: list[str], other: list[str]) -> str:
    return f"; only here: {' '.join(one) or 'nothing'}; only there: {' '.join(other) or 'nothing'}"


def excerpt_lines(row: dict[str, Any]) -> str:
    """One excerpt for people, with line numbers."""
    numbered = (f"{at:6} {line}" for at, line in enumerate(row["text"].split("\n"), start=row["start"]))
    return "\n".join((f"{row['file']} ({row['reason']})", *numbered))


def proof_lines(row: dict[str, Any]) -> str:
    """A proof for people."""
    runs = [
        f"{name}: {run['passed']} passed, {len(run['failed'])} failed, "
        + (f"stopped by the {run['limit']} limit" if run["limit"] else f"exit code {run['exit_code']}")
        for name in ("red", "green")
        if (run := row[name])
    ]
    gaps = [f"not checked: {gap}" for gap in row["gaps"]]
    return "\n".join((row["verdict"], *runs, *row["reasons"], *gaps, f"sandbox: {row['sandbox']}"))


def hit_line(row: dict[str, Any]) -> str:
    """One passage for people."""
    return f"{row['rank']}. {row['title']} ({row['score']})\n   {row['url']}\n{row['text']}\n"


def ingest_line(row: dict[str, Any]) -> str:
    """What one source gave, for people."""
    counted = (
        f"{row['source']}: {row['pages']} pages, {row['passages']} passages, {row['written']} written,"
        f" {row['deleted']} deleted, {row['seconds']:.1f} s"
    )
    return "\n  ".join((counted, *left_out(row)))


def left_out(row: dict[str, Any]) -> Iterator[str]:
    """What a source has that is not in the index, for people: some names for each reason."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in row["skipped"]:
        by_reason.setdefault(f"left out ({reason})", []).append(name)
    if row["garbled"]:
        by_reason["not all of its characters could be read"] = row["garbled"]
    for reason, names in by_reason.items():
        yield from (f"{reason}: {name}" for name in names[:NAMES])
        if len(names) > NAMES:
            yield f"{reason}: {len(names) - NAMES} more, which --json names"
    if row["unread"]:
        yield f"left out ({UNREAD}): {in_words(row['unread'])}"
    if row["failed"]:
        yield f"NOT READ to its end; its old pages stay: {row['failed']}"


def check_line(row: dict[str, Any]) -> str:
    """One check of an account, for people."""
    mark = "ok  " if row["ok"] else "FAIL"
    return f"{mark} {row['check']}: {row['detail']}" + (f"\n     {row['fix']}" if row["fix"] else "")


def cost_line(row: dict[str, Any]) -> str:
    """One item of a price, for people: dollars a month when idle, dollars for the volume."""
    return f"{row['item']:20} {row['idle']:9.2f} idle {row['used']:9.4f} used   {row['how']}"


def status_lines(row: Row) -> str:
    """Problems, what was held back, and the queues, for people."""
    lines = [*_law(row["tally"], "in all that is remembered"), *_law(row["on_day"], f"on {row['day']}")]
    lines += [f"{len(row['problems'])} problems", *map(problem_line, row["problems"])]
    for each in row["queues"]:
        mark = "  LOOK: docs/operations/alarms/dead-letters.md" if each["dead"] and each["waiting"] else ""
        lines.append(f"{each['waiting']:6} waiting {each['in_work']:4} in work  {each['queue']}{mark}")
    return "\n".join(lines)


def mute_line(row: Row) -> str:
    """What became of a mute, for people."""
    until = f"muted until {_time(row['muted_until'])}: {row['reason']}" if row["muted_until"] else "not muted"
    return f"{row['fingerprint']} is {until}"


def _law(tally: Row, when: str) -> list[str]:
    """Raw records = shown + what each rule held back."""
    lines = [f"{tally['records']} log records = {tally['shown']} shown + held back, {when}"]
    return lines + [f"    {count:8} held back: {rule}" for rule, count in tally["suppressed"].items()]


def merge_line(row: Row) -> str:
    """What became of a merge, for people."""
    return (
        f"{row['fingerprint']} is counted {'as ' + row['merged_into'] if row['merged_into'] else 'by itself'}"
    )


def problem_line(each: Row) -> str:
    """One problem, for people."""
    pull = f"  {each['pull_request_url']}" if each["pull_request_url"] else ""
    # A title comes from a log: what a terminal would act on is left out.
    title = "".join(filter(str.isprintable, each["title"]))
    marks = [
        f"back after {each['silence'] / 86_400_000:.1f} days of silence" if each["silence"] else "",
        f"spiked at {_time(each['spiked_at'])}" if each["spiked_at"] else "",
        f"muted until {_time(each['muted_until'])}{_by(each['muted_by'])}: {each['mute_reason']}"
        if each["muted_until"]
        else "",
        f"counted as {each['merged_into']}{_by(each['merged_by'])}" if each["merged_into"] else "",
        f"part of the incident of {each['member_of']}" if each["member_of"] else "",
        *map(_asked, each["asked"][:ASKED]),
    ]
    said = "; ".join(filter(None, marks))
    seen = f"{each['count']:6} times, last {_time(each['last_seen'])}"
    line = f"    {each['fingerprint']}  {each['state']:14} {seen}"
    return "".join((line, pull, f"\n        {title}" if title else "", f"\n        {said}" if said else ""))


def _asked(each: Row) -> str:
    """One request of the channel; `each` is an `Asked`."""
    return f"{Verb(each['verb']).name.lower()} asked{_by(each['by'])} {_time(each['at'])}"


def _by(who: str) -> str:
    return f" by {who}" if who else ""


def _time(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1_000, UTC):%Y-%m-%d %H:%M} UTC"
