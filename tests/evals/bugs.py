"""Real Python bugs with their true fixes, and their repositories as they were."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lambda_image.adapters.git.code_index import CodeIndex
from lambda_image.domain.code import Part
from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.evidence import Change, Revision
from tests.fakes.source import SPLITTER

QUIXBUGS = "jkoppel/QuixBugs", "4257f44b0ff1181dedaedee6a447e133219fcebf"
HEAD = "Traceback (most recent call last):"
_END = re.compile(r"=====|-----|_____|FAILED|Ran \d|  warnings")
MOST_LINES = 400


@dataclass(frozen=True)
class Bug:
    """What was reported, and the files of the true fix with the lines that it changed."""

    group: str
    id: str
    repository: str
    commit: str
    text: str
    gold: tuple[tuple[str, tuple[int, ...]], ...]


def bugs(data: Path, traces: Path) -> Iterator[Bug]:
    """All bugs with something to read. `traces` holds what BugsInPy's tests wrote, in ID.txt."""
    for row in _rows(data / "swebench_lite.jsonl.gz"):
        group = "SWE-bench, traceback" if row["has_traceback"] else "SWE-bench, text alone"
        yield Bug(group, row["id"], row["repo"], row["buggy_commit"], row["issue_text"], _gold(row))
    for line in (data / "quixbugs.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gold = ((row["buggy_path"], tuple(row["changed_old_lines"])),)
        yield Bug("QuixBugs", row["id"], *QUIXBUGS, row["traceback"], gold)
    for row in _rows(data / "bugsinpy.jsonl.gz"):
        output = traces / f"{row['id'].replace('/', '_')}.txt"
        if output.is_file() and (trace := first_trace(output.read_text(encoding="utf-8"))):
            yield Bug("BugsInPy", row["id"], row["repo"], row["buggy_commit"], trace, _gold(row))


def first_trace(output: str) -> str:
    """The first traceback in what a test runner wrote."""
    found: list[str] = []
    for line in output[output.index(HEAD) :].split("\n") if HEAD in output else ():
        if _END.match(line) or len(found) == MOST_LINES:
            break
        found.append(line)
    return "\n".join(found)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _gold(row: dict[str, Any]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple((each["path"], tuple(each["changed_old_lines"] or ())) for each in row["gold_files"])


class BareRepository:
    """Implements `Repository` over one commit of a bare repository; the index is kept for all its commits."""

    def __init__(self, folder: Path, commit: str, index: Path) -> None:
        listed = subprocess.run(
            ["git", "-C", folder, "ls-tree", "-r", "-z", commit], capture_output=True, check=True
        ).stdout.decode("utf-8", "replace")
        entries = (entry.partition("\t") for entry in listed.split("\0"))
        self.blobs = {path: head.split()[2] for head, _, path in entries if head.startswith("100")}
        self._git = subprocess.Popen(
            ["git", "-C", folder, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._index = CodeIndex(index, SPLITTER)
        self._index.turn_to(self.blobs, self._all)

    def close(self) -> None:
        """End git and the index."""
        self._git.communicate()
        self._index.close()

    def content(self, path: str) -> bytes:
        """A file's bytes."""
        asking, telling = _pipes(self._git)
        asking.write(f"{self.blobs[path]}\n".encode())
        asking.flush()
        size = int(telling.readline().split()[2])
        return telling.read(size + 1)[:size]

    def _all(self, paths: Sequence[str]) -> Iterable[tuple[str, bytes]]:
        return ((path, self.content(path)) for path in paths)

    def revision(self, log_group: str, log_stream: str = "") -> Revision:
        """Never asked: the commit is told by the bug, so no deployment is looked up."""
        raise NotImplementedError

    def files(self, revision: Revision) -> tuple[str, ...]:
        """All paths."""
        return tuple(sorted(self.blobs))

    def read(self, revision: Revision, path: str) -> bytes:
        """A file's bytes."""
        if path not in self.blobs:
            raise EvidenceUnavailable("source code", f"{path} is not there", "Look at the commit")
        return self.content(path)

    def changes(self, revision: Revision, path: str, lines: tuple[int, int]) -> tuple[Change, ...]:
        """None."""
        return ()

    def archive(self, revision: Revision) -> bytes:
        """Nothing."""
        return b""

    def runnable(self, revision: Revision) -> frozenset[str]:
        """None."""
        return frozenset()

    def named(self, revision: Revision, names: Collection[str]) -> tuple[Part, ...]:
        """By the real index."""
        return self._index.named(names)

    def about(self, revision: Revision, words: Sequence[str], limit: int) -> tuple[tuple[Part, float], ...]:
        """Likewise."""
        return self._index.about(words, limit)


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout
