"""The proof on QuixBugs: small programs with one bug each, their tests, and the true fixes.

`make eval PART=quixbugs ARGS=FOLDER`, where the folder is a clone of jkoppel/QuixBugs (MIT), bare or not. The
failure is logged by running the buggy program's tests; then the true fix has to be proved, and the buggy
program, or one that does nothing, refused. Where the error is raised in the program itself, the whole loop
runs too, with the true fix as the model's answer: beside the repository's tests, and without them, with a
test made of a failing case. Each program's result is said on standard error when it is known.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_image.adapters.sandbox.workspace import open_workspace
from lambda_image.adapters.verifier import LocalVerifier
from lambda_image.commands.explain import incidents_in
from lambda_image.domain.diagnosis import Claim, Confidence, Diagnosis, Fault
from lambda_image.domain.evidence import Revision
from lambda_image.domain.patch import FileChange, Patch, Proof, Proposal, VerifyRequest
from lambda_image.domain.prompt import Prompt
from lambda_image.ports import Reasoner
from lambda_image.steps.proof.python import RUNNER
from lambda_image.steps.repairing.propose import Terms, Workbench, propose
from tests.fakes.reasoner import ScriptedReasoner
from tests.fakes.source import MemoryRepository

CAUSE = Diagnosis((Claim("the program fails", ()),), Fault.CODE, Confidence.HIGH, (), (), (), ())
ENDLESS = "Failed"
# Of a program without end each case costs the tests' whole patience.
CASES_OF_ENDLESS = 3
_PIECE = re.compile(r"^(?=Traceback \(most recent call last\))", re.MULTILINE)
_END = re.compile(r"^(?:_{3,}|={3,}|-{3,}|FAILED|ERROR)", re.MULTILINE)


class Archived(MemoryRepository):
    """A repository in memory whose archive is one."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__({name: content.decode("utf-8", "replace") for name, content in files.items()})
        self.content = files

    def read(self, revision: Revision, path: str) -> bytes:
        """A file's bytes, line endings and all."""
        super().read(revision, path)
        return self.content[path]

    def archive(self, revision: Revision) -> bytes:
        """All files as a tar."""
        return packed(self.content)


@dataclass(frozen=True)
class Bug:
    """One program with its failure as it would be logged."""

    name: str
    files: dict[str, bytes]
    fixed: bytes
    log: str
    exception: str
    case: str
    inside: bool

    @property
    def path(self) -> str:
        """The program's file."""
        return f"python_programs/{self.name}.py"

    @property
    def whole(self) -> str:
        """The true fix with the description below the program, which only the buggy file has."""
        before, after = (text.decode().replace("\r\n", "\n") for text in (self.files[self.path], self.fixed))
        described = before.find('\n"""')
        return after if described < 0 else f"{after.rstrip()}\n{before[described:]}"

    def proof(self, content: bytes) -> Proof:
        """What the proof says of a new content of the program."""
        change = Patch("jkoppel/QuixBugs", "c" * 40, "diff", (FileChange(self.path, content),))
        request = VerifyRequest(packed(self.files), change, None, self.log, self.exception)
        return LocalVerifier(open_workspace).prove(request)

    def loop(self, reasoner: Reasoner, terms: Terms, *, tests: bool) -> Proposal:
        """The whole loop, with the repository's tests or without."""
        kept = {name: text for name, text in self.files.items() if tests or "/test_" not in name}
        (incident,) = incidents_in(self.log)[-1:]
        bench = Workbench(Archived(kept), reasoner, LocalVerifier(open_workspace), terms)
        return propose(incident, CAUSE, bench)

    def right(self) -> ScriptedReasoner:
        """A model that knows the true fix, and for a test the case that failed."""
        given, expected = json.loads(self.case) if self.case else ([], None)
        test = (
            f"from python_programs.{self.name} import {self.name}\n\n\ndef test_case():\n"
            f"    assert {self.name}(*{given!r}) == {expected!r}\n"
        )

        def write(prompt: Prompt) -> str:
            return f"```python\n{test if prompt.name == 'reproduce' else self.whole}\n```"

        return ScriptedReasoner(write=write)


