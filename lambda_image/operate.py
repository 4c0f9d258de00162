"""Commands for those who run a deployment; `cli.py` registers them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lambda_image import views
from lambda_image.views import Json, emit

Toml = Annotated[Path, typer.Option(help="What is to be deployed.")]
OWN = Path("tracemend.toml")


def doctor(
    config: Toml = OWN,
    as_json: Json = False,
) -> None:
    """What must be true before a deployment: account, models, log groups, chat, token; and how to mend it."""
    from infra.aws.config import load  # noqa: PLC0415 - deployment is an extra
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
    from infra.aws.config import load  # noqa: PLC0415

    volume = pricing.Volume(errors=errors, events=9 * errors)
    items = pricing.estimate(load(config), volume)
    idle, used = sum(each.idle for each in items), sum(each.used for each in items)
    total = pricing.Item("total", idle, used, f"prices of {pricing.as_of()}, us-east-1; {errors} raw errors")
    emit(map(asdict, (*items, total)), as_json, views.cost_line)


def status(
    config: Annotated[Path, typer.Option(help="What is deployed.")] = OWN, as_json: Json = False
) -> None:
    """What a deployment is doing: its problems, what was held back by which rule, and its queues."""
    from infra.aws.config import load  # noqa: PLC0415 - deployment is an extra
    from infra.aws.doctor.examine import in_account  # noqa: PLC0415
    from infra.aws.status import status as asked  # noqa: PLC0415

    wanted = load(config)
    emit([asdict(asked(wanted, in_account(wanted)))], as_json, views.status_lines)
