"""Where a searched text stands in a file: exactly, else but for white space and quotes; once or never."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lambda_image.domain.errors import PatchRefused
from lambda_image.steps.editing.answer import Edit
from lambda_image.steps.editing.indentation import indent, movement

# So many letters and digits have to be searched before a place that is only alike is believed.
TELLING = 8
NEAREST_LINES = 15
_STRING = re.compile(r"(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`)")
_INDENT = re.compile(r"^\s+")
_TYPED = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Splice:
    """Lines `start` to `stop` of a file become `new`; a number keeps the line that stands there."""

    start: int
    stop: int
    new: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    """A place that is only alike: `place` says which line of the file stands for which searched one."""

    path: str
    lines: Sequence[str]
    search: Sequence[str]
    place: dict[int, int]

    @property
    def start(self) -> int:
        """The first of the file's lines."""
        return min(self.place.values())

    @property
    def stop(self) -> int:
        """Behind the last one."""
        return max(self.place.values()) + 1

    def refused(self, why: str) -> PatchRefused:
        """With the lines as they are, to be copied."""
        return PatchRefused(f"{why}. Copy these lines:\n{_quoted(self.lines, self.start, self.stop)}")


def locate(lines: Sequence[str], edit: Edit) -> Splice:
    """The one place of a search/replace edit. Raises PatchRefused where there is none, or more than one."""
    search, put = _split(edit.search or ""), _split(edit.replace)
    if not any(line.strip() for line in search):
        raise PatchRefused(f"the searched text for {edit.path} is empty: copy the lines to be changed")
    exact = [at for at in range(len(lines) - len(search) + 1) if [*lines[at : at + len(search)]] == search]
    if edit.line is not None and edit.line - 1 in exact:
        exact = [edit.line - 1]
    if exact:
        start = _one(exact, edit.path)
        return Splice(start, start + len(search), _kept_or_new(search, put, start))
    search, put = ([_INDENT.sub(_spaces, line) for line in side] for side in (search, put))
    wanted = [at for at, line in enumerate(search) if line.strip()]
    real = [at for at, line in enumerate(lines) if line.strip()]
    for alike in (str.rstrip, str.strip, _spelled, _typed):
        if alike is not str.rstrip and sum(map(str.isalnum, "".join(search))) < TELLING:
            break
        places = _places([alike(lines[at]) for at in real], [alike(search[at]) for at in wanted])
        if places:
            start = _one(places, edit.path)
            place = dict(zip(wanted, real[start : start + len(wanted)], strict=True))
            search, put = _untrimmed(place, lines, search, put)
            found = _Match(edit.path, lines, _as_written(place, lines, search, put), place)
            return _merged(found, put)
    raise PatchRefused(f"the searched text does not stand in {edit.path}. {_nearest(lines, search, put)}")


def _spaces(found: re.Match[str]) -> str:
    """An indent as an editor writes it, without the spaces of a web page."""
    return found[0].translate(_TYPED)


