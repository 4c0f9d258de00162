"""Lines that say the same."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from lambda_image.steps.header import without_header
from lambda_image.steps.masks import REMEMBERED, collapse, template
from lambda_image.steps.templates import Template, merged


def group(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """One row for each line when all are read: its group, numbered in order, its template, and the rule.

    What is kept of a line until then is the number of its template.
    """
    numbers: dict[Template, int] = {}
    found = array("L")
    for line in lines:
        found.append(numbers.setdefault(_template(collapse(line)), len(numbers)))
    became = list(merged(numbers).values())
    groups: dict[Template, int] = {}
    for number, each in enumerate(found, start=1):
        merge = became[each]
        place = groups.setdefault(merge.template, len(groups) + 1)
        yield {"line": number, "group": place, "template": " ".join(merge.template), "rule": merge.rule}


@lru_cache(REMEMBERED)
def _template(collapsed: str) -> Template:
    return template(without_header(collapsed))
