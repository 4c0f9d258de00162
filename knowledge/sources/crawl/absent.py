"""What a site says where nothing is: some say it with a page like any other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urljoin

# Beside the first page. One word, which no text has by chance.
NAME = "nosuchpagetracemend"
_WORD = re.compile(r"[^\W\d_]+")
_TARGET = re.compile(r"\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Absent:
    """`words` are what the site says of a page that never was; none where it answers that with a status."""

    words: tuple[str, ...] = ()

    def is_like(self, url: str, text: str) -> bool:
        """Whether a page says the same, but for the words of its own address."""
        named = frozenset(_words(unquote(url)))
        left, right = (
            [word for word in told if word not in named] for told in (self.words, _words(_shown(text)))
        )
        return bool(left) and left == right


def address(start: str) -> str:
    """Where nothing is."""
    return urljoin(start, NAME)


def absent(text: str) -> Absent:
    """What is said there, from the text of its page."""
    return Absent(tuple(word for word in _words(_shown(text)) if word != NAME))


def _shown(text: str) -> str:
    """Markdown without where its links lead."""
    return _TARGET.sub("]", text)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
