"""Files of kinds that are not read: they are counted, so that nobody takes an index for all that there is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

# The reason for a file that is left out because of its kind; whoever is told it counts, and names no file.
UNREAD = "of a kind that is not read"
NO_ENDING = "without an ending"
# What people write pages in, beside what is read; all else is code, pictures and data.
WRITINGS = frozenset({
    ".adoc", ".asciidoc", ".asc", ".org", ".mediawiki", ".wiki", ".textile", ".creole", ".rdoc", ".pod",
    ".tex", ".djot", ".typ", ".rmd", ".qmd", ".mdown", ".mkd", ".text", ".log",
    ".doc", ".docm", ".dot", ".dotx", ".odt", ".fodt", ".rtf", ".pages", ".wpd", ".ppt", ".pptx", ".pptm",
    ".odp", ".key", ".xls", ".xlsx", ".xlsm", ".ods", ".numbers", ".csv", ".tsv",
    ".epub", ".mobi", ".djvu", ".ps", ".one", ".vsd", ".vsdx", ".drawio", ".mht", ".mhtml", ".eml", ".msg",
})  # fmt: skip
_ENDING = re.compile(r"\.[a-z0-9_+-]{1,12}")
# Kinds that are named to people; a program gets all.
NAMED = 8


def kind_of(name: str) -> str:
    """The ending of a file's name, in lower case."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if _ENDING.fullmatch(suffix) else NO_ENDING


def most_first(counted: Mapping[str, int]) -> dict[str, int]:
    """Kinds that people write pages in stand before all others."""
    return dict(sorted(counted.items(), key=lambda each: (each[0] not in WRITINGS, -each[1], each[0])))


def in_words(counted: Mapping[str, int]) -> str:
    """How many of which kind, the first ones by name, for people; and what can be done."""
    told = list(counted.items())
    words = [f"{count} {kind}" for kind, count in told[:NAMED]]
    if rest := told[NAMED:]:
        words.append(f"{sum(count for _, count in rest)} of other kinds")
    advice = "; save pages as Markdown, HTML, PDF or Word (.docx)" if WRITINGS & set(counted) else ""
    return ", ".join(words) + advice
