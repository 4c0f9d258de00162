"""The true fixes of real bugs as answers, plain and spoiled, against the files as they were.

`git apply` says what a fix makes of a file. Each file is tried as it is, and a share of them with other
line endings, a byte order mark, or without a last newline.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.evals.editing.case import Case
from tests.evals.editing.failed import file_at
from tests.evals.editing.mutations import BLOCKS, DIFFS, MUST_REFUSE, WHOLE, Hunks, plain

LARGEST = 60_000
QUIXBUGS = "jkoppel/QuixBugs"
# Where a place is only alike, and of whole files, the end of lines and blank lines stay as they were.
LOOSE = {
    "trailing white space",
    "dedented",
    "indented",
    "indented by one",
    "first line trimmed",
    "blank lines dropped",
    "other quotes",
    "two spaces for four",
    "tabs for spaces",
    "inner white space",
    "context indented",
}


def fixes(data: Path, repositories: Path) -> Iterator[tuple[str, bytes, bytes, str]]:
    """Path, file before and after, and the diff of this file alone."""
    for name in ("bugsinpy", "swebench_lite"):
        with gzip.open(data / "python_bugs" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as rows:
            for row in map(json.loads, rows):
                for path, diff in _files(row["true_patch"] or ""):
                    before = file_at(repositories, row["repo"], row["buggy_commit"], path)
                    after = before and git_applied(path, before, diff)
                    if before and after and path.endswith(".py"):
                        yield path, before, after, diff
    yield from _quixbugs(data, repositories)


def _quixbugs(data: Path, repositories: Path) -> Iterator[tuple[str, bytes, bytes, str]]:
    for line in (data / "python_bugs" / "quixbugs.jsonl").read_text().splitlines():
        name = json.loads(line)["id"].rpartition("/")[2].removeprefix("quixbugs-")
        path = f"python_programs/{name}.py"
        before = file_at(repositories, QUIXBUGS, "HEAD", path)
        after = file_at(repositories, QUIXBUGS, "HEAD", f"correct_{path}")
        if before and after:
            yield path, before, after, _compared(path, before, after)


def cases(data: Path, repositories: Path) -> Iterator[Case]:
    """Every fix in every form, plain and spoiled; the files in other forms in turn."""
    for number, (path, before, after, diff) in enumerate(fixes(data, repositories)):
        yield from _answers(path, before, after, diff)
        name, changed = (
            ("carriage returns", _windows),
            ("byte order mark", _marked),
            ("no end", _open_ended),
            ("mixed endings", _mixed),
        )[number % 4]
        if b"\r" not in before and len(before) <= LARGEST:
            yield from _in_other_bytes(name, path, (changed(before), changed(after)), diff)


def _answers(path: str, before: bytes, after: bytes, diff: str) -> Iterator[Case]:
    hunks = _hunks(diff)
    usual = plain(path, hunks)
    for name, spoil in BLOCKS.items():
        answer = spoil(path, hunks)
        if name == "plain" or answer != usual:
            expected = None if name in MUST_REFUSE["block"] else after
            yield Case(f"block: {name}", path, before, answer, expected, loose=name in LOOSE)
    if len(after) <= LARGEST and b"\r" not in after and b"```" not in after:
        for name, write in WHOLE.items():
            expected = None if name in MUST_REFUSE["whole"] else after
            text = after.decode()
            text = text if text.endswith("\n") else text + "\n"
            answer = write(path, text)
            yield Case(f"whole: {name}", path, before, answer, expected, form="whole", loose=True)
    for name, bend in DIFFS.items():
        answer = bend(diff)
        if name == "plain" or answer != diff:
            last = diff.rstrip("\n").split("\n")[-2:]
            says_more = name in MUST_REFUSE["diff"] and not (
                name == "cut off" and all(x[:1] == " " for x in last)
            )
            expected = None if says_more else after
            yield Case(f"diff: {name}", path, before, answer, expected, form="diff", loose=name in LOOSE)


def _in_other_bytes(name: str, path: str, files: tuple[bytes, bytes], diff: str) -> Iterator[Case]:
    """The plain fix of a file in another form: all bytes that it does not change have to come back."""
    before, after = files
    yield Case(
        f"file: {name}, block", path, before, plain(path, _hunks(diff)), after, loose=name == "mixed endings"
    )
    text = after.decode().removeprefix("\ufeff").replace("\r\n", "\n")
    if "```" not in text:
        answer = f"```\n{text.rstrip(chr(10))}\n```"
        yield Case(f"file: {name}, whole", path, before, answer, after, form="whole", loose=True)


def _windows(content: bytes) -> bytes:
    return content.replace(b"\n", b"\r\n")


def _marked(content: bytes) -> bytes:
    return b"\xef\xbb\xbf" + content


def _open_ended(content: bytes) -> bytes:
    return content.rstrip(b"\n")


def _mixed(content: bytes) -> bytes:
    """The first tenth of the lines end with a carriage return too."""
    lines = content.split(b"\n")
    return b"\r\n".join(lines[:3]) + b"\r\n" + b"\n".join(lines[3:])


def git_applied(path: str, before: bytes, diff: str, *options: str) -> bytes | None:
    """What `git apply` makes of one file; None where it refuses."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(before)
        command = ["git", "apply", "--whitespace=nowarn", *options, "-"]
        run = subprocess.run(command, cwd=folder, input=diff.encode(), capture_output=True, check=False)
        return file.read_bytes() if run.returncode == 0 and file.exists() else None


def _compared(path: str, before: bytes, after: bytes) -> str:
    """The diff that git makes of two contents."""
    with tempfile.TemporaryDirectory() as folder:
        for side, content in (("a", before), ("b", after)):
            file = Path(folder, side, path)
            file.parent.mkdir(parents=True)
            file.write_bytes(content)
        command = ["git", "diff", "--no-index", "--no-prefix", f"a/{path}", f"b/{path}"]
        run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        return run.stdout.decode("utf-8", "replace")


def _files(patch: str) -> Iterator[tuple[str, str]]:
    """The diff of each file that is changed, neither made nor deleted."""
    for part in re.split(r"^(?=diff --git )", patch, flags=re.MULTILINE):
        named = re.search(r"^--- a/(\S+)\n\+\+\+ b/(\S+)$", part, re.MULTILINE)
        if named and named[1] == named[2]:
            yield named[1], part if part.endswith("\n") else f"{part}\n"


def _hunks(diff: str) -> Hunks:
    """Each hunk's old and new lines; a bare line is a blank one, as long as the hunk's head wants more."""
    hunks: list[tuple[list[str], list[str]]] = []
    wanted = (0, 0)
    for line in diff.split("\n"):
        if found := re.match(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", line):
            wanted = (int(found[1] or 1), int(found[2] or 1))
            hunks.append(([], []))
        elif hunks and (len(hunks[-1][0]), len(hunks[-1][1])) != wanted and line[:1] != "\\":
            if line[:1] != "+":
                hunks[-1][0].append(line[1:])
            if line[:1] != "-":
                hunks[-1][1].append(line[1:])
    return hunks
