"""Next steps, verbatim from the runbook; a command stands there whole or in a block of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from textwrap import dedent

from lambda_image.domain.evidence import Span
from lambda_image.domain.notification import NEXT_STEP_LIMIT
from lambda_image.steps import messages
from lambda_image.steps.escape import code, fence, plain
from lambda_image.steps.length import cut, size

BLOCKS_LIMIT = 4_000
LETTERS = "ABCDEFGH"


def instructions(
    steps: Iterable[Span], allowed: Callable[[str], bool]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The next steps, each once, and the command blocks for the description that some of them point at."""
    lines: dict[str, None] = {}
    blocks: list[str] = []
    for step in steps:
        line = code(step.text) if step.command else plain(step.text, allowed, unlinked=str)
        if _altered(step) or (size(line) > NEXT_STEP_LIMIT and "`" in line):
            letter = LETTERS[len(blocks) % len(LETTERS)]
            heading = messages.COMMANDS.format(letter=letter, source=plain(step.source))
            block = f"{heading}\n{fence(dedent(step.text))}"
            room = BLOCKS_LIMIT - sum(size(each) for each in blocks)
            fits = size(block) <= room and len(blocks) < len(LETTERS)
            blocks += [block] if fits else []
            line = messages.STEPS_BELOW.format(letter=letter) if fits else _elsewhere(step)
        lines[_shortened(step, line)] = None
    return tuple(lines), tuple(blocks)


def origin(steps: Iterable[Span], allowed: Callable[[str], bool]) -> str:
    """The pages that the steps were lifted from, each once; empty without steps."""
    pages = dict.fromkeys((step.source, step.url) for step in steps)
    named = [f"{plain(source)} {plain(url, allowed)}" if url else plain(source) for source, url in pages]
    return messages.STEPS_FROM.format(pages=", ".join(named)) if named else ""


def _altered(step: Span) -> bool:
    """Several lines, runs of blanks and code marks of its own would not survive in a list item."""
    return step.command and (" ".join(step.text.split()) != step.text.strip() or "`" in step.text)


def _elsewhere(step: Span) -> str:
    return messages.STEPS_ELSEWHERE.format(source=plain(cut(step.source, 150)))


def _shortened(step: Span, line: str) -> str:
    if size(line) <= NEXT_STEP_LIMIT:
        return line
    rest = f" {step.url}" if step.url and size(step.url) < NEXT_STEP_LIMIT // 2 else ""
    return cut(line, NEXT_STEP_LIMIT - size(rest)) + rest
