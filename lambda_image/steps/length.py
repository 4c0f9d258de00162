"""How long a message is, and how it is shortened without breaking a sentence or a code block."""

from __future__ import annotations

import re

from lambda_image.steps.escape import FENCE


def size(text: str) -> int:
    """Length in UTF-16 units, the strictest way in which a character limit can be counted."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """At most `limit` long: ended at a sentence or a word, marked with an ellipsis, its code closed.

    Half a URL would be another URL, so the last word is left out if it is one.
    """
    return text if size(text) <= limit else _closed(_ended(text, limit - size(f"\n\u2026\n{FENCE}")))


def short(text: str, limit: int) -> str:
    """The same for one line of plain text, in which there is no code to close."""
    return text if size(text) <= limit else f"{_ended(text, limit - 1)}\u2026"


def _ended(text: str, room: int) -> str:
    """What fits the room, up to the end of a sentence or a word."""
    while size(text) > room:
        text = text[: -max((size(text) - room) // 2, 1)]
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)|[\u3002\uff01\uff1f]|\n", text)]
    best = ends[-1] if ends and ends[-1] > len(text) * 2 // 3 else text.rfind(" ")
    if best > len(text) // 2:
        text = text[:best]
    return re.sub(r"&\w{0,4}$|\S*://\S*$", "", text).rstrip()


def _closed(text: str) -> str:
    """Whatever code the cut left open is closed; half a fence at the end is dropped first."""
    text = re.sub(r"\n`{1,2}$", "", text).rstrip()
    if text.count(FENCE) % 2:
        return f"{text}\n\u2026\n{FENCE}"
    last = text.rpartition("\n")[2].replace(FENCE, "")
    return f"{text}`\u2026" if last.count("`") % 2 else f"{text}\u2026"


def fit(parts: list[str], limit: int, separator: str = "\n\n") -> str:
    """The parts joined, most important first; those that no longer fit are cut or left out."""
    text = ""
    for part in filter(None, parts):
        joined = f"{text}{separator}{part}" if text else part
        if size(joined) > limit:
            room = limit - size(text) - size(separator)
            return f"{text}{separator}{cut(part, room)}" if room > 200 and text else cut(joined, limit)
        text = joined
    return text
