"""Lengths of time as people write them: 30m, 12h, 2d, 1w."""

from __future__ import annotations

import re

from lambda_image.domain.errors import InputRefused

# Milliseconds.
UNITS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
LONGEST = 366 * UNITS["d"]


def milliseconds(span: str) -> int:
    """The length. Raises InputRefused for what is none, or is longer than a year."""
    found = re.fullmatch(r"([1-9]\d{0,4})([mhdw])", span.strip(), re.ASCII)
    if not found:
        raise InputRefused(f"{span[:40]!r} is no length of time; write 30m, 12h, 2d or 1w")
    length = int(found[1]) * UNITS[found[2]]
    if length > LONGEST:
        raise InputRefused(f"{span} is longer than a year; mute it again then")
    return length
