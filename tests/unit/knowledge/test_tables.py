"""Tables of HTML that Markdown has no form for."""

from __future__ import annotations

import pytest

from knowledge.sources.documents.formats import document


def text(html: str) -> str:
    return document("html", html.encode()).text


def test_a_merged_cell_stands_in_each_place_that_it_covers() -> None:
    found = text(
        "<table><tr><th>Alarm<th>Do<th>Who</tr><tr><td rowspan=2>Disk<td>look<td rowspan=9>Ops</tr>"
        "<tr><td>clean</tr><tr><td colspan=2>both</tr></table>"
    )

    assert [line.replace(" ", "") for line in found.splitlines()] == [
        "|Alarm|Do|Who|",
        "|-----|-----|---|",
        "|Disk|look|Ops|",
        "|Disk|clean|Ops|",
        "|both|both|Ops|",
    ]


@pytest.mark.parametrize(
    "span", ["colspan=99999", "colspan=99999999999", "colspan=-1", "rowspan=0", "rowspan=x"]
)
def test_a_cell_that_claims_to_cover_the_world_stands_once(span: str) -> None:
    assert text(f"<table><tr><td {span}>x<td>y</table>").startswith("| x | y |\n")


def test_code_of_several_lines_in_a_table_keeps_every_byte() -> None:
    found = text(
        "<table><tr><th>Alarm<th>Do</tr><tr><td>Disk<td><pre>df  -h\nrm  -f x</pre></tr></table><p>After"
    )

    assert found == "**Alarm**\n\nDisk\n\n**Do**\n\n```\ndf  -h\nrm  -f x\n```\n\nAfter\n"


def test_steps_in_a_cell_keep_their_numbers() -> None:
    found = text(
        "<table><tr><td>Disk<td><ol start=2><li><p>look</p><li>clean <tt>a  b</tt></ol></tr></table>"
    )

    assert found.startswith("| Disk | 2. look 3. clean `a  b` |\n")
