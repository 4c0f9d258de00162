"""What Node's test runner writes, and `report.py` of the others: TAP with the stack of each failure."""

from __future__ import annotations

import re
import textwrap

from lambda_image.steps.proof.runner import Results, parts
from lambda_image.steps.traces import Trace, javascript

# SKIP and TODO are TAP's directives for tests whose result does not count.
_RESULT = re.compile(r"^(?P<depth> *)(?P<word>ok|not ok) \d+ - (?P<name>.*?)(?P<skip> # (?:SKIP|TODO).*)?$")
# A file that cannot be loaded is a test of its own, named by its whole path.
_TREE = re.compile(r"/[\w./-]*/verify-\w+/tree/")
_FAILED = re.compile(r"^(?= *not ok )", re.MULTILINE)
_FIELD = re.compile(r"^ *(?P<key>error|name|failureType): (?P<value>.*)$", re.MULTILINE)
_STACK = re.compile(r"^ *stack: \|-\n(?P<frames>.*?)^ *\.\.\.$", re.MULTILINE | re.DOTALL)


def results(_code: int | None, output: str) -> Results:
    """Each test by the names of its suites."""
    passed: list[str] = []
    failed: list[str] = []
    path: list[str] = []
    for line in _TREE.sub("", output).splitlines():
        if line.lstrip().startswith("# Subtest: "):
            depth = (len(line) - len(line.lstrip())) // 4
            path = [*path[:depth], line.strip().removeprefix("# Subtest: ")]
        elif (found := _RESULT.match(line)) and not found["skip"]:
            depth = len(found["depth"]) // 4
            name = " > ".join((*path[:depth], found["name"]))
            (passed if found["word"] == "ok" else failed).append(name)
    return Results(tuple(dict.fromkeys(passed)), tuple(dict.fromkeys(failed)), "TAP version" in output)


def traces(output: str) -> list[Trace]:
    """The stack of each failure."""
    found = []
    for piece in parts(_FAILED, output):
        text = "\n".join(piece)
        stack = _STACK.search(text)
        lines = piece[1:]
        if stack:
            fields = {each["key"]: each["value"] for each in _FIELD.finditer(text)}
            kind, message = (fields.get(name, "").strip("\"'") for name in ("name", "error"))
            frames = [f"    at {line}" for line in textwrap.dedent(stack["frames"]).splitlines()]
            lines = [f"{kind or 'Error'}: {message}", *frames]
        if trace := javascript.read(lines):
            found.append(trace)
    return found
