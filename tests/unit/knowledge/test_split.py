"""Pages to passages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.passage import Page, Passage
from knowledge.split import PASSAGE_CHARACTERS, split

BITS = (
    *("# H\n", "## K\n", "word " * 90 + "\n", "\n", "- item\n", "1. step\n", "11. step\n", "```\n", "~~~\n"),
    *(
        "| a |\n|---|\n",
        "> q\n",
        "    code\n",
        "\r\n",
        "\x0c",
        "<div>\n",
        "tail",
        "\t\n",
        "Title\n===\n",
        "\0",
    ),
)
URL = "https://wiki.example.com/page"
FILLER = "This sentence only takes room on the page. " * 30


def passages(text: str, url: str = URL) -> tuple[Passage, ...]:
    return split(Page("page", url, "Title", text))


def test_a_short_page_is_one_passage_with_its_steps() -> None:
    text = "# Disk full\n\n## Meaning\nIt is full.\n\n## Fix\n1. Look:\n   ```\n   df -h\n   ```\n2. Clean."

    (only,) = passages(text)

    assert only.text == text
    assert (only.heading, only.url) == (("Disk full",), URL)


def test_a_long_page_is_cut_at_headings_which_give_path_and_anchor() -> None:
    text = f"# Disk\n{FILLER}\n## Who it hits\n{FILLER}\n### Deep `cause`\n{FILLER}\n## Fix\n{FILLER}"

    found = [(each.heading, each.url.removeprefix(URL)) for each in passages(text)]

    assert found == [
        (("Disk",), ""),
        (("Disk", "Who it hits"), "#who-it-hits"),
        (("Disk", "Who it hits", "Deep cause"), "#deep-cause"),
        (("Disk", "Fix"), "#fix"),
    ]


def test_the_second_heading_of_a_name_has_the_anchor_with_a_number() -> None:
    text = f"# A\n{FILLER}\n## Fix\n{FILLER}\n## Fix\n{FILLER}"

    assert [each.url.removeprefix(URL) for each in passages(text)] == ["", "#fix", "#fix-1"]


def test_an_anchor_in_the_heading_wins_and_an_address_with_one_keeps_it() -> None:
    text = f'# A\n{FILLER}\n## Fix\\-it<a name="fixing"></a>\n{FILLER}\n## Other {{#else}}\n{FILLER}'

    assert [each.url.removeprefix(URL) for each in passages(text)] == ["", "#fixing", "#else"]
    assert passages(text)[1].heading == ("A", "Fix-it")
    assert {each.url for each in passages(text, f"{URL}#here")} == {f"{URL}#here"}


def test_a_fence_a_table_and_numbered_steps_are_never_cut() -> None:
    fence = (
        "```bash\n"
        + "".join(f"kubectl delete pod p-{n}   # a comment\n\n# not a heading\n" for n in range(60))
        + "```"
    )
    table = "| a | b |\n| --- | --- |\n" + "".join(
        f"| {n} | some text to fill the row |\n" for n in range(80)
    )
    steps = "\n\n".join(
        f"{n}. Step {n} of many, with words.\n\n   ```\n   run {n}\n   ```" for n in range(1, 60)
    )

    found = [
        each.text
        for each in passages(f"{FILLER}\n\n{fence}\n\n{FILLER}\n\n{table}\n{FILLER}\n\n{steps}\n\nEnd.")
    ]

    for block in (fence, table.strip(), steps):
        assert len(block) > PASSAGE_CHARACTERS
        assert sum(block in text for text in found) == 1


def test_a_long_paragraph_is_cut_at_the_end_of_a_line() -> None:
    lines = [f"line {number} of a log without gaps" for number in range(200)] + ["and this:"]

    found = [each.text for each in passages("# A\n\n" + "\n".join(lines))]

    assert all(len(text) <= PASSAGE_CHARACTERS for text in found)
    assert "\n".join(found) == "# A\n\n" + "\n".join(lines)


def test_a_long_list_without_numbers_is_cut_between_its_items() -> None:
    items = [f"- Symptom {at}\n  - {FILLER[:300]}\n" for at in range(20)]

    found = [each.text for each in passages("# A\n\nSee:\n\n" + "".join(items))]

    assert found[0].startswith("# A\n\nSee:\n\n- Symptom 0\n  - This")
    assert all(len(text) < PASSAGE_CHARACTERS + 100 and text.count("\n- ") < 6 for text in found)
    assert all(sum(item.strip() in text for text in found) == 1 for item in items)


def test_a_block_stays_with_the_line_that_announces_it() -> None:
    text = f"# A\n{FILLER}\n\nRun this as root:\n\n```\n{'x' * 400}\n```\n"

    assert any("Run this as root:\n\n```" in each.text for each in passages(text))


def test_line_ends_that_markdown_does_not_know_move_nothing() -> None:
    text = "# A\r\n\x0cone\u2028two\x0bthree\r\rfour\r\n\r\n## B\r\nfive\r\n"

    (only,) = passages(text)

    assert only.text == text.strip("\r\n")


def test_headings_without_text_make_no_passage() -> None:
    assert passages("# A\n\n## B\n") == ()
    assert passages("") == ()


def test_an_underlined_paragraph_is_text() -> None:
    text = "The disk is full\nand nothing is written.\n===\n"

    assert [each.text for each in passages(text)] == [text.strip()]


@given(st.lists(st.sampled_from(BITS), max_size=60))
def test_every_passage_is_a_slice_of_the_page_in_order_and_no_word_is_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    at = 0
    for each in passages(text):
        at = text.index(each.text, at) + len(each.text)

    assert "".join(each.text for each in passages(text)).count("word") == text.count("word")
