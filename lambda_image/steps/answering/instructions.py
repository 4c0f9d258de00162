"""Next steps, verbatim from the runbook, and the pages that they were lifted from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from textwrap import dedent
from typing import TYPE_CHECKING

from lambda_image.domain.card import Block, Line, Part, Run, Section, items, section, text
from lambda_image.domain.evidence import Span
from lambda_image.steps.words import messages
from lambda_image.steps.words.ink import code, linked, listing, prose

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice


def instructions(say: Voice, steps: Iterable[Span], allowed: Callable[[str], bool]) -> Section:
    """The steps, each once; a command that would not survive in a line stands in a listing of its own."""
    once = tuple({step.text: step for step in steps}.values())
    blocks: list[Block] = []
    for altered, group in groupby(once, key=_altered):
        if altered:
            blocks += [block for step in group for block in listing(dedent(step.text))]
        else:
            blocks.append(items(*(_step(step, allowed) for step in group)))
    if once:
        blocks.append(text(_origin(say, once, allowed)))
    return section(Part.STEPS, say.say(messages.STEPS), *blocks)


def _step(step: Span, allowed: Callable[[str], bool]) -> Line:
    return code(step.text) if step.command else prose(step.text, allowed, unlinked=str)


def _altered(step: Span) -> bool:
    """Several lines, runs of blanks and code marks of its own would not survive in a list item."""
    return step.command and (" ".join(step.text.split()) != step.text.strip() or "`" in step.text)


def _origin(say: Voice, steps: Iterable[Span], allowed: Callable[[str], bool]) -> Line:
    """The pages, each once."""
    named: list[Line] = []
    for source, url in dict.fromkeys((step.source, step.url or "") for step in steps):
        named += [(Run(", "),)] if named else []
        named.append(linked(prose(source), url if allowed(url) else ""))
    return say.line(messages.STEPS_FROM, pages=tuple(run for line in named for run in line))
