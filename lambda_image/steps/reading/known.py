"""What is known of a message before anybody looks at it: most of a log says the same with other numbers.

A message's outline is the message with 1 for each digit of its numbers and ids. By its outline a message is
known to begin something new and to be no error, or to be an error that came before. Where digits may tell (a
status, a level in JSON, a count of nothing, the lines with frames) they are compared to the letter, so that
what is remembered is what would be found. Of an error only what its fingerprint is made of is remembered:
secrets are looked for in each text that is shown. See docs/decisions/0017-known-messages.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import repeat

from lambda_image.domain.events import ErrorEvent
from lambda_image.steps.reading.access import read_access
from lambda_image.steps.reading.assemble import KNOWN, LOGGED, LOOK, Block, Identity, Screen
from lambda_image.steps.reading.continuation import TRACEBACK_HEAD, Kind, ends, goes_on, kind_of, may_go_on
from lambda_image.steps.reading.detect import ANSWERED_WITH, is_error
from lambda_image.steps.reading.fields import parse, unwrapped
from lambda_image.steps.reading.memory import Memory, Outline, Places
from lambda_image.steps.reading.open_block import LONG_LINE
from lambda_image.steps.reading.prefix import bare, logger_prefix, without_collector
from lambda_image.steps.redact import finds, may_have_numbers

# A longer message is looked at each time.
LONGEST = 10_000
# Beside what assembly knows of a message: its numbers tell, it is an error, nothing is known.
STRUCTURED, ERROR, UNKNOWN = 3, 4, 5
# In a longer message or line a number's placeholder may move what lies beyond out of what the fingerprint is
# made of.
SHORT, SHORT_LINE = 300, 1_500
_ONES = bytes.maketrans(b"0123456789", b"1" * 10)
_HEX_ONES = bytes.maketrans(b"abcdefABCDEF", b"1" * 12)
# Where ids in hexadecimal may stand, once such letters are 1 too; with a single digit they may be words.
_IDS = re.compile(rb"(?<![0-9A-Za-z_])1{8}(?:(?:-1{4}){3}-1{12}|1{8,56})(?![0-9A-Za-z_])")
_DIGITS_OF_AN_ID = 2
# In an outline: what may be a status, also behind an escaped line feed in JSON; a count; and what is compared
# to the letter: the number of an error of Oracle's, a version of syslog, levels, statuses, the 0 of 0x.
_STATUS = re.compile(r"(?<![0-9A-Za-z_])111(?!\w)|(?<=\\[nrt])111(?!\w)")
_COUNT = re.compile(r"[:=]\s{0,3}(1(?:\.1+)?)(?![\w.])")
_EXACT = re.compile(
    r'ORA-(1{5})|^<1{1,3}>(1)|(?i:level|lvl|severity|@l|status)[\w.@-]{0,20}[\\"]*\s*[:=]\s*[\\"]*(1+)'
    r"|(?<!\w)(1)x"
)
# What a status begins with; in an access log a number that begins with 0 or beyond 5 is none.
_REFUSED, _ANSWERED = "45", "0456789"
_DIGIT = re.compile(r"\d")
_SPLIT = re.compile(r"[\r\n]")
_LINE = re.compile(r'(?:(?!\\n|",")[^\n\0])+')
_LOGGED = bytes([LOGGED])


def screen(memory: Memory) -> Screen:
    """What is known of messages by what was decided of others."""
    return partial(_known, memory)


def recall(memory: Memory, block: Block) -> Identity | None:
    """What an error was known by that differs from this one in nothing that tells."""
    text = _text(block)
    outline = memory.outlines.get(key := _outline(memory, text)) if text else None
    return outline.problems.get(memory.places[key].of(text)) if outline else None


def learn(memory: Memory, block: Block, read: ErrorEvent, identity: Identity) -> None:
    """Remember an error's identity, unless secrets or a cut may tell it from others with its outline."""
    text = _text(block)
    exact = _exact(text, read) if text else None
    if exact is None or any(map(finds, ("\n".join(block.lines), read.message))):
        return
    key = _outline(memory, text)
    numbers = _numbers(key, text, (read.message, SHORT), *((line, SHORT_LINE) for line in block.lines[:1]))
    if numbers is None:
        return
    memory.make_room(2 * len(text))
    outline, places = memory.outlines.get(key), memory.places.get(key) or _places(key)
    if outline is None or not exact <= set(places.exact) or places.numbers != numbers:
        places = replace(places, exact=tuple(sorted(exact.union(places.exact))), numbers=numbers)
        alone = block.count == 1 and ends(block.kind, block.bare)
        prefix = None if block.kind is Kind.PLAIN else logger_prefix(block.lines[0])
        outline = Outline(_begins(block.lines[0]) if alone else LOOK, prefix)
        memory.places[key], memory.outlines[key] = places, outline
        if memory.verdicts.get(key) != STRUCTURED:
            memory.verdicts[key] = ERROR
    outline.problems[places.of(text)] = identity


