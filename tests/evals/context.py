"""The code of the true fix in what the model is shown, beside whole files by base name.

`make eval PART=context ARGS=REPOSITORIES`: a folder of bare repositories, each as OWNER+NAME/repo or
OWNER/NAME.git, of those that the README of `python_bugs` names. What BugsInPy's failing tests wrote is read
from REPOSITORIES/traces/ID.txt, with _ for / in the id; indexes are kept in REPOSITORIES/indexes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lambda_image.commands.explain import problems_in
from lambda_image.domain.code import FUNCTION
from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.evidence import Revision, SourceExcerpt
from lambda_image.steps.answering.context import context
from lambda_image.steps.code.outline import outline
from lambda_image.steps.code.packing import CHARACTERS_PER_TOKEN
from lambda_image.steps.code.places import file_of, mentions
from tests.evals import code_speed
from tests.evals.bugs import BareRepository, Bug, bugs

TOKENS = 8_000
MISSING = """context needs bare repositories: make eval PART=context ARGS=FOLDER, with FOLDER/OWNER+NAME/repo
or FOLDER/OWNER/NAME.git as `git clone --bare` makes them; the README of python_bugs names which
"""


@dataclass
class Score:
    """Sums over files of true fixes: how many, shown, share of their functions, shown by the peer."""

    files: int = 0
    shown: float = 0.0
    functions: float = 0.0
    peer: float = 0.0
    seconds: list[float] = field(default_factory=list)

    def row(self) -> dict[str, object]:
        """The shares."""
        count = max(self.files, 1)
        return {
            "files": self.files,
            "file": round(self.shown / count, 3),
            "function": round(self.functions / count, 3),
            "file, plain rule": round(self.peer / count, 3),
            "seconds, most": round(max(self.seconds, default=0.0), 2),
        }


def evaluate(data: Path, arguments: Sequence[str]) -> Iterator[dict[str, object]]:
    """One row for each group of bugs, of all and of those whose text passes through the file of the fix."""
    yield code_speed.evaluate()
    folder = Path(arguments[0]) if arguments else Path("none")
    if not folder.is_dir():
        sys.stderr.write(MISSING)
        return
    scores: dict[tuple[str, bool], Score] = {}
    absent: set[str] = set()
    indexes = folder / "indexes"
    indexes.mkdir(exist_ok=True)
    for bug in bugs(data / "python_bugs", folder / "traces"):
        home = _home(folder, bug.repository)
        if home is None:
            absent.add(bug.repository)
            continue
        source = BareRepository(home, bug.commit, indexes / bug.repository.replace("/", "+"))
        _judge(bug, source, scores)
        source.close()
    for name in sorted(absent):
        sys.stderr.write(f"left out: {name} is not in {folder}\n")
    for (group, through), score in sorted(scores.items()):
        yield {"bugs": group, "of": "through the trace" if through else "all", **score.row()}


def _home(folder: Path, repository: str) -> Path | None:
    places = folder / repository.replace("/", "+") / "repo", folder / f"{repository}.git"
    return next((place for place in places if place.is_dir()), None)


def _judge(bug: Bug, source: BareRepository, scores: dict[tuple[str, bool], Score]) -> None:
    events = problems_in(bug.text)
    start = time.process_time()
    shown = [each for event in events for each in _shown(event, source, TOKENS // len(events))]
    seconds = time.process_time() - start
    plain = _whole_files(events, source)
    passed = _passed(events, source)
    for path, lines in bug.gold:
        if path not in source.blobs or path.startswith("test"):
            continue
        for key in ("all", bug.group):
            for through in {False, path in passed}:
                score = scores.setdefault((key, through), Score())
                score.files += 1
                score.shown += any(each.file == path for each in shown)
                score.functions += _covered(path, lines, source, shown)
                score.peer += path in plain
                score.seconds.append(seconds)


def _shown(event: RedactedEvent, source: BareRepository, tokens: int) -> tuple[SourceExcerpt, ...]:
    try:
        return context(event, Revision("", "", ""), source, tokens)
    except EvidenceUnavailable:
        return ()


def _passed(events: Sequence[RedactedEvent], source: BareRepository) -> set[str | None]:
    files = tuple(sorted(source.blobs))
    found = {file_of(frame, files) for event in events for frame in event.frames}
    return found | {
        each.file for event in events for each in mentions(event, files) if each.line or each.function
    }


def _covered(
    path: str, lines: Sequence[int], source: BareRepository, shown: Sequence[SourceExcerpt]
) -> float:
    """The share of changed functions that are shown whole; of changed lines where none is in a function."""
    defined = outline(path, source.content(path).decode("utf-8", "replace")).definitions
    spans = set()
    for line in lines:
        around = [each for each in defined if each.start <= line <= each.end and each.kind == FUNCTION]
        if around:
            inner = max(around, key=lambda each: each.start)
            spans.add((inner.start, inner.end))
    spans = spans or {(line, line) for line in lines}
    hits = [any(each.file == path and each.start <= a and b <= each.end for each in shown) for a, b in spans]
    return sum(hits) / len(hits) if hits else float(any(each.file == path for each in shown))


def _whole_files(events: Sequence[RedactedEvent], source: BareRepository) -> set[str]:
    """The plain rule: files with the base name of a frame, the innermost first, whole while there is room."""
    room, taken = TOKENS * CHARACTERS_PER_TOKEN, set[str]()
    for event in events:
        for frame in reversed(event.frames):
            name = PurePosixPath(frame.file.replace("\\", "/")).name
            for path in source.blobs:
                if PurePosixPath(path).name == name and path not in taken:
                    size = len(source.content(path))
                    if size <= room:
                        taken.add(path)
                        room -= size
    return taken
