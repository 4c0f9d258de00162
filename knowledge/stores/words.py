"""The words of a passage as they are searched: stems as numbers, column by column. OpenSearch reads alike."""

from __future__ import annotations

import atexit
import re
import sqlite3
import unicodedata
import zlib
from collections.abc import Sequence
from functools import cache, lru_cache
from threading import Lock

import numpy as np

from knowledge.passage import Passage
from knowledge.question import WORD, identifier_parts

# A title, the headings, the text, and the parts of identifiers in the text, which are a guess. What a word
# in each of them counts, in tenths.
Columns = tuple[str, str, str, str]
TENTHS = np.array([30, 20, 10, 3], dtype=np.uint16)
# Ends a column: words on both sides of it are no neighbours.
END = 0
# A word and its number take about 200 bytes.
MOST_KNOWN = 100_000
_TOKEN = re.compile(r"[^\W_]+")
_KNOWN: dict[str, int] = {}
_LOCK = Lock()


def indexed(passage: Passage) -> Columns:
    """The columns that are searched; identifiers are found whole and by their parts."""
    heading = " ".join(passage.heading)
    return (
        f"{passage.title} {_parts(passage.title)}",
        f"{heading} {_parts(heading)}",
        passage.text,
        _parts(passage.text),
    )


def _parts(text: str) -> str:
    return " ".join(filter(None, map(_parted, WORD.findall(text))))


@lru_cache(1 << 15)
def _parted(word: str) -> str:
    """Remembered, because most words of a wiki have been met before."""
    return " ".join(identifier_parts(word))


def tokens(text: str) -> list[str]:
    """Letters and digits of any script in lower case; not yet stems."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    return _TOKEN.findall(composed.lower())


def numbers(text: str) -> list[int]:
    """Four bytes for each word's stem: two of a million words may share one, which no ranking notices."""
    found = tokens(text)
    try:
        return list(map(_KNOWN.__getitem__, found))
    except KeyError:
        return _learn(found)


def packed(columns: Columns) -> bytes:
    """The numbers of all columns with `END` behind each, little-endian."""
    told: list[int] = []
    for column in columns:
        told += numbers(column)
        told.append(END)
    return np.array(told, dtype="<u4").tobytes()


def length(columns: Columns) -> int:
    """How many words there are in them."""
    return sum(len(tokens(column)) for column in columns)


def _learn(found: Sequence[str]) -> list[int]:
    """The numbers of these words, which are remembered."""
    with _LOCK:
        if len(_KNOWN) > MOST_KNOWN:
            _KNOWN.clear()
        new = [word for word in dict.fromkeys(found) if word not in _KNOWN]
        stems = _stems(new)
        if len(stems) != len(new):
            stems = ["".join(_stems([word])) or word for word in new]
        _KNOWN.update((word, _number(stem)) for word, stem in zip(new, stems, strict=True))
        return list(map(_KNOWN.__getitem__, found))


def _number(stem: str) -> int:
    return zlib.crc32(stem.encode("utf-8", "surrogatepass")) or 1


def _stems(words: list[str]) -> list[str]:
    """Porter's stems without diacritics: SQLite has them already, in C."""
    db = _fts5()
    db.execute("INSERT INTO words (rowid, word) VALUES (1, ?)", (" ".join(words),))
    stems = [str(stem) for (stem,) in db.execute("SELECT term FROM stems ORDER BY offset")]
    db.execute("INSERT INTO words (words) VALUES ('delete-all')")
    return stems


@cache
def _fts5() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    tokenizer = "porter unicode61 remove_diacritics 2"
    db.execute(f"CREATE VIRTUAL TABLE words USING fts5 (word, content='', tokenize='{tokenizer}')")
    db.execute("CREATE VIRTUAL TABLE stems USING fts5vocab (words, instance)")
    atexit.register(db.close)
    return db
