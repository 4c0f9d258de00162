"""Pictures of the cards that people look at: `python -m tests.evals.looks` writes build/looks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

from infra.local.preview.browser import picture
from infra.local.preview.page import Client, page
from infra.local.preview.reading import Told
from lambda_image.domain.notification import Outcome
from lambda_image.wiring import by_hand
from tests.fakes.situations import situations

FOLDER = Path("build/looks")


def told(outcome: Outcome) -> Told:
    """An outcome as the preview reads it."""
    return Told(tuple(by_hand.message(each) for each in outcome.messages), outcome.card)


def main(names: list[str]) -> None:
    """A page and its picture for each situation and client, or for the named situations."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for client in get_args(Client):
        for name, outcomes in situations().items():
            if names and name not in names:
                continue
            html = page([told(each) for each in outcomes], client)
            path = FOLDER / f"{client}-{name}.html"
            path.write_text(html, encoding="utf-8")
            picture(html, path.with_suffix(".png"))
            sys.stdout.write(f"{path.with_suffix('.png')}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
