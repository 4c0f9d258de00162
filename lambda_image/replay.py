"""`tracemend replay`: dead letters listed, and sent back to their queue."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from lambda_image import bootstrap
from lambda_image import settings as configuration
from lambda_image.domain.errors import InputRefused
from lambda_image.domain.operations import DeadLetter, QueueDepth
from lambda_image.settings import Settings
from lambda_image.views import Json

out = Console(highlight=False, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)

Region = Annotated[str, typer.Option(help="AWS region; AWS_REGION where none is given.")]


def replay(
    queue: Annotated[str, typer.Option(help="Where they failed and are sent again: address or name.")],
    dead_letters: Annotated[str, typer.Option(help="Where they lie; the queue's own by default.")] = "",
    region: Region = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 1_000,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Dead letters: list them, ask, and send each back to its queue.

    Each is sent first and deleted after. If this is stopped in between, the message comes twice, which is
    harmless: a task is done once, however often its message comes. What is listed is hidden from others for
    five minutes.
    """
    queues = bootstrap.queues(_settings(region))
    home = queues.depth(queue)
    held = queues.dead_letters(_place(home, queues.depth(dead_letters) if dead_letters else None))
    with err.status("reading dead letters"):
        letters = held.take(limit)
    if not as_json:
        out.print(_letters(letters) if letters else "no dead letters")
    agreed = False
    try:
        agreed = yes or not letters or typer.confirm(f"Send {len(letters)} back to {home.url}?", err=True)
    finally:
        if not agreed:
            held.let_go()
    for letter in track(letters, "sending back", console=err, disable=not (agreed and letters)):
        if agreed:
            held.send_back(letter, home.url)
        if as_json:
            row = {**asdict(letter), "sent_at": _time(letter.sent_at), "sent_back": agreed}
            sys.stdout.write(json.dumps(row) + "\n")
    if agreed and letters and not as_json:
        out.print(f"{len(letters)} sent back to {home.url}", soft_wrap=True)


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


def _settings(region: str) -> Settings:
    asked = configuration.read()
    return replace(asked, region=region or asked.region)


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _letters(letters: Sequence[DeadLetter]) -> Table:
    listed = Table("message", "kind", "problem", "receives", "sent")
    for each in letters:
        # A message's body is input: what a terminal would act on is left out.
        subject = "".join(filter(str.isprintable, each.subject))
        listed.add_row(each.id, each.kind, subject, str(each.receives), _time(each.sent_at))
    return listed
