"""Commands about stored answers: `ask` a question about one, and `case export` a wrong one to be replayed."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from lambda_image import settings as configuration
from lambda_image import wire
from lambda_image.commands.explain import endpoint
from lambda_image.commands.views import Json, emit
from lambda_image.domain.errors import InputRefused
from lambda_image.domain.lessons import Verdict
from lambda_image.steps.answering.learn import subject_of_answer
from lambda_image.steps.cards.email import email_messages
from lambda_image.steps.cases import freeze
from lambda_image.talking.questions import Archive, answer_question
from lambda_image.wiring import by_hand, operators
from lambda_image.wiring.left_out import policy

if TYPE_CHECKING:
    from lambda_image.domain.notification import Outcome
    from lambda_image.settings import Settings

app = typer.Typer()
case = typer.Typer(no_args_is_help=True, help="Wrong answers, frozen to be replayed.")
app.add_typer(case, name="case")
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

Named = Annotated[
    str, typer.Argument(help="A folder of `explain --keep`, a thread, or with --table a fingerprint.")
]
Bucket = Annotated[str, typer.Option(help="The bucket of traces.")]
Table = Annotated[str, typer.Option(help="The ledger's table.")]
Engine = Literal["none", "bedrock", "llama", "openai", "extractive"]


@app.command()
def ask(
    named: Named,
    question: Annotated[
        str, typer.Argument(help="why, show me the code, what changed, or any other.")
    ] = "why",
    bucket: Bucket = "",
    table: Table = "",
    engine: Annotated[Engine, typer.Option(help="Who answers what is not plain.")] = "none",
    as_json: Json = False,
) -> None:
    """A question about an answered problem, answered from what is stored of it, or not at all."""
    settings = _settings(bucket, table)
    with nullcontext() if engine == "none" else endpoint(engine, err):
        name, archive = _archive(named, settings)
        if engine != "none":
            asked = replace(configuration.read(), index="")
            archive = replace(archive, reasoner=by_hand.for_people(asked, err.print).reasoner)
        card = answer_question(name, question, archive)
    if as_json:
        sys.stdout.write(wire.encode(card) + "\n")
    else:
        emit([{"text": email_messages(card)[0].body}], as_json, lambda row: str(row["text"]).rstrip("\n"))


@case.command()
def export(
    named: Named,
    correction: Annotated[
        str, typer.Option(help="What would have been right; with --table what people said.")
    ] = "",
    out: Annotated[Path, typer.Option(help="Where the file goes.", file_okay=False)] = Path(),
    bucket: Bucket = "",
    table: Table = "",
    as_json: Json = False,
) -> None:
    """A wrong answer as a file that `make eval PART=cases` gives again without AWS."""
    settings = _settings(bucket, table)
    name, archive = _archive(named, settings)
    answered = archive.answered(name)
    frozen = freeze(answered, correction or _corrected(answered, settings), archive.redaction)
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{frozen.name}.json"
    text = json.dumps(json.loads(wire.encode(frozen)), indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")
    emit([{"case": frozen.name, "file": str(file)}], as_json, lambda row: str(row["file"]))


def _settings(bucket: str, table: str) -> Settings:
    asked = configuration.read()
    return replace(asked, trace_bucket=bucket or asked.trace_bucket, ledger_table=table or asked.ledger_table)


def _archive(named: str, settings: Settings) -> tuple[str, Archive]:
    """What the answer is called, and where it is kept. Raises InputRefused where nobody said."""
    rules = policy(settings).redaction
    folder = Path(named)
    if folder.is_dir():
        place = folder.resolve()
        return place.name, Archive(operators.traces_in(place.parent), lambda _: None, redaction=rules)
    if not settings.trace_bucket:
        raise InputRefused(f"{named} is no folder. For a thread name the bucket of traces with --bucket")
    incident = operators.incidents(settings) if settings.ledger_table else lambda _: None
    return named, Archive(operators.traces(settings), incident, redaction=rules)


def _corrected(answered: Outcome, settings: Settings) -> str:
    """What people said of this answer in the channel; empty where nobody did."""
    subject = subject_of_answer(answered)
    if not settings.ledger_table or subject is None:
        return ""
    lessons = operators.memory(settings).recall(subject).of_problem
    of_this = (each for each in lessons if each.work_id == answered.work_id)
    return next((each.note for each in of_this if each.verdict is Verdict.WRONG), "")
