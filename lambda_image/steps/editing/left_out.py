"""Lines of an answer that stand for code that was not written: "rest of file unchanged", "your code here"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

# A longer line says something of its own.
LONGEST = 120
_COMMENT = re.compile(r"^\s*(?:#+|//+|--|/\*+|\*+|<!--|;+|%+|\{#)\s*")
_COMMENT_END = re.compile(r"\s*(?:\*/|-->|#\})\s*$")
_BRACKETS = re.compile(r"^\s*[\[(<{]\s*(?P<inside>.*?)\s*[\])>}]\s*$")
_DOTS = re.compile(r"\s*(?:\.{3,}|…)\s*")
_WHAT = (
    r"(?:code|file|function|method|class|module|body|implementation|logic|program|script|content|import"
    r"|test|definition|statement|argument|parameter|field|propert(?:y|ies)|case|check|line)s?"
)
_TAIL = (
    r"(?: (?:remains?|stays?|is|are|be|left|kept|goes|continues?|follows?|unchanged|unmodified|as|here|below"
    r"|above|the|same|before|untouched|omitted|intact|it|was))"
)
# Each is the whole of a comment, but for dots.
_SAID = re.compile(
    r"(?:keep |leave |and |with )*(?:the |all )?(?:rest|remainder)"
    rf"(?: of (?:the |this |your |my )?(?:\w+ )?{_WHAT})?{_TAIL}*"
    r"|(?:keep |leave |the |all |your )*(?:existing|remaining|previous|original|other|unchanged) "
    rf"(?:\w+ )?{_WHAT}{_TAIL}*"
    rf"|(?:the |this |all )?(?:\w+ )?{_WHAT}{_TAIL}*? (?:unchanged|unmodified|omitted|untouched|the same)"
    rf"{_TAIL}*"
    r"|unchanged|omitted|snip(?:ped)?|truncated|no (?:other )?changes?(?: needed| here)?"
    r"|same as (?:before|above|(?:the )?original)(?: \w+)?|.*\bfor brevity\b.*"
    rf"|.*\byour (?:own )?{_WHAT}(?: goes)? here"
    rf"|(?:add|put|insert|write|implement) (?:the |your )?(?:\w+ )?{_WHAT} here"
    rf"|(?:\w+ ){{0,2}}{_WHAT} (?:goes|continues) here",
    re.IGNORECASE,
)
# Beside three dots these words are enough.
_HINTED = re.compile(
    r"\b(?:rest|remain\w*|existing|unchanged|same|previous|other|others|more|omitted|etc|before|above|code)\b",
    re.IGNORECASE,
)


def left_out(written: Iterable[str], known: Iterable[str]) -> str | None:
    """The first of these lines that stands for others, unless it stands so often among the `known` ones."""
    before = Counter(line.strip() for line in known)
    for line in written:
        before[line.strip()] -= 1
        if before[line.strip()] < 0 and _stands_in(line):
            return line
    return None


def _stands_in(line: str) -> bool:
    bare = line.strip()
    if len(bare) > LONGEST:
        return False
    if _DOTS.fullmatch(bare):
        return True
    comment, bracketed = _COMMENT.match(line), _BRACKETS.match(line)
    if comment:
        said = _COMMENT_END.sub("", line[comment.end() :])
    elif bracketed:
        said = bracketed["inside"]
    elif _DOTS.match(bare):
        said = bare
    else:
        return False
    if comment and _DOTS.match(said):
        return True
    words = _DOTS.sub(" ", said).strip(" \t.,:;!()[]")
    return _SAID.fullmatch(words) is not None or bool(_DOTS.search(said) and _HINTED.search(said))