def evaluate(arguments: Sequence[str]) -> dict[str, Any]:
    """Shares over all programs, and the names of those that were judged wrongly."""
    if not arguments:
        raise SystemExit("name a clone of jkoppel/QuixBugs: make eval PART=quixbugs ARGS=FOLDER")
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    began = time.monotonic()
    for bug in bugs(Path(arguments[0]), arguments[1:]):
        verdicts = dict(_judged(bug))
        for what, right in verdicts.items():
            counts[what] += 1
            counts[f"{what}, rightly"] += right
            if not right:
                wrong.append(f"{bug.name}: {what}")
        said = ", ".join(what for what, right in verdicts.items() if not right) or "rightly"
        sys.stderr.write(f"{round(time.monotonic() - began):5d} s  {bug.name}: {said}\n")
    return {**counts, "wrong": wrong, "seconds": round(time.monotonic() - began)}


def _judged(bug: Bug) -> Iterator[tuple[str, bool]]:
    idle = f"def {bug.name}(*args, **kwargs):\n    return None\n".encode()
    yield "true fix proved", bug.proof(bug.fixed).verdict == "proved"
    yield "buggy program refused", bug.proof(bug.files[bug.path] + b"\n# the same\n").verdict != "proved"
    yield "wrong program refused", bug.proof(idle).verdict != "proved"
    if bug.inside:
        done = bug.loop(bug.right(), Terms(), tests=True)
        yield "loop beside the tests proved", done.verified is not None
        if bug.case:
            alone = bug.loop(bug.right(), Terms(), tests=False)
            yield "loop with a reproduction proved", bool(alone.verified and alone.verified.reproduction)


def bugs(folder: Path, only: Sequence[str] = ()) -> Iterator[Bug]:
    """Each program that has a test which fails, logged by running it."""
    files = _files(folder)
    for path in sorted(files):
        name = path.rpartition("/")[2].removeprefix("test_").removesuffix(".py")
        fixed = files.get(f"correct_python_programs/{name}.py")
        if not path.startswith("python_testcases/test_") or fixed is None or (only and name not in only):
            continue
        if bug := _logged(name, _shown(files), fixed):
            yield bug


def _logged(name: str, files: dict[str, bytes], fixed: bytes) -> Bug | None:
    cases = f"json_testcases/{name}.json"
    with open_workspace(packed(files)) as workspace:
        run = workspace.run(RUNNER.own(None, (f"python_testcases/test_{name}.py",)) or ())  # type: ignore[arg-type]
    failed = RUNNER.results(run.exit_code, run.output).failed
    traces = RUNNER.traces(run.output)
    if not traces:
        return None
    log = next(piece for piece in _PIECE.split(run.output) if piece.startswith("Traceback"))
    log = _END.split(log)[0].strip()
    frames = [frame for frame in traces[0].frames if frame.in_app]
    number = re.search(r"input_data(\d+)", failed[0])
    lines = files[cases].decode().splitlines() if cases in files else []
    case = lines[int(number[1])] if number and lines else ""
    if traces[0].exception_type == ENDLESS and lines:
        kept = dict.fromkeys((case, *lines[:CASES_OF_ENDLESS]))
        files = {**files, cases: "\n".join(filter(None, kept)).encode()}
    inside = bool(frames) and frames[-1].file.endswith(f"python_programs/{name}.py")
    return Bug(name, files, fixed, log, traces[0].exception_type or "", case, inside)


def _files(folder: Path) -> dict[str, bytes]:
    words = (
        "python_programs",
        "correct_python_programs",
        "python_testcases",
        "json_testcases",
        "conftest.py",
    )
    tar = subprocess.run(
        ["git", "-C", str(folder), "archive", "HEAD", *words], check=True, capture_output=True
    )
    with tarfile.open(fileobj=io.BytesIO(tar.stdout)) as opened:
        return {
            each.name: file.read() for each in opened if each.isfile() and (file := opened.extractfile(each))
        }


def _shown(files: dict[str, bytes]) -> dict[str, bytes]:
    """The repository without its answers."""
    return {name: text for name, text in files.items() if not name.startswith("correct_")}


def packed(files: dict[str, bytes]) -> bytes:
    """A tar of these files."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return target.getvalue()
