"""The JSON reports of jest, vitest and mocha, written as Node's own test runner writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

# How such a report begins; whatever the tests print stands before it.
_BEGINS = re.compile(r'\{\s*"(?:stats|num[A-Z]\w*)":')
_DECODER = json.JSONDecoder()
_COLOURS = re.compile(r"\x1b\[[\d;]*m")
_TREE = re.compile(r"^.*?/verify-\w+/tree/")


def as_tap(output: str) -> str:
    """The output with its report as TAP; as it is where it holds none."""
    for begin in reversed(list(_BEGINS.finditer(output))):
        try:
            told, end = _DECODER.raw_decode(output, begin.start())
            lines = list(_mocha(told) if "stats" in told else _jest(told))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        text = "\n".join(("TAP version 13", *lines))
        return f"{output[: begin.start()]}{text}\n{output[end:].lstrip()}"
    return output


def _jest(told: dict[str, Any]) -> Iterator[str]:
    """Vitest's report has the form of jest's."""
    for file in told["testResults"]:
        name = _TREE.sub("", file["name"])
        broken = False
        for test in file["assertionResults"]:
            if test["status"] not in {"passed", "failed"}:
                continue
            passed = test["status"] == "passed"
            broken |= not passed
            said = "" if passed else "\n".join(test["failureMessages"] or ())
            yield _line(" > ".join((name, *test["ancestorTitles"], test["title"])), said, passed=passed)
        if file["status"] == "failed" and not broken:
            yield _line(name, file.get("message") or "", passed=False)


def _mocha(told: dict[str, Any]) -> Iterator[str]:
    for test in told["passes"]:
        yield _line(_named(test), "", passed=True)
    for test in told["failures"]:
        error = test["err"]
        said = error.get("stack") or f"{error.get('name', 'Error')}: {error.get('message', '')}"
        yield _line(_named(test), said, passed=False)


def _named(test: dict[str, Any]) -> str:
    file = test.get("file")
    return " > ".join((*([_TREE.sub("", file)] if file else []), test["fullTitle"]))


def _line(name: str, said: str, *, passed: bool) -> str:
    head = f"{'ok' if passed else 'not ok'} 1 - {' '.join(name.split())}"
    return _COLOURS.sub("", f"{head}\n{said}" if said else head)
