"""What the model is shown of the code: the functions that the trace names, and the tests that call them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.events import Frame, RedactedEvent
from lambda_image.domain.evidence import Revision, SourceExcerpt
from lambda_image.ports import SourceCode

# Bedrock's tokenisers give about this many characters a token for code.
CHARACTERS_PER_TOKEN = 3.5
WINDOW = 20
TESTS = 2
TEST_FILES_READ = 40
# Where Lambda unpacks a function.
TASK_ROOT = "/var/task/"
_PACKAGED = (".java", ".kt", ".scala", ".groovy")
LARGEST_FILE = 2_000_000


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class: lines 1-based and inclusive, decorators included."""

    name: str
    start: int
    end: int


def context(
    event: RedactedEvent, revision: Revision, source: SourceCode, budget_tokens: int = 1_500
) -> tuple[SourceExcerpt, ...]:
    """Excerpts in the order of their worth, together within the budget.

    The frame that raised comes first and always holds its failing line; then its callers, then tests
    that name the failing function. Raises EvidenceUnavailable when the tree or that line cannot be shown.
    """
    files = source.files(revision)
    room = int(budget_tokens * CHARACTERS_PER_TOKEN)
    taken: list[SourceExcerpt] = []
    for excerpt, line in _candidates(event, revision, source, files):
        if any(covers(other, excerpt) for other in taken):
            continue
        fitted = excerpt if len(excerpt.text) <= room else _shrunk(excerpt, line, room)
        if fitted is None and not taken:
            fitted = _shrunk(excerpt, line, room, at_least_the_line=True)
            if fitted is None:
                where = f"line {line} of {excerpt.file}"
                raise EvidenceUnavailable(
                    "source code", f"{where} is too long to be shown", "Map the sources, not a bundle"
                )
        if fitted is None:
            break
        taken.append(fitted)
        room -= len(fitted.text)
    return tuple(taken)


def locate(path: str, files: Sequence[str]) -> str | None:
    """The repository's file behind a frame's path: the longest common suffix of whole names, if unique.

    /var/task/shop/utils.py is shop/utils.py or src/shop/utils.py and never lib/utils.py. Libraries are
    unpacked beside the code there, so all that stands behind /var/task must be found.
    """
    unified = path.replace("\\", "/").removeprefix("file://")
    deployed = unified.startswith(TASK_ROOT)
    parts = unified.removeprefix(TASK_ROOT).strip("/").split("/")
    lengths = {file: _common_suffix(parts, file.split("/")) for file in files if file.endswith(parts[-1])}
    best = max(lengths.values(), default=0)
    least = len(parts) if deployed else 1
    found = [file for file, length in lengths.items() if length == best >= least]
    whole = [file for file in found if best == len(file.split("/"))]
    chosen = whole or found
    return chosen[0] if len(chosen) == 1 else None


def path_of(frame: Frame) -> str:
    """Where a frame's file stands: Java and Kotlin print its name, and its package tells the folders."""
    package = (frame.function or "").rpartition(".")[0].rpartition(".")[0]
    if package and frame.file.endswith(_PACKAGED) and "/" not in frame.file:
        return f"{package.replace('.', '/')}/{frame.file}"
    return frame.file


def covers(one: SourceExcerpt, other: SourceExcerpt) -> bool:
    """Whether `other` shows nothing that `one` does not show."""
    return one.file == other.file and one.start <= other.start and other.end <= one.end


def enclosing(text: str, line: int) -> Definition | None:
    """The innermost function around a line of Python, else the innermost class; None for other text."""
    found = [each for each in definitions(text) if each.start <= line <= each.end]
    return max(found, key=lambda each: each.start, default=None)


