"""How long a message is, and how it is shortened without breaking a sentence or a code block."""

from __future__ import annotations

import re
import unicodedata

from lambda_image.steps.words.escape import END, FENCE, ISOLATE

# Longer chains of marks are not looked through for their letter.
_REACH = 32
# Two of these letters are a flag.
_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


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


def whole(text: str, at: int) -> int:
    """Where to cut at `at` or just before, so that no letter loses its marks and no emoji a part of it."""
    places = range(at, max(at - _REACH, 0), -1)
    return next((place for place in places if not _goes_on(text, place)), at)


def _goes_on(text: str, place: int) -> bool:
    """Whether a mark, a colour of skin or the second half of a flag stands there."""
    letter = text[place : place + 1]
    if not letter:
        return False
    if letter in _FLAGS:
        before = text[max(place - _REACH, 0) : place]
        return (len(before) - len(before.rstrip(_FLAGS))) % 2 == 1
    return unicodedata.category(letter).startswith("M") or "\U0001f3fb" <= letter <= "\U0001f3ff"


def _ended(text: str, room: int) -> str:
    """What fits the room, up to the end of a sentence or a word."""
    said, turned = text, ISOLATE in text
    while size(text) > room - turned:
        text = text[: -max((size(text) - room + turned) // 2, 1)]
    text = text[: whole(said, len(text))]
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)|[\u3002\uff01\uff1f]|\n", text)]
    best = ends[-1] if ends and ends[-1] > len(text) * 2 // 3 else text.rfind(" ")
    if best > len(text) // 2:
        text = text[:best]
    text = re.sub(r"&\w{0,4}$|\S*://\S*$", "", text).rstrip()
    return text + END * (text.count(ISOLATE) - text.count(END))


def _closed(text: str) -> str:
    """Whatever code the cut left open is closed; half a fence at the end is dropped first."""
    text = re.sub(r"\n`{1,2}$", "", text).rstrip()
    if text.count(FENCE) % 2:
        return f"{text}\n\u2026\n{FENCE}"
    last = text.rpartition("\n")[2].replace(FENCE, "")
    return f"{text}`\u2026" if last.count("`") % 2 else f"{text}\u2026"
