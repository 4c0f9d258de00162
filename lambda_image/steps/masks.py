"""What differs between two occurrences of the same error: masks as data, applied in order."""

from __future__ import annotations

import re

MASKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("<SECRET>", r"<[A-Z]+(?:_[A-Z]+)*_\d+>"),
        ("<TIME>", r"\b\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?"),
        ("<TIME>", r"\b(?:\d{4}-\d{2}-\d{2}|\d{2}:\d{2}:\d{2}(?:[.,]\d+)?)\b"),
        ("<UUID>", r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"),
        ("<TRACE>", r"\b(?:Root|Self)=1-[0-9a-f]{8}-[0-9a-f]{24}\b"),
        ("<ARN>", r"\barn:aws[\w-]*:[\w-]+:[\w-]*:\d{0,12}:[\w:/$.*+=,@-]+"),
        ("<URL>", r"\b[a-z][a-z0-9+.-]{1,15}://[^\s'\"<>)\]]+"),
        ("<IP>", r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\b(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}\b"),
        ("<HEX>", r"\b0x[0-9a-fA-F]+\b|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b"),
        ("<ID>", r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}\b"),
        ("<PATH>", r"(?<![\w<])(?:/[\w.@+=-]+){2,}/?|\b[A-Za-z]:\\[\w\\.-]+"),
        ("<DURATION>", r"\b\d+(?:\.\d+)?\s?(?:ns|us|µs|ms|s|sec|seconds|minutes|hours|h|m)\b"),
        ("<SIZE>", r"\b\d+(?:\.\d+)?\s?(?:[KMGT]i?B|bytes|B)\b"),
        ("<QUOTED>", r"'[^']{1,200}'|\"[^\"]{1,200}\""),
        ("<ID>", r"\b[A-Za-z]{1,4}-\d+\b"),
        ("<N>", r"(?<![A-Za-z_])[-+]?\d+(?:[.,]\d+)*"),
    )
)


def normalise(text: str) -> str:
    """The text with everything masked that differs from one occurrence to the next."""
    for name, pattern in MASKS:
        text = pattern.sub(name, text)
    return " ".join(text.split())
