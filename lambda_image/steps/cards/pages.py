"""A card cut into messages: at a section, a line or a sentence; what is too long goes on in the thread."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from lambda_image.domain.card import Block, Form, Line, Part, Run, Section, Style
from lambda_image.steps.words.escape import END, ISOLATE
from lambda_image.steps.words.length import whole

Cost = Callable[[Line, Form], int]
# More messages than these are no answer any more.
MESSAGES = 3
# A page with so much of it left is filled by splitting; on a fuller one the next line begins a new page, as a
# listing always does that is whole there.
SPLIT_FROM = 0.4
_ENDS = re.compile(r"[.!?](?=\s)|[\u3002\uff01\uff1f]|\n")


@dataclass(slots=True)
class Page:
    """One message being filled; `room` is what is left of it."""

    room: int
    sections: list[Section] = field(default_factory=list)

    def put(self, at: tuple[Part, str, int], form: Form, line: Line) -> None:
        """Add a line; `at` is its section and the number of its block there."""
        part, heading, number = at
        last = self.sections[-1] if self.sections else None
        if last is None or (last.part, last.heading) != (part, heading):
            self.sections.append(Section(part, heading, (Block(form, (line,)),)))
            self._last = number
        elif self._last == number and form is not Form.LISTING:
            *before, block = last.blocks
            block = replace(block, lines=(*block.lines, line))
            self.sections[-1] = replace(last, blocks=(*before, block))
        else:
            self.sections[-1] = replace(last, blocks=(*last.blocks, Block(form, (line,))))
            self._last = number

    _last: int = -1


def pages(
    sections: Iterable[Section], room: int, cost: Cost, left_out: Line, most: int = MESSAGES
) -> tuple[tuple[Section, ...], ...]:
    """The sections on at most `most` pages of `room`, in what `cost` says that a line takes.

    Where that is not enough, the last page ends with `left_out`. `cost` grows by
    one or more with each character.
    """
    filled = [Page(room)]
    end = cost(left_out, Form.TEXT)
    for section in sections:
        heading = cost((Run(section.heading, Style.STRONG),), Form.TEXT) if section.heading else 0
        for number, block in enumerate(section.blocks):
            for line in block.lines:
                rest = line
                while rest:
                    last = len(filled) == most
                    page = filled[-1]
                    free = page.room - heading - (end if last else 0)
                    whole_page = room - heading - end
                    waits = not last and (block.form is Form.LISTING or free < whole_page * SPLIT_FROM)
                    head, rest = _divided(rest, block.form, (free, whole_page if waits else 0), cost)
                    if head:
                        page.put((section.part, section.heading, number), block.form, head)
                        page.room -= cost(head, block.form)
                        page.room -= heading if len(page.sections[-1].blocks) == 1 else 0
                    if rest and last:
                        page.put((Part.COST, "", -1), Form.TEXT, left_out)
                        return tuple(tuple(each.sections) for each in filled)
                    if rest:
                        filled.append(Page(room))
    return tuple(tuple(each.sections) for each in filled)


def _divided(line: Line, form: Form, room: tuple[int, int], cost: Cost) -> tuple[Line, Line]:
    """What of the line goes on this page, and what goes on.

    `room` is what is free of it, and that of the fresh page that a line may wait for.
    """
    free, fresh = room
    # No character costs less than one, so a line that is far too long need not be measured.
    length = sum(len(run.text) for run in line)
    needed = cost(line, form) if length <= max(free, fresh) else length
    if needed <= free:
        return line, ()
    if needed <= fresh:
        return (), line
    most = min(length, max(free, 0))
    return split(line, lambda head: cost(head, form) <= free, most, at_lines=form is Form.LISTING)


def split(
    line: Line, fits: Callable[[Line], bool], most: int, *, at_lines: bool = False
) -> tuple[Line, Line]:
    """The longest beginning of `most` characters that fits and ends at a sentence, or a word; and the rest.

    A link is not divided: half an address would be another one.
    """
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(_taken(line, middle)) else (low, middle - 1)
    said = "".join(run.text for run in line)
    at = _good_end(said, low, at_lines=at_lines)
    at = _before_link(line, at)
    return _taken(line, at), _dropped(line, at)


def _good_end(said: str, most: int, *, at_lines: bool) -> int:
    if most >= len(said):
        return most
    if at_lines:
        return said.rfind("\n", most // 2, most) + 1 or whole(said, most)
    ends = [found.end() for found in _ENDS.finditer(said, most // 3, most)]
    return ends[-1] if ends else said.rfind(" ", most // 3, most) + 1 or whole(said, most)


def _before_link(line: Line, at: int) -> int:
    start = 0
    for run in line:
        if run.url and start < at < start + len(run.text):
            return start
        start += len(run.text)
    return at


def _taken(line: Line, length: int) -> Line:
    taken: list[Run] = []
    for run in line:
        said = run.text[: max(length, 0)]
        turned = said.count(ISOLATE) > said.count(END)
        if said.strip(ISOLATE):
            taken.append(replace(run, text=said + END * turned))
        length -= len(run.text)
    return tuple(taken)


def _dropped(line: Line, length: int) -> Line:
    left: list[Run] = []
    for run in line:
        said = run.text[max(length, 0) :]
        turned = said.count(END) > said.count(ISOLATE)
        if said.strip(END):
            left.append(replace(run, text=ISOLATE * turned + said))
        length -= len(run.text)
    return tuple(left)
