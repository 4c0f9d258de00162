"""`tracemend ingest` and `tracemend stale`: filling an index, and looking after its pages."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.status import Status
from rich.table import Table

from knowledge.embeddings.estimate import Estimate
from knowledge.ingest import Job
from knowledge.report import Change, IngestReport
from knowledge.stale import Existing
from knowledge.synchronise import Progress
from lambda_image import runbooks, settings
from lambda_image.commands import reading, views
from lambda_image.commands.views import Json, emit
from lambda_image.domain.errors import InputRefused
from lambda_image.wiring import librarian

out = Console(highlight=False, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
# A page's worth of pages: more would only make the terminal slow.
TOLD_EVERY = 25

app = typer.Typer()

Embeddings = Annotated[
    str,
    typer.Option(
        help="Vectors beside words: none, local (make embeddings), bedrock (Titan), or a model's id;"
        " else as TRACEMEND_EMBEDDINGS says."
    ),
]
To = Annotated[
    str,
    typer.Option(
        help="Copy the index into opensearch+https://, es+https://, aoss+https://, s3vectors: or kendra:."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before vectors are paid for.")]
Private = Annotated[list[str], typer.Option(help="A host that may stand at a private address.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would change; write nothing.")]


@app.command()
def ingest(
    sources: Annotated[
        list[str], typer.Argument(help="Folders, https://, git+https://, confluence+https://, s3://.")
    ],
    index: Annotated[str, typer.Option(help="The index: a file, or s3://bucket/key.")],
    secrets: Annotated[str, typer.Option(help="A file of JSON that tells what opens each host.")] = "",
    allow_private: Private = [],  # noqa: B006
    embeddings: Embeddings = "",
    to: To = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Folders of runbooks and wiki pages into an index: what is new, changed, moved and gone.

    A page that moved keeps its identity. A run that was stopped goes on where it was. A source that cannot be
    read keeps its old pages, and the exit code is 1.
    """
    told = settings.read()
    if to and dry_run:
        raise typer.BadParameter("--dry-run writes nothing, so it goes without --to")
    home = librarian.home(told, index)
    wanted = librarian.wanted(told, sources, reading.whole(secrets) if secrets else "", allow_private)
    embedder = librarian.embedder(told, embeddings or told.embeddings)
    changes: list[Change] = []
    with _progress() as (progress, status):
        if dry_run:
            reports = runbooks.would_fill(wanted, home, Job(progress, changes.append, embedder))
        else:
            target = librarian.target(told, to, index) if to else None
            job = Job(progress, grow=target, grown=lambda pages: err.print(f"{to}: {pages} pages written"))
            asked = runbooks.job_for(embedder, lambda total: yes or _agreed(total, status), job)
            reports = runbooks.fill(wanted, home, asked)
    if dry_run:
        _show(changes, reports, as_json)
    else:
        emit((asdict(report) for report in reports), as_json, views.ingest_line)
    if any(report.failed for report in reports):
        raise typer.Exit(1)


@app.command()
def stale(
    index: Annotated[Path, typer.Option(help="The index file that `tracemend ingest` writes.")],
    days: Annotated[int, typer.Option(min=1, help="A page is old after so many days.")] = 365,
    existing: Annotated[str, typer.Option(help="What there is: one `kind name` a line.")] = "",
    aws: Annotated[
        bool, typer.Option("--aws", help="Ask AWS for alarms, queues, tables, functions.")
    ] = False,
    links: Annotated[bool, typer.Option("--links", help="Follow the links of pages, 500 at most.")] = False,
    allow_private: Private = [],  # noqa: B006
    as_json: Json = False,
) -> None:
    """Pages that nobody has edited for long, that name what is gone, or whose links lead nowhere."""
    there: dict[str, frozenset[str]] = {}
    for found in (librarian.existing(settings.read()) if aws else {}, _listed(existing) if existing else {}):
        for kind, names in found.items():
            there[kind] = there.get(kind, frozenset()) | names
    with _progress() as (progress, _):
        hosts = frozenset(each.lower() for each in allow_private)
        following = runbooks.Following(hosts, lambda done: progress("links", done)) if links else None
        findings = list(runbooks.stale(index, time.time_ns() // 1_000_000, there, days, following))
    if as_json:
        emit(map(asdict, findings), as_json, str)
        return
    table = Table("page", "owner", "why", "detail", title=f"{len(findings)} reasons to look at a page")
    for each in findings:
        table.add_row(f"{each.title}\n{each.url}", each.owner, each.reason, each.detail)
    out.print(table)


def _listed(file: str) -> Existing:
    try:
        return runbooks.existing_from(reading.whole(file))
    except ValueError as error:
        raise InputRefused(f"{file}: {error}") from error


def _show(changes: list[Change], reports: Sequence[IngestReport], as_json: bool) -> None:
    """What would change; beside it what would be left out."""
    for report in reports:
        for line in views.left_out(asdict(report)):
            err.print(f"{report.source}: {line}")
    if as_json:
        emit(map(asdict, changes), as_json, str)
        return
    table = Table("change", "page", "title", title=f"{len(changes)} pages would change")
    for each in changes:
        moved = f"{each.before}\n-> {each.address}" if each.before else each.address
        table.add_row(each.kind, moved, each.title)
    out.print(table)


@contextmanager
def _progress() -> Iterator[tuple[Progress, Status]]:
    """Which source is read and how far, while it is."""
    with err.status("reading pages") as status:
        told = 0

        def tell(source: str, done: int) -> None:
            nonlocal told
            if not told <= done < told + TOLD_EVERY or done == 1:
                status.update(f"{source}: {done}")
                told = done

        yield tell, status


def _agreed(total: Estimate, status: Status) -> bool:
    """Ask once what it may cost; where nobody can be asked, the answer is no."""
    status.stop()
    err.print(
        f"{total.texts} passages have no vector yet: about {total.tokens} tokens in {total.calls} calls,"
        f" {total.dollars:.2f} USD"
    )
    if not sys.stdin.isatty():
        err.print("There is nobody to ask: give --yes to have them made.")
        return False
    agreed = typer.confirm("Make them?", err=True)
    status.start()
    return agreed
