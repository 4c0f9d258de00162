"""Where a trace points: the paths of frames and texts, found in the repository by their longest suffix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lambda_image.domain.events import Frame, RedactedEvent
from lambda_image.steps.code.outline import ENDINGS

# Where a platform unpacks a team's code; libraries are unpacked beside it, so all that follows must be found.
_ROOTS = re.compile(
    r"^/var/task/|^/opt/(?:python|nodejs)/|^webpack(?:-internal)?://(?:[^/]*/)?(?:\./)?|^app:///"
)
# Behind these stand packages. The repository may be one of them.
_PACKAGES = re.compile(r".*/(?:site|dist)-packages/|.*/node_modules/|.*/pkg/mod/|.*/gems/[^/]+/")
# Folders that hold sources without being part of a module's name.
_SOURCES = re.compile(r"(?:src|lib|python|app|source|src/main/(?:java|kotlin|scala|groovy)|src/test/java)/")
_PACKAGED = (".java", ".kt", ".scala", ".groovy")
MOST_CHARACTERS = 100_000
_MODULE = re.compile(r"@v?\d[^/]*(?=/)|\?\w*$")
_ENDING = "|".join(sorted(ENDINGS))
_MENTION = re.compile(
    rf"(?P<path>[\w@.~+:/\\-]{{0,300}}[\w-]\.(?:{_ENDING}))\b(?:\"?, line |:|\()?(?P<line>\d+)?"
    r"(?:[:,)]?\d*\)?,? in (?P<function>[\w.<>]+))?"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A file of the repository that a text names, with a line and a function where it tells them."""

    file: str
    line: int | None
    function: str


def locate(path: str, files: Sequence[str]) -> str | None:
    """The repository's file behind a frame's path: the longest common suffix of whole names, if unique.

    /var/task/shop/utils.py is shop/utils.py or src/shop/utils.py and never lib/utils.py. A base name alone
    is a file only where nothing else is left of one of the two paths.
    """
    unified = _MODULE.sub("", path.replace("\\", "/").removeprefix("file://"))
    rooted = _ROOTS.match(unified)
    packaged = _PACKAGES.match(unified)
    tail = unified[rooted.end() if rooted else 0 :]
    if packaged:
        tail = unified[packaged.end() :]
    parts = [part for part in tail.split("/") if part not in {"", "."}]
    if not parts:
        return None
    lengths = {file: _common_suffix(parts, file.split("/")) for file in files if file.endswith(parts[-1])}
    best = max(lengths.values(), default=0)
    least = len(parts) if rooted or packaged else 1
    found = [file for file, length in lengths.items() if length == best >= least]
    whole = [file for file in found if _is_whole(file, best)]
    if packaged or (best == 1 and len(parts) > 1):
        found = whole
    chosen = whole or found
    return chosen[0] if len(chosen) == 1 else None


def path_of(frame: Frame) -> str:
    """Where a frame's file stands: Java and Kotlin print its name, and its package tells the folders."""
    package = (frame.function or "").rpartition(".")[0].rpartition(".")[0]
    if package and frame.file.endswith(_PACKAGED) and "/" not in frame.file:
        return f"{package.replace('.', '/')}/{frame.file}"
    return frame.file


def file_of(frame: Frame, files: Sequence[str]) -> str | None:
    """The repository's file that a frame stands in; a library can be the repository itself.

    An installed package is one by its place, a Java package by all of its folders.
    """
    path = path_of(frame)
    if frame.in_app or _PACKAGES.match(frame.file):
        return locate(path, files)
    whole = [file for file in files if path != frame.file and f"/{file}".endswith(f"/{path}")]
    return whole[0] if len(whole) == 1 else None


def is_test(file: str) -> bool:
    """Whether a path is that of a test, by the customs of its language."""
    return bool(_TEST.search(file))


_TEST = re.compile(
    r"(?:^|/)(?:tests?|testing|__tests__|specs?|testcases|e2e)/|(?:^|/)(?:test_|conftest\.)|(?:^|[/._])tests?\.\w+$|"
    r"[._]spec\.\w+$|(?:Tests?|Spec|TestCase)\.(?:java|kt|cs|php|scala|groovy|swift)$|_(?:testcases|tests)/|Tests/"
)


def mentions(event: RedactedEvent, files: Sequence[str]) -> tuple[Mention, ...]:
    """What the text names beside the frames, the last first: as in a trace of Python it is the nearest."""
    text = "\n".join((*event.lines, *event.context, event.message))[:MOST_CHARACTERS]
    seen: dict[str, str | None] = {}
    made: dict[Mention, None] = {}
    for match in _MENTION.finditer(text):
        path = match["path"]
        if path not in seen:
            seen[path] = locate(path.lstrip("~"), files)
        if file := seen[path]:
            line = int(match["line"]) if match["line"] and len(match["line"]) < 7 else None
            made[Mention(file, line, bare(match["function"] or ""))] = None
    return tuple(reversed(made))


def bare(function: str) -> str:
    """The last name of a printed function, without what a language puts around it."""
    names: list[str] = re.findall(r"[^\W\d]\w*", function.partition("(")[0].replace("::", "."))
    return names[-1] if names and not function.startswith("<") else ""


def _is_whole(file: str, length: int) -> bool:
    """Whether these last parts are all of a path but the folder of the sources."""
    rest = "/".join(file.split("/")[:-length])
    return not rest or bool(_SOURCES.fullmatch(f"{rest}/"))


def _common_suffix(one: Sequence[str], other: Sequence[str]) -> int:
    length = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        length += 1
    return length
