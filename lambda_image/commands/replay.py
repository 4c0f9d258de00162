"""`tracemend replay`: dead letters listed, and sent back to where they failed; stored traces read again."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from lambda_image import settings as configuration
from lambda_image.commands import replay_traces
from lambda_image.commands.views import Json, Row, emit
from lambda_image.domain.errors import InputRefused, PermanentError, TransientError
from lambda_image.domain.operations import DeadLetter, QueueDepth
from lambda_image.settings import Settings
from lambda_image.wiring import operators

if TYPE_CHECKING:
    from lambda_image.wiring.operators import DeadLetters, LostRecords

out = Console(highlight=False, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)

app = typer.Typer()
Region = Annotated[str, typer.Option(help="AWS region; AWS_REGION where none is given.")]


@app.command()
def replay(
    queue: Annotated[str, typer.Option(help="Where they failed and are sent again: address or name.")] = "",
    dead_letters: Annotated[str, typer.Option(help="Where they lie; the queue's own by default.")] = "",
    pipe: Annotated[str, typer.Option(help="In place of --queue: where the Pipe's dead letters lie.")] = "",
    function: Annotated[str, typer.Option(help="With --pipe: the name of the function `intake`.")] = "",
    trace: Annotated[str, typer.Option(help="In place of both: a stored trace; a file, or a thread.")] = "",
    bucket: Annotated[str, typer.Option(help="With --trace: the bucket of traces.")] = "",
    region: Region = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many letters.")] = 1_000,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Dead letters, sent again after a question; or a stored trace, shown and decided again by today's rules.

    A letter of a queue is sent first and deleted after. If this is stopped in between, the message comes
    twice, which is harmless: a task is done once, however often its message comes. A letter of the Pipe names
    log records, which are read from the stream again, as long as it keeps them, and given to `intake`. What
    is listed is hidden from others for five minutes.
    """
    if sum(map(bool, (queue, pipe, trace))) != 1 or bool(pipe) != bool(function):
        raise typer.BadParameter("name one of --queue, --pipe (with --function) and --trace")
    settings = _settings(region, bucket)
    if trace:
        emit(replay_traces.rows(trace, settings), as_json, replay_traces.lines)
        return
    queues = operators.queues(settings)
    if pipe:
        held, home = queues.dead_letters(queues.depth(pipe).url), f"the function {function}"
        again = partial(_reread, held, operators.lost_records(settings, function))
    else:
        depth = queues.depth(queue)
        held, home = (
            queues.dead_letters(_place(depth, queues.depth(dead_letters) if dead_letters else None)),
            depth.url,
        )
        again = partial(_sent_back, held, home)
    _send(held, again, Question(home, limit, yes=yes, as_json=as_json))


@dataclass(frozen=True, slots=True)
class Question:
    """Where letters would go, how many at most, and how it is asked and told."""

    home: str
    limit: int
    yes: bool
    as_json: bool


def _send(held: DeadLetters, again: Callable[[DeadLetter], Row], asked: Question) -> None:
    """List, ask, and do it letter by letter."""
    with err.status("reading dead letters"):
        letters = held.take(asked.limit)
    if not asked.as_json:
        out.print(_letters(letters) if letters else "no dead letters")
    agreed = False
    try:
        agreed = (
            asked.yes or not letters or typer.confirm(f"Send {len(letters)} back to {asked.home}?", err=True)
        )
    finally:
        if not agreed:
            held.let_go()
    done = 0
    for letter in track(letters, "sending back", console=err, disable=not (agreed and letters)):
        told = again(letter) if agreed else {"sent_back": False}
        done += bool(told["sent_back"])
        if asked.as_json:
            row = {**asdict(letter), "sent_at": _time(letter.sent_at), **told}
            sys.stdout.write(json.dumps(row) + "\n")
        elif told.get("reason"):
            err.print(f"{letter.id}: {told['reason']}")
    held.let_go()
    if agreed and letters and not asked.as_json:
        out.print(f"{done} sent back to {asked.home}", soft_wrap=True)
    if agreed and done < len(letters):
        raise typer.Exit(1)


def _sent_back(held: DeadLetters, home: str, letter: DeadLetter) -> Row:
    held.send_back(letter, home)
    return {"sent_back": True}


def _reread(held: DeadLetters, records: LostRecords, letter: DeadLetter) -> Row:
    """Its records given to `intake`; the letter goes only if all were there and all were taken."""
    try:
        batch = operators.lost_batch(held.body(letter))
        done = records.again(batch)
    except (InputRefused, PermanentError, TransientError) as failed:
        return {"sent_back": False, "reason": str(failed)}
    if done.found >= batch.count and not done.refused:
        held.settle(letter)
        return {"sent_back": True, "found": done.found, "refused": 0}
    gone = batch.count - done.found
    reason = (
        f"{done.found} of {batch.count} sent, {gone} no longer in the stream, {done.refused} refused again"
    )
    return {"sent_back": False, "found": done.found, "refused": done.refused, "reason": reason}


def _place(home: QueueDepth, named: QueueDepth | None) -> str:
    """The address of the dead-letter queue, if it is one of `home`'s. Raises InputRefused."""
    own = home.dead_letters
    if named is None:
        if own is None:
            raise InputRefused(f"{home.url} has no dead-letter queue. Name one with --dead-letters")
        return own
    if named.url == home.url:
        raise InputRefused("--queue and --dead-letters are the same queue. Name two")
    if own and own.rpartition("/")[2] != named.url.rpartition("/")[2]:
        raise InputRefused(f"the dead letters of {home.url} lie in {own}. Leave --dead-letters out")
    return named.url


def _settings(region: str, bucket: str) -> Settings:
    asked = configuration.read()
    return replace(asked, region=region or asked.region, trace_bucket=bucket or asked.trace_bucket)


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _letters(letters: Sequence[DeadLetter]) -> Table:
    listed = Table("message", "kind", "problem", "receives", "sent")
    for each in letters:
        # A message's body is input: what a terminal would act on is left out.
        subject = "".join(filter(str.isprintable, each.subject))
        listed.add_row(each.id, each.kind, subject, str(each.receives), _time(each.sent_at))
    return listed
