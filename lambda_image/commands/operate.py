"""Commands for those who run a deployment; `cli.py` registers them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from lambda_image.commands import views
from lambda_image.commands.views import Json, emit
from lambda_image.domain.errors import InputRefused
from lambda_image.ports import OperatorsLedger
from lambda_image.steps.spans_of_time import milliseconds

Toml = Annotated[Path, typer.Option(help="What is to be deployed.")]
Deployed = Annotated[Path, typer.Option(help="What is deployed.")]
Fingerprint = Annotated[str, typer.Argument(help="Of the problem, as cards and `tracemend status` show it.")]
OWN = Path("tracemend.toml")


def doctor(
    config: Toml = OWN,
    as_json: Json = False,
) -> None:
    """What must be true before a deployment: account, models, log groups, chat, token; and how to mend it."""
    from infra.aws.config_file import load  # noqa: PLC0415 - deployment is an extra
    from infra.aws.doctor.examine import examine, in_account  # noqa: PLC0415

    wanted = load(config)
    ready = True
    for check in examine(wanted, in_account(wanted)):
        ready = ready and check.ok
        emit([asdict(check)], as_json, views.check_line)
    if not ready:
        raise typer.Exit(1)


def cost(
    config: Toml = OWN,
    errors: Annotated[int, typer.Option(min=1, help="Raw errors to be priced.")] = 1_000,
    as_json: Json = False,
) -> None:
    """What a deployment costs: idle in a month, and for a number of raw errors; from a dated price table."""
    from infra.aws import cost as pricing  # noqa: PLC0415 - deployment is an extra
    from infra.aws.config_file import load  # noqa: PLC0415
    from infra.aws.estimates import Item, Volume  # noqa: PLC0415

    volume = Volume(errors=errors, events=9 * errors)
    items = pricing.estimate(load(config), volume)
    idle, used = sum(each.idle for each in items), sum(each.used for each in items)
    total = Item("total", idle, used, f"prices of {pricing.as_of()}, us-east-1; {errors} raw errors")
    emit(map(asdict, (*items, total)), as_json, views.cost_line)


def status(
    config: Deployed = OWN,
    day: Annotated[str, typer.Option(help="YYYY-MM-DD in UTC; today where none is given.")] = "",
    as_json: Json = False,
) -> None:
    """What a deployment is doing: its problems, what was held back by which rule, and its queues."""
    from infra.aws.config_file import load  # noqa: PLC0415 - deployment is an extra
    from infra.aws.doctor.examine import in_account  # noqa: PLC0415
    from infra.aws.status import status as asked  # noqa: PLC0415

    wanted = load(config)
    told = asked(wanted, in_account(wanted), _day(day))
    emit([asdict(told)], as_json, views.status_lines)


def mute(
    fingerprint: Fingerprint,
    span: Annotated[str, typer.Option("--for", help="How long: 30m, 12h, 2d, 1w.")],
    reason: Annotated[str, typer.Option(help="Why; `tracemend status` shows it.")],
    config: Deployed = OWN,
    as_json: Json = False,
) -> None:
    """Tell nothing of a problem for a while; it is counted as muted, and the mute ends by itself."""
    if not reason.strip():
        raise typer.BadParameter("say why, in a few words", param_hint="--reason")
    until = int(time.time() * 1_000) + _milliseconds(span)
    with _ledger(config) as (ledger, by):
        muted = ledger.mute(fingerprint, until, reason.strip(), by)
        if not muted:
            raise InputRefused(f"{fingerprint} is not known. `tracemend status` lists the problems that are")
    emit([{"fingerprint": muted, "muted_until": until, "reason": reason}], as_json, views.mute_line)


def unmute(fingerprint: Fingerprint, config: Deployed = OWN, as_json: Json = False) -> None:
    """End a mute now."""
    with _ledger(config) as (ledger, _):
        if not ledger.unmute(fingerprint):
            raise InputRefused(f"{fingerprint} is not muted. `tracemend status` lists the problems that are")
    emit([{"fingerprint": fingerprint, "muted_until": 0, "reason": ""}], as_json, views.mute_line)


def merge(
    fingerprint: Fingerprint,
    into: Annotated[str, typer.Argument(help="The problem that it is counted as.")],
    config: Deployed = OWN,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Count a problem as another one from now on, after a look at both; `tracemend split` undoes it."""
    with _ledger(config) as (ledger, by):
        both = {
            each.fingerprint: each for each in ledger.problems() if each.fingerprint in {fingerprint, into}
        }
        shown = [asdict(both[name]) for name in (fingerprint, into) if name in both]
        emit(shown, as_json, views.problem_line)
        if not yes and not typer.confirm(f"Count {fingerprint} as {into}?", err=True):
            raise typer.Exit(1)
        if not ledger.merge(fingerprint, into, by):
            raise InputRefused(
                f"{fingerprint} cannot be counted as {into}: both must be known, the first answered, and the"
                " second not be part of it. `tracemend status` lists the problems"
            )
    emit([{"fingerprint": fingerprint, "merged_into": into}], as_json, views.merge_line)


def split(fingerprint: Fingerprint, config: Deployed = OWN, as_json: Json = False) -> None:
    """Count a merged problem by itself again, or take one out of its incident; from now on."""
    with _ledger(config) as (ledger, _):
        if not ledger.split(fingerprint):
            raise InputRefused(
                f"{fingerprint} is neither merged nor part of an incident."
                " `tracemend status` lists the problems that are"
            )
    emit([{"fingerprint": fingerprint, "merged_into": ""}], as_json, views.merge_line)


@contextmanager
def _ledger(config: Path) -> Iterator[tuple[OperatorsLedger, str]]:
    """The ledger of the deployment, and who we are to AWS."""
    from infra.aws.config_file import load  # noqa: PLC0415 - deployment is an extra
    from infra.aws.doctor.examine import in_account  # noqa: PLC0415
    from infra.aws.status import ledger_of  # noqa: PLC0415

    wanted = load(config)
    account = in_account(wanted)
    with ledger_of(wanted, account) as ledger:
        yield ledger, account("sts").get_caller_identity()["Arn"]


def _milliseconds(span: str) -> int:
    try:
        return milliseconds(span)
    except InputRefused as refused:
        raise typer.BadParameter(str(refused), param_hint="--for") from refused


def _day(text: str) -> date:
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day; write YYYY-MM-DD", param_hint="--day") from error