def _known(memory: Memory, messages: Sequence[str]) -> tuple[bytes, Mapping[int, Identity]]:
    keys = "\0".join(messages).encode("utf-8", "surrogatepass").translate(_ONES).split(b"\0")
    if len(keys) != len(messages):
        return bytes(len(messages)), {}
    found = bytearray(map(memory.verdicts.get, keys, repeat(UNKNOWN)))
    _lookup_without_ids(memory, keys, found)
    told: dict[int, tuple[Outline, Identity]] = {}
    for at, verdict in enumerate(found):
        if verdict > LOGGED:
            found[at], error = _looked_up(memory, keys[at], messages[at])
            if error:
                told[at] = error
    errors = {}
    for at, (outline, identity) in told.items():
        follows = outline.prefix is not None and found[at + 1 : at + 2] == _LOGGED
        if follows and logger_prefix(_first_line(messages[at + 1])) == outline.prefix:
            found[at] = LOOK
        else:
            errors[at] = identity
    return bytes(found), errors


def _lookup_without_ids(memory: Memory, keys: list[bytes], found: bytearray) -> None:
    """What is unknown may be known with other ids; its key is then that of its outline."""
    for at, verdict in enumerate(found) if UNKNOWN in found else ():
        if verdict == UNKNOWN:
            keys[at] = key = _without_ids(memory, keys[at])
            found[at] = memory.verdicts.get(key, UNKNOWN)


def _looked_up(memory: Memory, key: bytes, message: str) -> tuple[int, tuple[Outline, Identity] | None]:
    """What is known of a message with this outline, and of an error which one it is."""
    if not key or len(key) > LONGEST:
        return LOOK, None
    verdict = memory.verdicts.get(key, UNKNOWN)
    if verdict == UNKNOWN:
        memory.make_room(len(key))
        verdict = memory.verdicts[key] = _judged(key.decode("utf-8", "surrogatepass"))
    if verdict == STRUCTURED:
        if key not in memory.places:
            memory.places[key] = _places(key)
        detail = (key, memory.places[key].of(message))
        verdict = memory.verdicts.get(detail, UNKNOWN)
        if verdict == UNKNOWN:
            memory.make_room(len(key))
            verdict = memory.verdicts[detail] = _judged(message, numbers=True)
    outline = None if verdict in {KNOWN, LOGGED} else memory.outlines.get(key)
    if outline is None or not outline.known:
        return LOOK if verdict == ERROR else verdict, None
    identity = outline.problems.get(memory.places[key].of(message))
    return (outline.known, (outline, identity)) if identity else (LOOK, None)


def _judged(message: str, *, numbers: bool = False) -> int:
    """What is known of the message, if it is one line and no error; `numbers` are what they are."""
    line = unwrapped(message).rstrip("\r\n")
    # An escape in JSON has digits, and may stand for any character.
    if "\n" in line or "\r" in line or len(line) > LONG_LINE or ("{" in message and "\\u" in message):
        return LOOK
    known = _begins(line)
    if not known:
        return LOOK
    plain = without_collector(line)
    if not numbers and (
        line[0] == "<" or ANSWERED_WITH in line or parse(plain.strip()) or read_access(plain)
    ):
        return STRUCTURED
    return known if kind_of(bare(line)) is Kind.PLAIN and not is_error((line,)) else LOOK