def _split(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _one(places: Sequence[int], path: str) -> int:
    if len(places) > 1:
        raise PatchRefused(f"the searched text stands {len(places)} times in {path}: add lines around it")
    return places[0]


def _places(lines: list[str], wanted: list[str]) -> list[int]:
    return [at for at in range(len(lines) - len(wanted) + 1) if lines[at : at + len(wanted)] == wanted]


def _kept_or_new(search: list[str], put: list[str], start: int) -> tuple[int | str, ...]:
    """The new lines, those that were there before by their number."""
    new: list[int | str] = []
    for tag, at, to, new_from, new_to in _operations(search, put):
        new += range(start + at, start + to) if tag == "equal" else put[new_from:new_to]
    return tuple(new)


def _operations(search: Sequence[str], put: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return difflib.SequenceMatcher(None, search, put, autojunk=False).get_opcodes()


def _spelled(line: str) -> str:
    """But for white space, and which quotes a string stands in; what is in the string counts."""
    parts = _STRING.split(line.strip())
    return "".join(
        f'"{part[1:-1]}"' if number % 2 else re.sub(r"\s+", " ", part) for number, part in enumerate(parts)
    )


def _typed(line: str) -> str:
    """But for what a word processor makes of quotes and spaces, in strings too."""
    return re.sub(r"\s+", " ", _spelled(line.translate(_TYPED)))


def _untrimmed(
    place: dict[int, int], lines: Sequence[str], search: list[str], put: list[str]
) -> tuple[list[str], list[str]]:
    """Both sides of the edit with the indent of their first lines again, if that is all they lack."""
    first = min(place)
    lost = indent(lines[place[first]])
    rest = [(indent(search[ours]), indent(lines[place[ours]])) for ours in place if ours != first]
    if indent(search[first]) or not rest or any(mine != real for mine, real in rest):
        return search, put
    begins = _leading(put)
    if put and indent(put[begins]) == "":
        put = [*put[:begins], lost + put[begins], *put[begins + 1 :]]
    return [*search[:first], lost + search[first], *search[first + 1 :]], put


def _as_written(
    place: dict[int, int], lines: Sequence[str], search: Sequence[str], put: Sequence[str]
) -> list[str]:
    """The searched lines, those as the file has them that the new text has so too."""
    new = {line.rstrip() for line in put}
    real = {ours: lines[theirs].rstrip() for ours, theirs in place.items()}
    return [real[at] if at in real and real[at] in new else line for at, line in enumerate(search)]


def _merged(found: _Match, put: Sequence[str]) -> Splice:
    """The file's own lines where the edit keeps them, and its new lines as the file is indented."""
    kept: dict[int, int] = {}
    _same_margin(found, put)
    operations = _operations([line.rstrip() for line in found.search], [line.rstrip() for line in put])
    for tag, at, to, new_from, new_to in operations:
        if tag == "equal":
            kept |= {new_from + step: at + step for step in range(to - at) if at + step in found.place}
        else:
            _clear(found, range(at, to), put[new_from:new_to])
    added = [line for at, line in enumerate(put) if at not in kept and line.strip()]
    moved = _moved(found, added)
    blanks = _Blanks(found, kept)
    new: list[int | str] = [""] * (_leading(put) - _leading(found.search))
    last = None
    for at, line in enumerate(put):
        if line.strip():
            new += blanks.between(last, at)
            new.append(found.place[kept[at]] if at in kept else moved[line])
            last = at
    if last is not None:
        new += [""] * (_leading(put[::-1]) - _leading(found.search[::-1]))
    return Splice(found.start, found.stop, tuple(new))


def _same_margin(found: _Match, put: Sequence[str]) -> None:
    """Raises PatchRefused where the new text alone stands as the file does: moving it would be a guess."""
    ours, new, real = (
        min((indent(line) for line in side if line.strip()), key=len, default="")
        for side in (found.search, put, [found.lines[at] for at in found.place.values()])
    )
    if any(line.strip() for line in put) and new == real != ours:
        raise found.refused(f"how the new lines for {found.path} are indented is not clear")


def _leading(lines: Sequence[str]) -> int:
    return next((at for at, line in enumerate(lines) if line.strip()), 0)


def _clear(found: _Match, removed: range, added: Sequence[str]) -> None:
    """Raises PatchRefused where what was tolerated is what the edit would change."""
    pairs = [(found.search[ours], found.lines[found.place[ours]]) for ours in removed if ours in found.place]
    differ = any(mine.rstrip() != real.rstrip() for mine, real in pairs)
    same = [_typed(mine) for mine, _ in pairs] == [_typed(line) for line in added if line.strip()]
    if (differ and same) or any(_spelled(mine) != _spelled(real) for mine, real in pairs):
        raise found.refused(
            f"the edit changes white space or quotes of {found.path} that it does not quote as they are"
        )


def _moved(found: _Match, added: Sequence[str]) -> dict[str, str]:
    """The new lines as the file is indented; one that was only moved keeps the file's spelling."""
    pairs = (
        (indent(found.search[ours]), indent(found.lines[theirs])) for ours, theirs in found.place.items()
    )
    move = movement(pairs, map(indent, added), found.lines) or _nowhere
    spelled = {
        found.search[ours].strip(): found.lines[theirs].strip() for ours, theirs in found.place.items()
    }
    moved = {}
    for line in added:
        begins = move(indent(line))
        if begins is None:
            raise found.refused(f"how the new line {line.strip()!r} is indented in {found.path} is not clear")
        moved[line] = begins + spelled.get(line.strip(), line.lstrip(" \t"))
    return moved


def _nowhere(_indent: str) -> None:
    return None


class _Blanks:
    """The file's blank lines in place of those that were searched, each once."""

    def __init__(self, found: _Match, kept: dict[int, int]) -> None:
        self._kept = kept
        self._gaps: dict[int, tuple[int, int, range]] = {}
        for number, (left, right) in enumerate(pairwise(sorted(found.place))):
            gap = (number, right - left - 1, range(found.place[left] + 1, found.place[right]))
            self._gaps[left] = gap
            self._gaps.setdefault(-right, gap)
        self._told: set[int] = set()

    def between(self, before: int | None, after: int) -> list[int | str]:
        """The blank lines between two lines of the edit that are none."""
        if before is None:
            return []
        written = after - before - 1
        gap = self._gaps.get(self._kept[before]) if before in self._kept else None
        if gap is None and after in self._kept:
            gap = self._gaps.get(-self._kept[after])
        if gap is None or gap[0] in self._told or gap[1] != written:
            return [""] * written
        self._told.add(gap[0])
        return list(gap[2])


def _nearest(lines: Sequence[str], search: Sequence[str], put: Sequence[str]) -> str:
    """The real lines that are most like the searched ones, for the author of the edit."""
    told = [line.strip() for line in put if line.strip()]
    have = [line.strip() for line in lines]
    if sum(map(len, told)) >= TELLING and _places([line for line in have if line], told):
        return "But the new lines do: it was changed so before"
    mine = [line.strip() for line in search]
    run = difflib.SequenceMatcher(None, mine, have, autojunk=False).find_longest_match()
    if run.size and any(map(str.isalnum, "".join(mine[run.a : run.a + run.size]))):
        start = max(run.b - run.a, 0)
    else:
        longest = max(range(len(mine)), key=lambda at: len(mine[at]))
        close = difflib.get_close_matches(mine[longest], have, n=1, cutoff=0.5)
        if not close:
            return "No line of it is similar"
        start = max(have.index(close[0]) - longest, 0)
    return f"The nearest lines are:\n{_quoted(lines, start, start + len(search))}"


def _quoted(lines: Sequence[str], start: int, stop: int) -> str:
    return "\n".join(lines[start : min(stop, start + NEAREST_LINES)])
