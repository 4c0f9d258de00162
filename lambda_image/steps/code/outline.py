"""A file's definitions by the syntax tree of its language, and the parts that it falls into."""

from __future__ import annotations

from itertools import groupby

from lambda_image.domain.code import CLASS, FUNCTION, REST, Definition, Outline, Part
from lambda_image.steps.code import grammars, python

PYTHON = {"py", "pyi", "pyw"}
ENDINGS = PYTHON | set(grammars.GRAMMARS)
# A run of lines outside of functions is cut into parts of this size.
RUN = 60
# Machine-made code has such lines; no syntax tree of it tells anybody anything.
LONGEST_LINE = 5_000


def is_code(file: str) -> bool:
    """Whether the file's language is one whose syntax is known."""
    return ending(file) in ENDINGS


def ending(file: str) -> str:
    """What stands behind the last dot of a path, in lower case."""
    return file.rpartition(".")[2].lower()


def outline(file: str, text: str) -> Outline:
    """What a file defines and imports; nothing for a language that is not known."""
    kind = ending(file)
    if kind not in ENDINGS or any(len(line) > LONGEST_LINE for line in text.split("\n")):
        return Outline()
    return python.read(text) if kind in PYTHON else grammars.read(text, kind)


def parts(file: str, text: str, found: Outline) -> tuple[Part, ...]:
    """All lines of a file that are not blank, each in one part; functions inside functions stay whole."""
    lines = text.split("\n")
    belongs: list[Definition | None] = [None] * (len(lines) + 1)
    owners: dict[Definition, str] = {}
    for each in found.definitions:
        around = belongs[each.start] if each.start < len(belongs) else None
        if around is not None and around.kind == FUNCTION:
            continue
        owners[each] = around.name if around else ""
        end = min(each.end, len(lines))
        belongs[each.start : end + 1] = [each] * (end + 1 - each.start)
    made: list[Part] = []
    for _, run in groupby(range(1, len(lines) + 1), key=lambda line: id(belongs[line])):
        numbers = list(run)
        made += _cut(file, lines, numbers, belongs[numbers[0]], owners)
    return tuple(made)


def _cut(
    file: str, lines: list[str], run: list[int], unit: Definition | None, owners: dict[Definition, str]
) -> list[Part]:
    start, end = run[0], run[-1]
    while start <= end and not lines[start - 1].strip():
        start += 1
    while end >= start and not lines[end - 1].strip():
        end -= 1
    if start > end:
        return []
    owner = owners[unit] if unit else ""
    if unit and unit.kind == FUNCTION:
        return [Part(file, unit.name, start, end, FUNCTION, owner)]
    kind, name = (CLASS, unit.name) if unit else (REST, "")
    return [
        Part(file, name, first, min(first + RUN - 1, end), kind, owner)
        for first in range(start, end + 1, RUN)
    ]


def enclosing(file: str, text: str, line: int) -> Definition | None:
    """The definition around a line that others can name: of functions in functions the outer, else the class.

    None where there is none, or the language is not known.
    """
    found = [each for each in outline(file, text).definitions if each.start <= line <= each.end]
    functions = [each for each in found if each.kind == FUNCTION]
    if functions:
        return min(functions, key=lambda each: each.start)
    return max(found, key=lambda each: each.start, default=None)
