"""`tracemend`: every stage on the command line, for people, and with --json for programs.

Exit codes: 0 done, 1 a stage refused its input, 2 wrong usage. Results go to standard output, everything
else to standard error.
"""

from __future__ import annotations

import errno
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from knowledge.store import Scope
from lambda_image import runbooks, settings, wire
from lambda_image.commands import explain, operate, preview, reading, replay, stopping, stored, views, wiki
from lambda_image.commands.views import Json, Row, emit, out
from lambda_image.domain.errors import InputRefused, PatchRefused, TracemendError
from lambda_image.domain.patch import Proof
from lambda_image.domain.records import UndecodedDelivery
from lambda_image.steps.reading import compare as comparing
from lambda_image.steps.reading import group as grouping
from lambda_image.steps.reading import understand as understanding
from lambda_image.steps.reading.decode import decode
from lambda_image.steps.redact import Rulebook, redact_text
from lambda_image.wiring import librarian
from lambda_image.wiring.left_out import policy

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
cards = Console(highlight=False, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

File = Annotated[str, typer.Argument(help="A file; - or nothing reads standard input.")]
Repo = Annotated[Path, typer.Option(help="A git repository.", exists=True, file_okay=False)]
MaybeRepo = Annotated[Path | None, typer.Option(help="A git repository.", exists=True, file_okay=False)]
Ref = Annotated[str, typer.Option(help="Commit, tag or branch.")]
Index = Annotated[Path, typer.Option(help="The index file that `tracemend ingest` writes.")]
MaybeIndex = Annotated[Path | None, typer.Option(help="The index file that `tracemend ingest` writes.")]
TestCommand = Annotated[str, typer.Option("--test", help="How the repository's tests are run.")]

LocalEngine = Literal["llama", "openai", "extractive"]
Engine = Literal["auto", "bedrock", "llama", "openai", "extractive"]


def main() -> None:
    """The console script: one clear line, and no traceback, for everything refused on purpose."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(
            errors="backslashreplace"
        )  # a log may hold what the terminal has no letter for
    try:
        app()
    except KeyboardInterrupt:  # before Typer itself looks for it
        sys.exit(stopping.STOPPED)
    except TracemendError as refused:
        err.print(f"tracemend: {refused}", style="red", markup=False)
        sys.exit(1)
    except OSError as error:
        err.print(f"tracemend: {str(error).removesuffix('.')}. {_todo(error)}", style="red", markup=False)
        sys.exit(1)


def _todo(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Free the disk, or write elsewhere"
    if error.filename is not None:
        return "Look at that path and who may use it"
    return "What was asked did not answer as it should; try again"


@app.command("decode")
def decode_command(file: File = "-", as_json: Json = False) -> None:
    """Any Lambda event with logs in it, to log records."""
    try:
        event = json.loads(reading.whole(file))
    except (ValueError, RecursionError) as error:
        raise InputRefused(f"{file} is not JSON: {error}. Give the event as Lambda gets it") from error
    deliveries = decode(event)
    rows = (
        {name: value for name, value in asdict(record).items() if value != ()}
        for each in deliveries
        if not isinstance(each, UndecodedDelivery)
        for record in each.records
    )
    emit(rows, as_json, lambda row: f"{row['log_group']} {row['log_stream']} {row['message']}")
    broken = [each for each in deliveries if isinstance(each, UndecodedDelivery)]
    for each in broken:
        err.print(f"record {each.id}: {each.reason}", style="red", markup=False)
    if broken:
        raise typer.Exit(1)


@app.command()
def events(file: File = "-", as_json: Json = False) -> None:
    """Raw log text to error events, with fingerprint, type, message and frames."""
    emit(understanding.events_of(reading.lines(file)), as_json, views.event_line)


@app.command()
def group(
    file: File = "-",
    final: Annotated[bool, typer.Option("--final", help="Tell all when the last line is read.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each line is where it is.")] = False,
    lines: Annotated[str, typer.Option(help="Two line numbers, as in 3,17: why these two.")] = "",
    as_json: Json = False,
) -> None:
    """One raw line in, its group and template out, as soon as the line is read."""
    if lines:
        emit([comparing.compared(reading.lines(file), lines)], as_json, views.comparison)
    elif explain:
        emit(comparing.explained(reading.lines(file)), as_json, views.explained_line)
    else:
        rows = (grouping.grouped_at_the_end if final else grouping.group)(reading.lines(file))
        emit(rows, as_json, lambda row: f"{row['group']}  {row['template']}")


@app.command()
def redact(file: File = "-", as_json: Json = False) -> None:
    """Text to text without secrets and personal data, by the rules of the settings too."""
    rules = policy(settings.read()).redaction
    rows = (_redacted(line, rules) for line in reading.parts(file))
    emit(rows, as_json, lambda row: str(row["text"]))


def _redacted(line: str, rules: Rulebook) -> Row:
    found = redact_text(line, rules)
    marks = [{"kind": kind, "start": start, "end": end} for kind, start, end in found.redactions]
    return {"text": found.text, "redactions": marks}


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")] = "",
    index: Index = Path("tracemend.index"),
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 5,
    queries: Annotated[str, typer.Option(help='JSON Lines of {"id","text"}.')] = "",
    service: Annotated[str, typer.Option(help="Only pages about this service, or about none.")] = "",
    environment: Annotated[str, typer.Option(help="Only pages about this environment, or none.")] = "",
    floor: Annotated[
        float | None,
        typer.Option(min=0, help="The score that the best must have, 0.87 by default; 0 shows the nearest."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Ranked passages of an index."""
    if bool(query) == bool(queries):
        raise typer.BadParameter("give a query, or --queries with a file")
    asked = list(_questions(queries)) if queries else [("1", query)]
    told = settings.read()
    embedders, manner = librarian.recorded(told, err.print), librarian.manner(told, err.print)
    how = replace(manner, scope=Scope(service, environment))
    found = runbooks.search(index, asked, k, embedders, how if floor is None else replace(how, floor=floor))
    first = list(islice(found, 1))
    emit(chain(first, found), as_json, views.hit_line)
    if not first and not as_json:
        err.print("nothing found; --floor 0 shows what is nearest")


def _questions(file: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(reading.lines(file), start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            yield str(asked["id"]), str(asked["text"])
        except (ValueError, TypeError, KeyError) as error:
            raise InputRefused(
                f'line {number} of {file} is not a question. Give {{"id": "...", "text": "..."}} on each line'
            ) from error


@app.command()
def context(repo: Repo, trace: File = "-", ref: Ref = "HEAD", as_json: Json = False) -> None:
    """What the model would be shown of the code for a trace."""
    rows = list(explain.excerpts(reading.whole(trace), repo, ref))
    emit(rows, as_json, views.excerpt_lines)
    if not rows:
        err.print("nothing in this log leads to a file of the repository", markup=False)


@app.command("apply")
def apply_command(repo: Repo, edit: File = "-", ref: Ref = "HEAD", as_json: Json = False) -> None:
    """A model's edit to a checked diff, or the reasons for which it is refused."""
    try:
        row: Row = {"ok": True, "diff": explain.patch(reading.whole(edit), repo, ref).diff, "reasons": []}
    except PatchRefused as refused:
        row = {"ok": False, "diff": "", "reasons": list(refused.reasons)}
    emit([row], as_json, lambda found: found["diff"] or "\n".join(found["reasons"]))
    if not row["ok"]:
        raise typer.Exit(1)


@app.command()
def verify(
    repo: Repo,
    patch: Annotated[str, typer.Option(help="A unified diff.")],
    ref: Ref = "HEAD",
    trace: Annotated[str, typer.Option(help="The logged error.")] = "",
    test: TestCommand = "",
    as_json: Json = False,
) -> None:
    """The proof alone, in the sandbox: red before, green after."""
    texts = (reading.whole(patch), reading.whole(trace) if trace else "")
    try:
        proof = explain.prove(repo, ref, *texts, test or None)
    except PatchRefused as refused:
        proof = Proof("refused", None, None, (), refused.reasons, "none")
    emit([json.loads(wire.encode(proof))], as_json, views.proof_lines)
    if proof.verdict != "proved":
        raise typer.Exit(1)


@app.command("explain")
def explain_command(
    file: File = "-",
    index: MaybeIndex = None,
    repo: MaybeRepo = None,
    ref: Ref = "HEAD",
    engine: Annotated[Engine, typer.Option()] = "auto",
    test: TestCommand = "",
    keep: Annotated[Path | None, typer.Option(help="A folder for what `tracemend ask` reads.")] = None,
    as_json: Json = False,
) -> None:
    """The whole pipeline on a log; nothing is sent anywhere but to the model."""
    request = explain.Request(reading.whole(file), index, repo, ref, engine, test, keep)
    found = False
    for each in explain.explained(request, err):
        found = True
        if as_json:
            sys.stdout.write(json.dumps(each.row()) + "\n")
        else:
            each.show(cards)
    if not found:
        err.print("no error found in this log", markup=False)


@app.command()
def demo(
    engine: Annotated[LocalEngine, typer.Option()] = "llama",
    folder: Annotated[Path, typer.Option(help="Where the results go.")] = Path("build/demo"),
    as_json: Json = False,
) -> None:
    """The whole system on loopback: errors in at one end, cards and a pull request out at the other."""
    with stopping.reading():
        from infra.local.demo.run import run_demo  # noqa: PLC0415 - the loopback system is an extra
        from infra.local.endpoint import chosen  # noqa: PLC0415

    summary = run_demo(chosen(engine), folder, Console(stderr=as_json, highlight=False, emoji=False))
    if as_json:
        sys.stdout.write(json.dumps(summary.as_json()) + "\n")
    else:
        summary.show(out)
    if not summary.complete:
        raise typer.Exit(1)


app.command()(preview.preview)
app.command()(operate.doctor)
app.command()(operate.cost)
app.command()(operate.status)
app.command()(operate.mute)
app.command()(operate.unmute)
app.command()(operate.merge)
app.command()(operate.split)
app.add_typer(replay.app)
app.add_typer(stored.app)
app.add_typer(wiki.app)


if __name__ == "__main__":
    main()