def _begins(line: str) -> int:
    """KNOWN where the line looks as if it went on with nothing, LOGGED where a logger began it, else LOOK."""
    plain = bare(line)
    if not plain.strip() or TRACEBACK_HEAD in plain:
        return LOOK
    if not may_go_on(plain):
        return KNOWN
    logged = logger_prefix(line) and not goes_on(Kind.PLAIN, ("",), plain, logged=True)
    return LOGGED if logged else LOOK


def _first_line(message: str) -> str:
    return _SPLIT.split(unwrapped(message), maxsplit=1)[0]


def _text(block: Block) -> str:
    """What a block is known by, empty where it is not to be: its message, or its lines if it has several."""
    first = block.records[0]
    whole = block.count == len(block.records)
    text = first.message if block.count == 1 else "\0".join(block.lines) if whole else ""
    known = len(text) <= LONGEST and not ("{" in text and "\\u" in text) and not first.extracted
    return text if known else ""


def _outline(memory: Memory, text: str) -> bytes:
    return _without_ids(memory, text.encode("utf-8", "surrogatepass").translate(_ONES))


def _without_ids(memory: Memory, text: bytes) -> bytes:
    """The text with 1 for each letter of its ids; where they may stand is the same for most lines."""
    coarse = text.translate(_HEX_ONES)
    spans = memory.ids.get(coarse)
    if spans is None:
        memory.make_room(len(coarse))
        spans = memory.ids[coarse] = tuple(found.span() for found in _IDS.finditer(coarse))
    for begin, end in spans:
        if text.count(b"1", begin, end) >= _DIGITS_OF_AN_ID:
            text = text[:begin] + coarse[begin:end] + text[end:]
    return text


def _places(key: bytes) -> Places:
    """Where numbers tell in any message with this outline."""
    text = key.decode("utf-8", "surrogatepass")
    exact = (found.span(found.lastindex or 0) for found in _EXACT.finditer(text))
    return Places(
        statuses=tuple(found.span() for found in _STATUS.finditer(text)),
        digits=_ANSWERED if '"' in text else _REFUSED,
        counts=tuple(found.span(1) for found in _COUNT.finditer(text)),
        exact=tuple(exact),
    )


def _numbers(key: bytes, text: str, *parts: tuple[str, int]) -> tuple[tuple[int, int], ...] | None:
    """Where redacted numbers tell: in each part that is longer than so much. None where it is not found."""
    outline = key.decode("utf-8", "surrogatepass")
    found = []
    for part, short in parts:
        if len(part) <= short:
            continue
        begin = text.find(part)
        end = begin + len(part)
        if begin >= 0 and outline.count(outline[begin:end]) == 1:
            found.append((begin, end))
        elif may_have_numbers(text):
            return None
    return tuple(dict.fromkeys(found))


def _exact(text: str, read: ErrorEvent) -> set[tuple[int, int]] | None:
    """The lines, also those in JSON, with the digits of frames and type; None where these are not found."""
    lines = [(found.start(), found.end(), found[0]) for found in _LINE.finditer(text)]
    telling: set[tuple[int, int]] = set()
    wanted = {(frame.file, str(frame.line or "")) for frame in read.frames if frame.line is not None}
    words = {read.exception_type or "", *(frame.file for frame in read.frames)}
    words.update(frame.function or "" for frame in read.frames)
    for word, number in {*wanted, *((word, "") for word in words if _DIGIT.search(word))}:
        holding = [(begin, end) for begin, end, line in lines if word and word in line]
        if not any(number in text[begin:end] for begin, end in holding):
            return None
        telling.update(holding)
    return telling