def definitions(text: str) -> tuple[Definition, ...]:
    """All functions and classes of Python source; none where it does not parse."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    return tuple(
        Definition(
            node.name,
            min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]),
            node.end_lineno or node.lineno,
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )


def _candidates(
    event: RedactedEvent, revision: Revision, source: SourceCode, files: Sequence[str]
) -> Iterator[tuple[SourceExcerpt, int]]:
    symbol = ""
    for rank, (frame, file) in enumerate(_own_frames(event, files)):
        text = _text(source, revision, file)
        line = frame.line or 1
        missing = _missing(file, text, line)
        if missing and rank == 0:
            raise missing
        if text is None or missing:
            continue
        why = "raised the error" if rank == 0 else "is on the way to the error"
        excerpt = _around(file, text, line, f"line {line} {why}")
        symbol = symbol or excerpt.symbol or frame.function or ""
        yield excerpt, line
    if symbol:
        yield from _tests(revision, source, files, symbol.rpartition(".")[2])


def _missing(file: str, text: str | None, line: int) -> EvidenceUnavailable | None:
    if text is None:
        return EvidenceUnavailable("source code", f"{file} is larger than 2 MB", "Split the file")
    there = len(text.split("\n"))
    if line > there:
        reason = f"{file} has {there} lines at this commit and the trace names line {line}"
        return EvidenceUnavailable("source code", reason, "Map the log group to the commit that is deployed")
    return None


def _own_frames(event: RedactedEvent, files: Sequence[str]) -> Iterator[tuple[Frame, str]]:
    """Frames that stand in a file of the repository, the raising one first."""
    for frame in reversed(event.frames):
        if frame.in_app and (file := locate(path_of(frame), files)):
            yield frame, file


def _tests(
    revision: Revision, source: SourceCode, files: Sequence[str], symbol: str
) -> Iterator[tuple[SourceExcerpt, int]]:
    shown = 0
    named = re.compile(rf"\b{re.escape(symbol)}\b")
    tests = [file for file in files if "test" in file.lower() and file.endswith(".py")]
    for file in tests[:TEST_FILES_READ]:
        text = _text(source, revision, file) or ""
        for each in definitions(text):
            lines = text.split("\n")[each.start - 1 : each.end]
            if each.name.startswith("test") and any(named.search(line) for line in lines):
                reason = f"tests {symbol}"
                yield (
                    SourceExcerpt(file, each.start, each.end, each.name, reason, "\n".join(lines)),
                    each.start,
                )
                shown += 1
                if shown == TESTS:
                    return


def _around(file: str, text: str, line: int, reason: str) -> SourceExcerpt:
    lines = text.split("\n")
    found = enclosing(text, line)
    start, end = (
        (found.start, found.end) if found else (max(line - WINDOW, 1), min(line + WINDOW, len(lines)))
    )
    return SourceExcerpt(
        file, start, end, found.name if found else "", reason, "\n".join(lines[start - 1 : end])
    )


def _shrunk(
    excerpt: SourceExcerpt, line: int, room: int, *, at_least_the_line: bool = False
) -> SourceExcerpt | None:
    """The part of the excerpt around the line that fits; None when that would be less than a few lines."""
    lines = excerpt.text.split("\n")
    middle = min(max(line - excerpt.start, 0), len(lines) - 1)
    start, end, size = middle, middle, len(lines[middle])
    for distance in range(1, len(lines)):
        for at in (middle - distance, middle + distance):
            if 0 <= at < len(lines) and at in (start - 1, end + 1) and size + len(lines[at]) < room:
                start, end, size = min(start, at), max(end, at), size + len(lines[at]) + 1
    if size > room or (end - start < 2 and not at_least_the_line):
        return None
    kept = "\n".join(lines[start : end + 1])
    first, last = excerpt.start + start, excerpt.start + end
    return SourceExcerpt(excerpt.file, first, last, excerpt.symbol, excerpt.reason, kept)


def _common_suffix(one: Sequence[str], other: Sequence[str]) -> int:
    length = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        length += 1
    return length


def _text(source: SourceCode, revision: Revision, file: str) -> str | None:
    """A file's text; None where it is too large to be looked into."""
    content = source.read(revision, file)
    return None if len(content) > LARGEST_FILE else content.decode("utf-8", errors="replace")
