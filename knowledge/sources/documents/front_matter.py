"""What a text says of itself at its very top: YAML between lines of `---`, or TOML between lines of `+++`."""

from __future__ import annotations

import json
import re
import tomllib

_NAMED = re.compile(r"[\w.-]+\s*:(?:\s|$)")
_ITEM = re.compile(r"\s*-\s+(.*\S)")
# A text that stands in the indented lines below its name.
_BLOCK = re.compile(r"[>|][+-]?")


def front_matter(content: str) -> tuple[dict[str, str], str]:
    """Its fields, and the text below; lists are told as `a, b`. What is neither is all text."""
    lines = content.lstrip("\r\n \t").split("\n")
    mark = lines[0].rstrip()
    end = next((at for at, line in enumerate(lines) if at and line.rstrip() == mark), 0)
    if mark not in ("---", "+++") or not end:
        return {}, content
    inner, below = lines[1:end], "\n".join(lines[end + 1 :])
    if mark == "+++":
        return _toml("\n".join(inner)), below
    # A page may also begin with a rule.
    first = next((line for line in inner if line.strip() and not line.startswith("#")), "")
    return (_yaml(inner), below) if not first or _NAMED.match(first) else ({}, content)


def _toml(text: str) -> dict[str, str]:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in told.items()
        if not isinstance(value, dict)
    }


def _yaml(lines: list[str]) -> dict[str, str]:
    """The `name: value` lines. A list may stand below its name, an item a line, and so may a text."""
    fields: dict[str, str] = {}
    last, joint = "", ""
    for line in lines:
        if joint and line[:1] in (" ", "\t"):
            fields[last] = f"{fields[last]} {line.strip()}".strip()
        elif last and (item := _ITEM.match(line)):
            fields[last] = ", ".join(filter(None, (fields[last], item[1])))
        elif line.strip():
            last, _, value = line.partition(":")
            joint = (_BLOCK.fullmatch(value.strip()) and last) or ""
            fields[last] = "" if joint else _unquoted(value.strip())
    return fields


def _unquoted(value: str) -> str:
    if value.startswith('"'):
        try:
            return str(json.loads(value))
        except ValueError:
            pass
    return value.strip("'\"")
