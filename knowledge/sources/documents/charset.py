"""Bytes to text, where what is declared may be wrong."""

from __future__ import annotations

import codecs

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Every byte is a character in these, so that reading them without an error proves nothing.
_LAX = frozenset({"iso8859-1", "cp1252", "latin-1", "ascii"})
# By Python's names, those of https://encoding.spec.whatwg.org/#names-and-labels. Python knows others that
# change what they read (unicode_escape) or take for ever (punycode).
_WEB = _LAX | {
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic",
    "cp874", "tis-620", "gb2312", "gbk", "gb18030", "big5", "big5hkscs", "euc_jp", "iso2022_jp", "shift_jis",
    "cp932", "euc_kr", "cp949",
    *(f"cp{number}" for number in range(1250, 1259)),
    *(f"iso8859-{number}" for number in range(2, 17)),
}  # fmt: skip


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
        # Its bytes would not all be ASCII's: every second one of a tag's is 0.
        if name.startswith("utf-16") and raw.isascii() and b"\0" not in raw:
            continue
        # Browsers read Latin-1 as Windows-1252, which has a character for nearly every byte that it lacks.
        if name in _LAX:
            return raw.decode("cp1252", "replace")
        if (text := _strict(raw, name)) is not None:
            return text
    return raw.decode("utf-8", "replace")


def _known(name: str) -> str:
    """Python's name for an encoding of the web; empty for any other."""
    try:
        found = codecs.lookup(name.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return ""
    return found if found in _WEB else ""


def _strict(raw: bytes, name: str) -> str | None:
    try:
        return raw.decode(name)
    except (UnicodeError, ValueError):
        return None
