"""Which messages need no second look: those that begin something new and are no error.

Most of a log says the same again and again with other numbers, so the answer is remembered: for a message
whose digits are all 1, and where numbers may tell (in JSON and in access logs) for one that keeps the short
ones. An error counted as `ERROR count: 1` is looked at again, so that `ERROR count: 0` can be told from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from lambda_image.steps.assemble import UNKNOWN
from lambda_image.steps.continuation import Kind, goes_on, kind_of, may_go_on
from lambda_image.steps.detect import is_error
from lambda_image.steps.fields import unwrapped
from lambda_image.steps.prefix import bare, logger_prefix

# A longer message is looked at each time, and so many others are remembered: some 10 MB.
LONGEST, REMEMBERED = 1_000, 20_000
QUIET, LOUD, ASK = 1, 0, 2
_HEXADECIMAL = b"0123456789abcdefABCDEF"
_ONES = bytes.maketrans(b"0123456789", b"1" * 10)
_HEX_ONES = str.maketrans(_HEXADECIMAL.decode(), "1" * len(_HEXADECIMAL))
_STRUCTURED = re.compile(rb"[\"{]")
# Ids and times; a status or a numbered level is shorter.
_IDS = re.compile(
    r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|\b[0-9a-f]{16,64}\b"
    r"|\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|\d{4,}"
)


def quiet(messages: Sequence[str]) -> bytes:
    """For each message 1 where it begins a block and is no error while nothing goes on with it, else 0."""
    keys = "\0".join(messages).encode("utf-8", "surrogatepass").translate(_ONES).split(b"\0")
    if len(keys) != len(messages):
        return bytes(len(messages))
    if max(map(len, keys)) > LONGEST:
        keys = [key if len(key) <= LONGEST else UNKNOWN.encode() for key in keys]
    known = bytearray(map(_of_key, keys))
    at = known.find(ASK)
    while at >= 0:
        known[at] = _of_message(_IDS.sub(_ones, messages[at]))
        at = known.find(ASK, at + 1)
    return bytes(known)


@lru_cache(REMEMBERED)
def _of_key(key: bytes) -> int:
    if _STRUCTURED.search(key):
        return ASK
    return _of_message(_IDS.sub(_ones, key.decode("utf-8", "surrogatepass")))


@lru_cache(REMEMBERED)
def _of_message(message: str) -> int:
    line = unwrapped(message).rstrip("\r\n")
    if "\n" in line or "\r" in line:
        return LOUD
    plain = bare(line)
    begins = not may_go_on(plain) or (
        bool(logger_prefix(line)) and not goes_on(Kind.PLAIN, ("",), plain, logged=True)
    )
    # A blank line belongs to a trace only, and one that stands before it is looked at.
    if not (begins or not plain.strip()):
        return LOUD
    return QUIET if kind_of(plain) is Kind.PLAIN and not is_error((line,)) else LOUD


def _ones(found: re.Match[str]) -> str:
    return found[0].translate(_HEX_ONES)
