"""`tracemend preview`: what people will see of an outcome, as HTML and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from lambda_image.commands import reading
from lambda_image.commands.views import Json, Row, emit
from lambda_image.domain.errors import InputRefused

File = Annotated[str, typer.Argument(help="An outcome or a notification; - or nothing reads standard input.")]
Client = Literal["chatbot", "slack", "teams"]
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def preview(
    file: File = "-",
    client: Annotated[Client, typer.Option("--as", help="Whose eyes to see it with.")] = "chatbot",
    out: Annotated[Path, typer.Option(help="The page; its picture stands beside it.")] = Path("preview.html"),
    width: Annotated[int, typer.Option(min=320, max=2_000, help="Of the picture, in pixels.")] = 780,
    as_json: Json = False,
) -> None:
    """What people will see of an outcome that `explain --json` printed: a page, and a picture by Chromium."""
    from infra.local.preview.browser import browser, picture  # noqa: PLC0415 - an extra
    from infra.local.preview.page import page  # noqa: PLC0415
    from infra.local.preview.reading import told_in  # noqa: PLC0415

    html = page(told_in(reading.whole(file)), client)
    if out.suffix != ".html":
        raise InputRefused(f"{out} is no page. Name it with .html")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(html, encoding="utf-8")
    row: Row = {"as": client, "html": str(out), "png": None}
    if browser():
        picture(html, out.with_suffix(".png"), width)
        row["png"] = str(out.with_suffix(".png"))
    else:
        err.print("no Chromium is on PATH, so there is the page and no picture", markup=False)
    emit([row], as_json, lambda made: "\n".join(filter(None, (made["html"], made["png"]))))
