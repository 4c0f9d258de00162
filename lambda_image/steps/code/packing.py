"""What fits: excerpts within a budget, the worthiest first, long ones cut around their lines."""

from __future__ import annotations

from collections.abc import Iterable

from lambda_image.domain.code import Part
from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.evidence import SourceExcerpt
from lambda_image.steps.code.trail import Shown
from lambda_image.steps.code.tree import Tree

# Bedrock's tokenisers give about this many characters a token for code.
CHARACTERS_PER_TOKEN = 3.5
# One part may take this share of the budget; the one that raised may take all.
SHARE = 0.35
LEAST_LINES = 3
# What remains is too small for anything but a few lines.
CRUMBS = 80
MISSES = 25
# In a small budget stands only what is near certain: a small model believes whatever it is shown.
SMALL, NEAR_CERTAIN = 4_000 * CHARACTERS_PER_TOKEN, 0.35


def pack(shown: Iterable[Shown], tree: Tree, room: int) -> tuple[SourceExcerpt, ...]:
    """Excerpts of at most `room` characters. Raises EvidenceUnavailable if the first cannot be cut."""
    taken: list[SourceExcerpt] = []
    left, misses = room, 0
    for each in shown:
        if room < SMALL and each.worth < NEAR_CERTAIN:
            break
        if any(_covers(other, each.part) for other in taken):
            continue
        first = not taken and bool(each.focus)
        excerpt = _excerpt(each, tree)
        limit = left if first else min(left, int(room * SHARE))
        fitted = excerpt if len(excerpt.text) <= limit else _cut(excerpt, each.focus, limit, anyhow=first)
        if fitted is None and first:
            where = f"line {min(each.focus)} of {excerpt.file}"
            raise EvidenceUnavailable(
                "source code", f"{where} is too long to be shown", "Map the sources, not a bundle"
            )
        if fitted is None:
            misses += 1
        else:
            taken.append(fitted)
            left -= len(fitted.text)
        if left < CRUMBS or misses > MISSES:
            break
    return tuple(taken)


def _covers(excerpt: SourceExcerpt, part: Part) -> bool:
    return excerpt.file == part.file and excerpt.start <= part.start and part.end <= excerpt.end


def _excerpt(shown: Shown, tree: Tree) -> SourceExcerpt:
    part = shown.part
    symbol = f"{part.owner}.{part.name}" if part.owner and part.name else part.name
    return SourceExcerpt(part.file, part.start, part.end, symbol, shown.reason, tree.lines(part))


def _cut(excerpt: SourceExcerpt, focus: frozenset[int], room: int, *, anyhow: bool) -> SourceExcerpt | None:
    """What fits of the excerpt around its first line in focus; None when that would be a few lines."""
    lines = excerpt.text.split("\n")
    middle = min(max(min(focus, default=excerpt.start) - excerpt.start, 0), len(lines) - 1)
    start, end, size = middle, middle, len(lines[middle])
    for distance in range(1, len(lines)):
        for at in (middle - distance, middle + distance):
            if 0 <= at < len(lines) and at in (start - 1, end + 1) and size + len(lines[at]) < room:
                start, end, size = min(start, at), max(end, at), size + len(lines[at]) + 1
    if size > room or (end - start < LEAST_LINES - 1 and not anyhow):
        return None
    kept = "\n".join(lines[start : end + 1])
    first, last = excerpt.start + start, excerpt.start + end
    return SourceExcerpt(excerpt.file, first, last, excerpt.symbol, excerpt.reason, kept)
