"""The blocks of language models that could not be applied, and the models' next answers to the refusal."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.evals.editing.case import Case

Row = dict[str, Any]
KINDS = {
    "whitespace/indent drift": "drift",
    "near miss (some lines wrong)": "near miss",
    "elided with ...": "elided",
    "invented or other-file text": "invented",
    "matches original file (failed after an earlier edit, or applied twice)": "matches",
}


def cases(data: Path, repositories: Path) -> Iterator[Case]:
    """Those whose file is at hand."""
    with gzip.open(data / "edits" / "failed_search_replace.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            content = file_at(repositories, row["repo"], row["buggy_commit"], row["path"])
            if content is None:
                continue
            if row.get("why"):
                yield _case(row, content)
            if row["retry"] and row.get("retry_search_exact_in_file"):
                yield _exact("retry", row["path"], content, row["retry"])


def file_at(repositories: Path, repository: str, commit: str, path: str) -> bytes | None:
    """A file of a commit; `repositories` holds clones named owner+name. None where it is not there."""
    clone = repositories / repository.replace("/", "+")
    if not clone.exists():
        return None
    shown = subprocess.run(
        ["git", "-C", str(clone), "show", f"{commit}:{path}"], capture_output=True, check=False
    )
    return shown.stdout if shown.returncode == 0 else None


def block(path: str, search: str, replace: str) -> str:
    """A search/replace block as models write it."""
    return f"{path}\n<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n"


def _case(row: Row, content: bytes) -> Case:
    kind = KINDS[row["why"]]
    if kind == "matches":
        return _exact(kind, row["path"], content, row)
    answer = block(row["path"], row["search"], row["replace"])
    if kind in ("invented", "elided") or not row.get("intended_line"):
        return Case(kind, row["path"], content, answer, None)
    start = row["intended_line"] - 1
    search = row["search"].strip("\n").split("\n")
    found = content.decode().split("\n")[start : start + len(search)]
    moved = _moved(search, found, row["replace"].strip("\n").split("\n"))
    if kind == "drift" and moved is not None:
        lines = content.decode().split("\n")
        expected = "\n".join([*lines[:start], *moved, *lines[start + len(search) :]]).encode()
        return Case(kind, row["path"], content, answer, expected)
    return Case(kind, row["path"], content, answer, None, place=(start - 1, start + 2 * len(search)))


def _exact(kind: str, path: str, content: bytes, edit: Row) -> Case:
    """It has to be applied where its lines stand once, and refused where they stand more often."""
    lines, search = content.decode().split("\n"), edit["search"].split("\n")
    places = [at for at in range(len(lines)) if lines[at : at + len(search)] == search]
    replaced = (
        [*lines[: places[0]], *edit["replace"].split("\n"), *lines[places[0] + len(search) :]]
        if places
        else []
    )
    expected = "\n".join(replaced).encode() if len(places) == 1 and edit["search"].strip() else None
    return Case(kind, path, content, block(path, edit["search"], edit["replace"]), expected)


def _moved(search: list[str], found: list[str], put: list[str]) -> list[str] | None:
    """The new lines by the distance between the searched and the real ones; None where they have several."""
    distances = {
        len(real) - len(real.lstrip()) - len(mine) + len(mine.lstrip())
        for mine, real in zip(search, found, strict=True)
        if mine.strip()
    }
    if len(distances) != 1 or any(
        mine.strip() != real.strip() for mine, real in zip(search, found, strict=True)
    ):
        return None
    (by,) = distances
    return [(" " * by + line if by > 0 else line[-by:]) if line.strip() else "" for line in put]
