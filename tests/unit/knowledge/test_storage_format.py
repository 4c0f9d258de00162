"""Confluence's storage format to Markdown, macro by macro."""

from __future__ import annotations

import pytest

from knowledge.sources.confluence.storage import markdown

CODE = "<ac:plain-text-body><![CDATA[{}]]></ac:plain-text-body>"
RICH = "<ac:rich-text-body>{}</ac:rich-text-body>"
LINK = '<ac:link><ri:page ri:content-title="Disk full" ri:space-key="PAY" /></ac:link>'
TASK = "<ac:task><ac:task-status>{}</ac:task-status><ac:task-body>{}</ac:task-body></ac:task>"


def macro(name: str, body: str = "", **parameters: str) -> str:
    told = "".join(
        f'<ac:parameter ac:name="{each.strip("_")}">{value}</ac:parameter>'
        for each, value in parameters.items()
    )
    return f'<ac:structured-macro ac:name="{name}">{told}{body}</ac:structured-macro>'


@pytest.mark.parametrize(
    ("storage", "shown"),
    [
        (macro("code", CODE.format("if x  > y\nfi"), language="bash"), "```bash\nif x  > y\nfi\n```"),
        (macro("code", CODE.format("a ]]]]><![CDATA[> b")), "```\na ]]> b\n```"),
        (macro("noformat", CODE.format("a  &lt; b"), title="Log"), "**Log**\n\n```\na  &lt; b\n```"),
        (macro("panel", RICH.format("<p>Hot</p>"), title="Care"), "> **Care**\n>\n> Hot"),
        (macro("warning", RICH.format("<p>Hot</p>")), "> **Warning**\n>\n> Hot"),
        (macro("expand", RICH.format("<p>More</p>"), title="All"), "**All**\n\nMore"),
        (macro("include", _=LINK), "[Disk full](https://w/display/PAY/Disk+full)"),
        (macro("excerpt-include", _=LINK, nopanel="true"), "[Disk full](https://w/display/PAY/Disk+full)"),
        (macro("toc", maxLevel="2"), ""),
        (macro("status", title="DOWN", colour="Red"), "**DOWN**"),
        (
            f"<ac:task-list>{TASK.format('incomplete', 'See')}{TASK.format('complete', 'Do')}</ac:task-list>",
            "- [ ] See\n- [x] Do",
        ),
        (
            (
                "<table><tbody><tr><th>A</th><th>Do</th></tr><tr><td rowspan='2'>Disk</td><td>b</td></tr>"
                "<tr><td>c</td></tr></tbody></table>"
            ),
            "| A    | Do |\n| ---- | --- |\n| Disk | b  |\n| Disk | c  |",
        ),
    ],
)
def test_a_macro_becomes_what_it_shows(storage: str, shown: str) -> None:
    assert markdown(storage, "https://w", "OPS").strip() == shown


def test_code_in_a_table_keeps_its_lines() -> None:
    cell = macro("code", CODE.format("df  -h\nrm  -f x"))
    found = markdown(f"<table><tbody><tr><td>Do</td><td>{cell}</td></tr></tbody></table>", "https://w", "OPS")

    assert "```\ndf  -h\nrm  -f x\n```" in found
