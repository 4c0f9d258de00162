"""What every reader of a format gives."""

from __future__ import annotations

from dataclasses import dataclass

# Characters or bytes of text from one document.
LARGEST_TEXT = 5_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """`title` is what the document itself says, or empty."""

    title: str
    text: str
