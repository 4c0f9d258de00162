"""Markdown cut into citable parts without changing a byte: sentences, list items, table rows, commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page, byte-identical; `command` is the inside of a fenced block."""

    text: str
    step: bool = False
    command: bool = False


_FENCE = re.compile(r"^[ \t>]*(```+|~~~+)[ \t]*([\w+#-]*)[^`\n]*$")
_SHELLS = ("", "bash", "sh", "shell", "zsh", "console", "cmd", "powershell", "ps1", "sql")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$")
_ITEM = re.compile(r"^[ \t>]*(?:[-*+]|(\d{1,3})[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
_RULE = re.compile(r"^[ \t]*(?:[-*_=|:][ \t]*){3,}$")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)\s+(?=[A-Z0-9`\"'(\[])")
_CODE = re.compile(r"(`+)[^`]+\1")
_ACTING = re.compile(
    r"fix|resol|mitigat|remed|recover|steps?\b|action|procedure|respon|what to do|how to|diagnos|verif|check"
    r"|rollback|roll back|triage|workaround|solution|troubleshoot|investigat|debug|runbook",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"symptom|cause|background|overview|impact|contact|owner|see also|links|reference|related|why"
    r"|description|summary|meaning|history",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:add|adjust|allow|apply|ask|attach|check|clear|confirm|contact|create|delete|deploy|disable|drain"
    r"|enable|ensure|escalate|find|fix|follow|free|grant|identify|if|increase|inspect|install|kill|look|lower"
    r"|make|modify|notify|open|page|pause|raise|re-?drive|reboot|reduce|remove|replace|re-?run|reset|resize"
    r"|restart|restore|resume|retry|review|roll|rotate|run|scale|set|stop|switch|turn|update|upgrade|use"
    r"|validate|verify|wait)\b",
    re.IGNORECASE,
)


def parts(text: str, title: str = "") -> Iterator[Part]:
    """The parts of a page in order. Each `Part.text` occurs in `text` exactly as it is."""
    heading = title
    for kind, start, end in _blocks(text):
        block = text[start:end]
        if kind == "heading":
            found = _HEADING.match(block)
            heading = found[1] if found else heading
        elif kind in ("commands", "listing"):
            runs = kind == "commands" and not _only_tells(heading)
            yield from [Part(block, step=runs, command=runs)] if block.strip() else []
        elif kind in ("numbered", "bullet"):
            yield Part(block, step=_is_step(block, heading, numbered=kind == "numbered"))
        else:
            yield from (
                Part(sentence, step=bool(_ACTING.search(heading) and _IMPERATIVE.match(sentence)))
                for sentence in _sentences(block)
            )


def _is_step(item: str, heading: str, *, numbered: bool) -> bool:
    if _only_tells(heading):
        return False
    return numbered or bool(_ACTING.search(heading) or _IMPERATIVE.match(item.lstrip("*_`")))


def _only_tells(heading: str) -> bool:
    return bool(_TELLING.search(heading)) and not _ACTING.search(heading)


@dataclass(slots=True)
class _Open:
    """The block that is being read; `fence` is what closes it, if it is a fenced one."""

    kind: str = ""
    start: int = 0
    end: int = 0
    fence: str = ""


def _blocks(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of each block, by offsets, so that nothing is rebuilt."""
    block, at = _Open(), 0
    for line in text.split("\n"):
        begin, at = at, at + len(line) + 1
        kind = _kind(line)
        if block.fence:
            if _closes(line, block.fence):
                yield block.kind, block.start, max(begin - 1, block.start)
                block = _Open()
            continue
        if block.kind and (kind != "text" or block.kind == "heading"):
            yield block.kind, block.start, block.end
            block = _Open()
        if not block.kind and kind:
            block = _opened(kind, line, begin)
        block.end = begin + len(line.rstrip())
    if block.kind:
        yield block.kind, block.start, len(text) if block.fence else block.end


def _opened(kind: str, line: str, begin: int) -> _Open:
    """The block that begins with this line; its start leaves the marker out."""
    if fence := _FENCE.match(line):
        return _Open(kind, begin + len(line) + 1, 0, fence[1])
    if item := _ITEM.match(line) if kind in ("numbered", "bullet") else None:
        return _Open(kind, begin + item.end())
    return _Open(kind, begin + len(line) - len(line.lstrip(" \t>")))


def _closes(line: str, fence: str) -> bool:
    bare = line.strip(" \t>\r")
    return bare.startswith(fence) and not bare.strip(fence[0])


def _kind(line: str) -> str:
    """What a line begins: a fence of commands or of a listing, a heading, an item, a row; "" for nothing."""
    if fence := _FENCE.match(line):
        return "commands" if fence[2].lower() in _SHELLS else "listing"
    if not line.strip(" \t>") or _RULE.match(line):
        return ""
    if _HEADING.match(line):
        return "heading"
    if item := _ITEM.match(line):
        return "numbered" if item[1] else "bullet"
    return "row" if line.lstrip().startswith("|") else "text"


def _sentences(block: str) -> Iterator[str]:
    """Sentences of a paragraph; an end of sentence inside inline code is none."""
    code = [(found.start(), found.end()) for found in _CODE.finditer(block)]
    start = 0
    for end in _SENTENCE_END.finditer(block):
        if not any(left < end.start() < right for left, right in code):
            yield block[start : end.start()]
            start = end.end()
    if block[start:].strip():
        yield block[start:]
