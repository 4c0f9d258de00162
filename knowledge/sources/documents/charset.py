"""Bytes to text, where what is declared may be wrong."""

from __future__ import annotations

import codecs

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Every byte is a character in these, so that reading them without an error proves nothing.
_LAX = frozenset({"iso8859-1", "cp1252", "latin-1", "ascii"})


def decoded(raw: bytes, *declared: str) -> str:
    """The text. Declared character sets are tried in turn; what fits none of them is replaced.

    Bytes that are UTF-8 beyond ASCII are UTF-8, whatever is declared: no other text looks like it.
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return raw.decode(name, "replace")
    if not raw.isascii() and (text := _strict(raw, "utf-8")) is not None:
        return text
    for name in filter(None, map(_known, declared)):
        # Browsers read Latin-1 as Windows-1252, which has a character for nearly every byte that it lacks.
        if name in _LAX:
            return raw.decode("cp1252", "replace")
        if (text := _strict(raw, name)) is not None:
            return text
    return raw.decode("utf-8", "replace")


def _known(name: str) -> str:
    """Python's name for a text encoding; empty where it has none."""
    try:
        found = codecs.lookup(name.strip().strip("\"'"))
    except (LookupError, ValueError):
        return ""
    return found.name if getattr(found, "_is_text_encoding", True) else ""


def _strict(raw: bytes, name: str) -> str | None:
    try:
        return raw.decode(name)
    except (UnicodeError, ValueError):
        return None
