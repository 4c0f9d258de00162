"""JUnit's XML, which Maven's surefire and PHPUnit both write: each test with what became of it."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lambda_image.steps.proof.runner import Results

_CASE = re.compile(r"<testcase (?P<names>[^>]*?)(?:/>|>(?P<body>.*?)</testcase>)", re.DOTALL)
_TYPE = re.compile(r'\btype="([^"]*)"')
_ATTRIBUTE = re.compile(r'\b(name|classname|class)="([^"]*)"')
_BROKEN = re.compile(
    r"<(?:error|failure)\b(?P<about>[^>]*?)(?:/>|>(?P<stack>.*?)</(?:error|failure)>)", re.DOTALL
)
# What a test prints may look like anything.
_PRINTED = re.compile(r"<system-(out|err)>.*?</system-\1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Case:
    """One test; `said` is what it failed with, None where it passed; `kind` is the type of that."""

    owner: str
    name: str
    said: str | None
    kind: str = ""


def cases(output: str) -> Iterator[Case]:
    """All tests of the reports in an output but those that were skipped."""
    for found in _CASE.finditer(_PRINTED.sub("", output)):
        names = {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(found["names"])}
        body = found["body"] or ""
        broken = _BROKEN.search(body)
        if "<skipped" in body and not broken:
            continue
        said = (
            html.unescape((broken["stack"] or "").removeprefix("<![CDATA[").removesuffix("]]>"))
            if broken
            else None
        )
        kind = _TYPE.search(broken["about"]) if broken else None
        owner = names.get("class") or names.get("classname", "")
        yield Case(owner, names.get("name", ""), said, html.unescape(kind[1]) if kind else "")


def results(output: str, joint: str, *, ran: bool) -> Results:
    """The tests as OWNER, joint, NAME; one that is run with several values is counted each time."""
    seen: Counter[str] = Counter()
    passed: list[str] = []
    failed: list[str] = []
    for case in cases(output):
        name = f"{case.owner}{joint}{case.name}"
        seen[name] += 1
        numbered = name if seen[name] == 1 else f"{name} ({seen[name]})"
        (passed if case.said is None else failed).append(numbered)
    return Results(tuple(passed), tuple(failed), bool(passed or failed) or ran)
