"""What of a passage is embedded: its place in the wiki and its text, as a reader sees them together."""

from __future__ import annotations

from knowledge.passage import Passage


def text_of(passage: Passage) -> str:
    """Title and headings on one line, then the text."""
    return " ".join((passage.title, *passage.heading)) + "\n" + passage.text
