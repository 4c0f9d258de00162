"""Tables that Markdown has no form for: merged cells, and code of several lines in a cell."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from lxml.html import HtmlElement, builder

# Cells of a table whose merged ones are written out; where it would have more, they stand once.
MOST_CELLS = 10_000
_CELLS = ("td", "th")


def plain(table: HtmlElement) -> None:
    """Write a merged cell into each place that it covers, and rows with code below each other."""
    rows = [
        [cell for cell in row if cell.tag in _CELLS]
        for row in table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr")
    ]
    spans = [[(_span(cell, "colspan"), _span(cell, "rowspan")) for cell in row] for row in rows]
    for row in rows:
        for cell in row:
            for name in ("colspan", "rowspan"):
                cell.attrib.pop(name, None)
    if any(span != (1, 1) for row in spans for span in row):
        rows = _spread(rows, spans)
    if any("\n" in "".join(block.itertext()).strip("\n") for block in table.iter("pre")):
        _unroll(table, rows)
    else:
        for listed in list(table.iter("ol")):
            _number(listed)


def _span(cell: HtmlElement, name: str) -> int:
    told = (cell.get(name) or "").strip()
    return max(1, int(told)) if told.isdecimal() and len(told) < 6 else 1


def _spread(rows: list[list[HtmlElement]], spans: list[list[tuple[int, int]]]) -> list[list[HtmlElement]]:
    """The rows with a copy of each cell in every place that it covers, as long as these are not too many."""
    placed: list[dict[int, HtmlElement]] = [{} for _ in rows]
    count = 0
    for at, row in enumerate(rows):
        column = 0
        for cell, (width, height) in zip(row, spans[at], strict=True):
            while column in placed[at]:
                column += 1
            covered = range(at, min(at + height, len(rows)))
            count += width * len(covered)
            if count > MOST_CELLS:
                return rows
            for below in covered:
                for beside in range(column, column + width):
                    placed[below].setdefault(beside, cell)
    found = []
    for row, cells in zip(rows, placed, strict=True):
        parent = row[0].getparent() if row else None
        told = [cells[column] for column in sorted(cells)]
        found.append(_filled(parent, told) if parent is not None else row)
    return found


def _filled(row: HtmlElement, cells: list[HtmlElement]) -> list[HtmlElement]:
    """The row with these cells; those of other rows, and what it has already, as copies."""
    copies = [deepcopy(cell) for cell in cells]
    for child in list(row):
        row.remove(child)
    row.extend(copies)
    return copies


def _number(listed: HtmlElement) -> None:
    """A cell is one line of Markdown, in which steps have no other numbers than those written."""
    for number, step in enumerate(listed.findall("li"), start=_span(listed, "start")):
        place = step[0] if len(step) and step[0].tag == "p" and not (step.text or "").strip() else step
        place.text = f"{number}. {(place.text or '').lstrip()}"
    listed.tag = "ul"


def _unroll(table: HtmlElement, rows: list[list[HtmlElement]]) -> None:
    """Each row's cells below each other, with the heading of their column."""
    heads = _heads(rows)
    table.tag = "div"
    table.attrib.clear()
    blocks = [block for row in rows[1 if heads else 0 :] for block in _blocks(row, heads)]
    for child in list(table):
        table.remove(child)
    table.extend(blocks)


def _heads(rows: list[list[HtmlElement]]) -> list[str]:
    """The words of a first row of headings; none where it is a row like the others."""
    if not rows or not rows[0] or any(cell.tag != "th" for cell in rows[0]):
        return []
    return [" ".join("".join(cell.itertext()).split()) for cell in rows[0]]


def _blocks(row: list[HtmlElement], heads: list[str]) -> Iterator[HtmlElement]:
    for at, cell in enumerate(row):
        if at < len(heads) and heads[at]:
            yield builder.P(builder.STRONG(heads[at]))
        cell.tag = "div"
        yield cell
