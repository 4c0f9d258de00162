"""What a log says that could stand in code: names first, then plain words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from lambda_image.domain.events import Frame, RedactedEvent
from lambda_image.steps.code.words import names, of_name, words

# Frames speak of where the error passed, which is followed by itself; their text is no description of it.
_FRAME = re.compile(
    r'\s*(?:[A-Z]\S*>\s)?\s*(?:File "(?P<file>[^"]*)", line (?P<line>\d{1,9})|at \S.*[(:]\d+|[~^ ]+$)'
)
# What a person or a program marks as a name: by its form, or by what stands around it.
_MARKED = re.compile(
    r"`([^`\n]{2,80})`|'([\w.:/-]{2,60})'|\"([\w.:/-]{2,60})\"|(?<![\w-])--?([a-z][\w-]+)|"
    r"\b(\w+_\w+|[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*|\w+(?:\.\w+)+|\w+(?=\())"
)
_STOP = frozenset(
    "the and for with that this from not are was has have but can you when will would should could "
    "there here what which while into than then them they its also using used use get got all any out "
    "our one two only just like error exception traceback most recent call last line file none true "
    "false self import def class return info warning debug module does did doesn don isn".split()
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The inner words of names, all words, and the names as they stand."""

    names: tuple[str, ...]
    words: tuple[str, ...]
    whole: frozenset[str]


MOST_NAMES, MOST_WORDS = 60, 80
MOST_CHARACTERS = 20_000


def terms(event: RedactedEvent, lost: Collection[Frame] = ()) -> Terms:
    """What was said; of a trace only the lines of frames that are `lost`, all others are followed."""
    text = "\n".join(_said(event, {(frame.file, frame.line) for frame in lost}))[:MOST_CHARACTERS]
    marked = [next(filter(None, found)) for found in _MARKED.findall(text)]
    inner = _unique(word for each in marked for word in words(each))
    whole = frozenset(name for each in marked for name in names(each) if of_name(name))
    return Terms(inner[:MOST_NAMES], _unique(words(text))[:MOST_WORDS], whole)


def _said(event: RedactedEvent, lost: Collection[tuple[str, int | None]]) -> Iterator[str]:
    yield event.exception_type or ""
    yield event.message
    skip = False
    for line in (*event.lines, *event.context):
        frame = _FRAME.match(line)
        if frame and frame["file"]:
            skip = (frame["file"], int(frame["line"])) not in lost
            if not skip:
                yield PurePosixPath(frame["file"].replace("\\", "/")).stem
        elif frame is None:
            if not skip:
                yield line
            skip = False


def _unique(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in found if word not in _STOP))
