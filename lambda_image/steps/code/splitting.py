"""A file for the index: its parts, each with the words that it can be found by."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_image.domain.code import Part
from lambda_image.steps.code.outline import is_code, outline, parts
from lambda_image.steps.code.words import words

# Characters; larger files are data or made by machines.
LARGEST = 500_000
CONFIGURATION = ("yml", "yaml", "toml", "ini", "cfg", "conf", "properties", "env")
LARGEST_CONFIGURATION = 30_000


def is_indexed(file: str) -> bool:
    """Whether a file is worth looking into: code, and what configures it."""
    return is_code(file) or file.rpartition(".")[2].lower() in CONFIGURATION


def split(file: str, text: str) -> Iterator[tuple[Part, tuple[str, str, str]]]:
    """The parts of a file with the words of name, path and text."""
    if len(text) > (LARGEST if is_code(file) else LARGEST_CONFIGURATION):
        return
    lines = text.split("\n")
    path = " ".join(words(file))
    for part in parts(file, text, outline(file, text)):
        named = " ".join(words(f"{part.owner} {part.name}"))
        body = " ".join(words("\n".join(lines[part.start - 1 : part.end])))
        yield part, (named, path, body)
