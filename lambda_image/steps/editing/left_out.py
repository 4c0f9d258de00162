"""Lines of an answer that stand for code that was not written: "rest of file unchanged", "your code here"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_COMMENT = re.compile(r"^\s*(?:#+|//+|--|/\*+|\*+|<!--|;+|%+|\{#|\"\"\"|''')\s*")
_BRACKETS = re.compile(r"^\s*[\[(<{]\s*(?P<inside>.*?)\s*[\])>}]\s*$")
_DOTS = re.compile(r"\s*(?:\.{3,}|…)\s*")
_WHAT = (
    r"(?:code|file|function|method|class|module|body|implementation|logic|program|script|content|import|line"
    r"|test|definition|statement|argument|parameter|field|property|case|check)s?"
)
_SAID = re.compile(
    rf"\b(?:rest|remainder) of (?:the |this |your |my )?(?:\w+ )?{_WHAT}\b"
    rf"|\b(?:rest|everything|all)(?: else)?\b.*\b(?:unchanged|the same|untouched|as (?:is|before))\b"
    rf"|^(?:\(|\[)?(?:keep |the )?(?:existing|remaining|previous|original|other|unchanged) (?:\w+ )?{_WHAT}"
    r"(?: (?:here|above|below|goes here|continues?|follows?|(?:remains?|stays?|is|are) .*|unchanged|omitted"
    r"))?\W*$"
    rf"|\b{_WHAT} (?:remains?|stays?|is|are|left)? ?(?:unchanged|the same|untouched|omitted|as (?:is|before))"
    r"\b"
    r"|^\W*(?:unchanged|omitted|snip(?:ped)?|truncated|no (?:other )?changes?(?: needed| here)?)\W*$"
    r"|^\W*same as (?:before|above|(?:the )?original)\b"
    r"|\bfor brevity\b"
    rf"|\byour (?:own )?{_WHAT}(?: goes)? here\b"
    rf"|^\W*(?:add|put|insert|write) (?:the |your )?(?:\w+ )?{_WHAT} here\W*$"
    rf"|\b{_WHAT} (?:goes|continues) here\b",
    re.IGNORECASE,
)
# Beside three dots these words are enough.
_HINTED = re.compile(
    r"\b(?:rest|remain\w*|existing|unchanged|same|previous|other|others|more|omitted|etc|before|above|code)\b",
    re.IGNORECASE,
)


def left_out(written: Iterable[str], known: Collection[str]) -> str | None:
    """The first of these lines that stands for others, unless it is among the `known`, stripped."""
    return next((line for line in written if line.strip() not in known and _stands_in(line)), None)


def _stands_in(line: str) -> bool:
    bare = line.strip()
    if _DOTS.fullmatch(bare):
        return True
    comment = _COMMENT.match(line)
    bracketed = _BRACKETS.match(line)
    if comment:
        said = re.sub(r"\s*(?:\*/|-->|#\}|\"\"\"|''')\s*$", "", line[comment.end() :])
    elif bracketed:
        said = bracketed["inside"]
    elif _DOTS.match(bare) or re.match(r"(?:the )?(?:rest|remainder) of\b", bare, re.IGNORECASE):
        said = bare
    else:
        return False
    if comment and _DOTS.match(said):
        return True
    dotted = re.search(r"\.{3}|…", said) is not None
    return bool(_SAID.search(_DOTS.sub(" ", said).strip()) or (dotted and _HINTED.search(said)))
