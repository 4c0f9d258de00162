"""The pictures of the handbook, from real runs: `python -m infra.local.preview.gallery` takes them anew.

What happens in `happenings` goes through the whole system on loopback, and each client shows what was told.
The error that is mended needs a model: its picture is of the last `make demo`, or stays as it is. Without
Chromium all stay as they are.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from PIL import Image
from rich.console import Console

from infra.local.preview.browser import browser, picture
from infra.local.preview.happenings import happened, mended
from infra.local.preview.page import Client, page
from infra.local.preview.reading import Told
from lambda_image.domain.notification import Outcome
from lambda_image.wiring import by_hand

ROOT = Path(__file__).parents[3]
FOLDER, DEMO = ROOT / "docs" / "images", ROOT / "build" / "demo" / "traces"
# Pixels of one client's column, and the colours of a sheet: text on one ground needs few.
WIDTH, COLOURS = 560, 24
# Of a taller one the middle is left out, behind a grey bar.
TALLEST, BAR = 1_700, 24


def main(demo: Path = DEMO) -> None:
    """Write `docs/images/<situation>.png`, each with the three clients side by side."""
    console = Console(stderr=True, highlight=False)
    if browser() is None:
        console.print("no Chromium is on PATH: the pictures of the handbook stay as they are")
        return
    with tempfile.TemporaryDirectory(prefix="tracemend-gallery-") as folder:
        place = Path(folder)
        told = happened(place, console) | {"fixed": mended(demo)}
        for name, outcomes in told.items():
            if outcomes:
                _sheet(name, outcomes, place)
                console.print(f"{name}.png was taken")
            else:
                console.print(f"{name}.png stays as it is: `make demo` with a model comes first")


def _sheet(name: str, outcomes: Sequence[Outcome], folder: Path) -> None:
    told = [Told(tuple(by_hand.message(each) for each in one.messages), one.card) for one in outcomes]
    taken = []
    for client in get_args(Client):
        path = folder / f"{name}-{client}.png"
        picture(page(told, client), path, WIDTH)
        taken.append(_folded(Image.open(path).convert("RGB")))
    sheet = Image.new("RGB", (WIDTH * len(taken), max(each.height for each in taken)), "white")
    for at, each in enumerate(taken):
        sheet.paste(each, (at * WIDTH, 0))
    FOLDER.mkdir(exist_ok=True)
    # The octree keeps rare colours: links and code.
    few = sheet.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


def _folded(whole: Image.Image) -> Image.Image:
    if whole.height <= TALLEST:
        return whole
    half = TALLEST // 2
    folded = Image.new("RGB", (whole.width, 2 * half + BAR), "grey")
    folded.paste(whole.crop((0, 0, whole.width, half)), (0, 0))
    folded.paste(whole.crop((0, whole.height - half, whole.width, whole.height)), (0, half + BAR))
    return folded


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
