"""Answers become edits whole, or not at all."""

from __future__ import annotations

import pytest

from lambda_image.domain.errors import PatchRefused
from lambda_image.steps.editing.answer import Edit, parse_edits

FILES = ("shop/pricing.py", "shop/cart.py", "Makefile")
BODY = "<<<<<<< SEARCH\na = 1\n=======\na = 2\n>>>>>>> REPLACE\n"
MEANT = Edit("shop/pricing.py", "a = 1\n", "a = 2\n")
HEAD = "--- a/shop/pricing.py\n+++ b/shop/pricing.py\n"


@pytest.mark.parametrize(
    "answer",
    [
        f"shop/pricing.py\n{BODY}",
        f"**File: `shop/pricing.py`**\n\n```python\n{BODY}```\n",
        f"```python\nshop/pricing.py\n{BODY}```",
        f"### shop/pricing.py:\n{BODY}",
        f"In ./shop/pricing.py the value is wrong:\n{BODY}",
        BODY.replace("SEARCH", "SEARCH shop/pricing.py"),
        f"Here it is.\n{BODY}",
        f"shop/pricing.py\n{BODY}".replace("\n", "\r\n"),
        f"shop/pricing.py\n{BODY}\nAgain:\n{BODY}",
        f"shop/pricing.py\n{BODY}".replace("SEARCH", "ORIGINAL").replace("REPLACE", "UPDATED"),
        f"{HEAD}@@ -1,1 +1,1 @@\n-a = 1\n+a = 2\n",
        f"```diff\n{HEAD}@@ ... @@\n-a = 1\n+a = 2\n```\nDone.",
    ],
)
def test_one_edit_in_many_dresses(answer: str) -> None:
    (edit,) = parse_edits(answer, FILES, "shop/pricing.py")

    assert (edit.path.removeprefix("./"), edit.search, edit.replace) == (
        MEANT.path,
        MEANT.search,
        MEANT.replace,
    )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (BODY.rpartition(">")[0][:-8], "breaks off in block 1"),
        (BODY.replace("=======\n", ""), "block 1 has no ======="),
        (BODY.replace("a = 2\n", "a = 2\n=======\n"), "more than one"),
        (BODY.replace(">>>>>>> REPLACE\n", BODY), "block 1 has no end"),
        (f"{HEAD}@@ -1,3 +1,3 @@\n a = 0\n-a = 1\n+a = 2\n", "breaks off"),
        (f"{HEAD}@@ -1,2 +1,2 @@\n-a = 1\n+a = 2\nb = 3\n+c = 4\n", "outside of a hunk"),
        ("--- /dev/null\n+++ b/shop/new.py\n@@ -0,0 +1,1 @@\n+a = 1\n", "makes or deletes"),
    ],
)
def test_half_an_edit_is_none(answer: str, reason: str) -> None:
    with pytest.raises(PatchRefused, match=reason):
        parse_edits(answer, FILES, "shop/pricing.py")


def test_a_block_below_a_sentence_about_two_files_is_refused() -> None:
    text = "In shop/cart.py I do as in shop/rates.py:\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n"

    with pytest.raises(PatchRefused, match="more than one file"):
        parse_edits(text, ["shop/cart.py", "shop/rates.py"])


def test_a_block_without_any_file_is_refused() -> None:
    with pytest.raises(PatchRefused, match="names no file"):
        parse_edits(BODY, FILES)


def test_a_name_that_is_no_file_here_is_kept_and_refused_later_not_replaced_by_another() -> None:
    (edit,) = parse_edits(f"shop/other.py\n{BODY}", FILES, "shop/pricing.py")

    assert edit.path == "shop/other.py"


def test_a_name_holds_until_the_next() -> None:
    edits = parse_edits(f"shop/cart.py\n{BODY}\n{BODY.replace('a =', 'b =')}Makefile\n{BODY}", FILES)

    assert [edit.path for edit in edits] == ["shop/cart.py", "shop/cart.py", "Makefile"]


def test_a_removed_sql_comment_is_no_header() -> None:
    (edit,) = parse_edits(f"{HEAD}@@ -1,3 +1,2 @@\n select\n--- old\n 1\n", FILES)

    assert (edit.search, edit.replace) == ("select\n-- old\n1\n", "select\n1\n")


def test_whole_files_are_told_apart_by_their_names() -> None:
    answer = "shop/cart.py\n```\na\n```\nand `shop/pricing.py`:\n```\nb\nc\n```\n"

    assert [(edit.path, edit.replace) for edit in parse_edits(answer, FILES, "shop/cart.py")] == [
        ("shop/cart.py", "a\n"),
        ("shop/pricing.py", "b\nc\n"),
    ]
