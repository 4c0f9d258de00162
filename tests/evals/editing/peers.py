"""Who else applies edits: aider's rules, `git apply` and `patch`, on the same cases where they apply.

Aider's rules are written anew from its description: the first place that fits is taken, exactly or with
indentation that is missing throughout, then with elided parts; the path and the marks are read as ours are.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from lambda_image.domain.errors import PatchRefused
from lambda_image.steps.editing.answer import Edit, parse_edits
from tests.evals.editing.case import Case
from tests.evals.editing.synthetic import git_applied


def aider(case: Case) -> bytes | None:
    """Blocks and whole files, one after the other."""
    try:
        edits = parse_edits(case.answer, (case.path,), case.path)
        text = case.before.decode()
    except (PatchRefused, UnicodeDecodeError):
        return None
    for edit in edits:
        made = edit.replace if edit.search is None else _replaced(text, edit)
        if made is None:
            return None
        text = made
    return text.encode() if edits else None


def _replaced(text: str, edit: Edit) -> str | None:
    lines, search, put = (each.splitlines(keepends=True) for each in (text, edit.search or "", edit.replace))
    for skip in (0, 1):
        if skip and not (search and not search[0].strip()):
            continue
        for found in (_exactly, _indented):
            if (made := found(lines, search[skip:], put)) is not None:
                return made
    return _dotted(text, edit)


def _exactly(lines: list[str], search: list[str], put: list[str]) -> str | None:
    for at in range(len(lines) - len(search) + 1):
        if lines[at : at + len(search)] == search:
            return "".join([*lines[:at], *put, *lines[at + len(search) :]])
    return None


def _indented(lines: list[str], search: list[str], put: list[str]) -> str | None:
    """All of the edit stands less indented than the file."""
    least = min((len(x) - len(x.lstrip()) for x in [*search, *put] if x.strip()), default=0)
    search, put = ([x[least:] if x.strip() else x for x in side] for side in (search, put))
    for at in range(len(lines) - len(search) + 1):
        part = lines[at : at + len(search)]
        if [x.lstrip() for x in part] != [x.lstrip() for x in search]:
            continue
        heads = {
            real[: len(real) - len(mine)] for real, mine in zip(part, search, strict=True) if real.strip()
        }
        if len(heads) == 1:
            head = heads.pop()
            moved = [head + x if x.strip() else x for x in put]
            return "".join([*lines[:at], *moved, *lines[at + len(search) :]])
    return None


def _dotted(text: str, edit: Edit) -> str | None:
    """Lines of three dots on both sides: the parts between them one by one, each there once."""
    sides = [
        re.split(r"^\s*\.\.\.\n", side, flags=re.MULTILINE) for side in (edit.search or "", edit.replace)
    ]
    if len(sides[0]) != len(sides[1]) or len(sides[0]) == 1:
        return None
    for old, new in zip(*sides, strict=True):
        if old and text.count(old) != 1:
            return None
        text = text.replace(old, new) if old else text + new
    return text


def git_apply(case: Case) -> bytes | None:
    """Diffs, line counts not believed."""
    return git_applied(case.path, case.before, case.answer, "--recount")


def patch(case: Case) -> bytes | None:
    """Diffs, with patch's usual fuzz."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "file")
        file.write_bytes(case.before)
        command = ["patch", "--batch", "--forward", "--silent", "--reject-file=-", str(file)]
        run = subprocess.run(
            command, input=case.answer.encode(), capture_output=True, check=False, cwd=folder
        )
        return file.read_bytes() if run.returncode == 0 else None
