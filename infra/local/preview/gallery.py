"""The pictures of the handbook, from a real run: `python -m infra.local.preview.gallery` takes them anew.

The demo's service fails for real, beside a line that another one wrote; `explain` answers the log with the
extractive engine, which needs no model, and each client shows the outcome. Without Chromium the pictures
stay as they are.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import get_args

from rich.console import Console

from infra.local.demo.driver import NOT_AUTHORIZED, orders
from infra.local.demo.history import check_out, create_repository
from infra.local.demo.run import made_index
from infra.local.preview.browser import browser, picture
from infra.local.preview.page import Client, page
from infra.local.preview.reading import told_in
from lambda_image.commands.explain import Request, explained

FOLDER = Path(__file__).parents[3] / "docs" / "images"
WIDTH = 720
ORDER = 2  # of the demo's orders, the first that fails
CALL = "import json, sys; from checkout.handler import handle; handle(json.load(sys.stdin), None)"


def main() -> None:
    """Write `docs/images/card-<client>.png`."""
    console = Console(stderr=True, highlight=False)
    if browser() is None:
        console.print("no Chromium is on PATH: the pictures of the handbook stay as they are")
        return
    with tempfile.TemporaryDirectory(prefix="tracemend-gallery-") as folder:
        printed = _outcome(Path(folder), console)
    FOLDER.mkdir(exist_ok=True)
    for client in get_args(Client):
        picture(page(told_in(printed), client), FOLDER / f"card-{client}.png", WIDTH)
        console.print(f"{FOLDER.name}/card-{client}.png was taken")


def _outcome(folder: Path, console: Console) -> str:
    """What `explain --json` prints about an order that really fails, and a call that was not allowed."""
    bare, deployed = folder / "bare.git", folder / "deployed"
    commit = create_repository(bare)
    check_out(bare, commit, deployed)
    command = [sys.executable, "-c", CALL]
    run = subprocess.run(
        command, input=json.dumps(orders()[ORDER]), cwd=deployed, capture_output=True, text=True, check=False
    )
    index = made_index(folder)
    requests = (Request(log, index, bare, commit, "extractive") for log in (NOT_AUTHORIZED, run.stderr))
    found = (each for request in requests for each in explained(request, console))
    return "\n".join(json.dumps(each.row()) for each in found)


if __name__ == "__main__":
    main()
