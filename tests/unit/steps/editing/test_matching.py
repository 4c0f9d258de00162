"""One place, found exactly or but for white space and quotes; what is not clear is refused."""

from __future__ import annotations

import pytest

from lambda_image.domain.errors import PatchRefused
from lambda_image.steps.editing.answer import Edit
from lambda_image.steps.editing.matching import locate

FILE = """class Cart:
    def total(self):
        found = self.lines or []

        if found:
            return sum(line["price"] for line in found)
        return 0

    def mean(self):
        return self.total() / len(self.lines)
"""


def edited(search: str, replace: str, text: str = FILE) -> str:
    """The text after one edit."""
    lines = text.rstrip("\n").split("\n")
    splice = locate(lines, Edit("cart.py", search, replace))
    new = [lines[each] if isinstance(each, int) else each for each in splice.new]
    return "\n".join([*lines[: splice.start], *new, *lines[splice.stop :]]) + "\n"


def swapped(old: str, new: str, text: str = FILE) -> str:
    """What it should come to."""
    assert text.count(old) == 1
    return text.replace(old, new)


def test_a_line_s_end_is_no_place() -> None:
    with pytest.raises(PatchRefused, match="does not stand"):
        edited("= 1\n", "= 2\n", "x = 1\ny = 1\n")


@pytest.mark.parametrize("by", [-4, 4, 8, 3])
def test_all_of_it_may_stand_off_by_as_much(by: int) -> None:
    def off(text: str) -> str:
        return "".join(" " * by + line if by > 0 else line[-by:] for line in text.splitlines(keepends=True))

    old = '        if found:\n            return sum(line["price"] for line in found)\n'
    new = '        if found:\n            return sum(line["price"] or 0 for line in found)\n'

    assert edited(off(old), off(new)) == swapped(old, new)


def test_tabs_are_spaces_in_other_units() -> None:
    tabs = FILE.replace("    ", "\t")
    changed = edited(
        '        if found:\n            return sum(line["price"] for line in found)\n',
        "        if found:\n            if len(found) > 1:\n                return 1\n            return 2\n",
        tabs,
    )

    assert "\t\tif found:\n\t\t\tif len(found) > 1:\n\t\t\t\treturn 1\n\t\t\treturn 2\n" in changed


def test_a_first_line_that_lost_its_indent_gets_it_back() -> None:
    changed = edited(
        "return self.total() / len(self.lines)\n", "return self.total() / (len(self.lines) or 1)\n"
    )
    assert changed == swapped("/ len(self.lines)", "/ (len(self.lines) or 1)")


def test_the_first_of_several_lines_may_lack_its_indent_alone() -> None:
    search = "def mean(self):\n        return self.total() / len(self.lines)\n"
    put = "def mean(self):\n        count = len(self.lines)\n        return self.total() / (count or 1)\n"

    assert edited(search, put).endswith(
        "    def mean(self):\n        count = len(self.lines)\n        return self.total() / (count or 1)\n"
    )


def test_blank_lines_and_quotes_that_the_model_turned_stay_as_the_file_has_them() -> None:
    head, tail = (
        "        found = self.lines or []\n",
        "            return sum(line['price'] for line in found)\n",
    )
    search, put = (f"{head}        if {what}:\n{tail}" for what in ("found", "len(found)"))

    assert edited(search, put) == swapped("if found:", "if len(found):")


def test_a_line_that_only_moves_keeps_what_its_strings_hold() -> None:
    text = "def greet():\n    print('hello  you')\n    print('done')\n"
    changed = edited('print("hello  you")\n', 'if True:\n    print("hello  you")\n', text)

    assert changed == "def greet():\n    if True:\n        print('hello  you')\n    print('done')\n"


@pytest.mark.parametrize(
    ("search", "replace", "text", "reason"),
    [
        ("        return 1\n", "        return 2\n", FILE, "does not stand in"),
        ("x = 1\n", "x = 2\n", "x = 1\ny = 2\nx = 1\n", "stands 2 times"),
        ("  value = 100\n", "  value = 2\n", "    value = 100\n\tvalue = 100\n", "stands 2 times"),
        ("pass\n", "return\n", "def a():\n    pass\n", "does not stand in"),
        ('print("a  b", 1)\n', 'print("a b", 2)\n', 'print("a b", 1)\n', "changes white space"),
        ("   value = 1000\n", "     value = 1000\n", "    value = 1000\n", "changes white space"),
        (
            "say(\u201chello there\u201d)\n",
            "say('hello you')\n",
            'say("hello there")\n',
            "changes white space",
        ),
        ("if first:\n  second()\n", "if third:\n  second()\n", "if first:\nsecond()\n", "is not clear"),
        (
            "value = compute(a)\n",
            "value = compute(a)\n",
            "# value\nvalue = compute(b)\n",
            "nearest lines are",
        ),
        ("value = old(1)\n", "value = new(1)\n", "value = new(1)\n", "was changed so before"),
        ("\n\n", "x\n", FILE, "is empty"),
    ],
)
def test_what_has_no_one_place_is_refused(search: str, replace: str, text: str, reason: str) -> None:
    with pytest.raises(PatchRefused, match=reason):
        edited(search, replace, text)


def test_an_insertion_that_stands_right_beside_lines_that_do_not_is_refused() -> None:
    search = "         found = self.lines or []\n"
    put = "         found = self.lines or []\n        found = list(found)\n"

    with pytest.raises(PatchRefused, match="is not clear"):
        edited(search, put)


def test_new_lines_that_alone_stand_as_the_file_does_are_refused() -> None:
    text = "def mean(found):\n    if found:\n        return sum(found)\n"

    with pytest.raises(PatchRefused, match="is not clear"):
        edited("return sum(found)\n", "        return sum(found) / len(found)\n", text)


def test_the_spaces_of_a_web_page_are_spaces_where_a_line_begins() -> None:
    hard = "\u00a0" * 8
    search, put = (f"{hard}return self.total() / {count}\n" for count in ("len(self.lines)", "self.count"))

    assert edited(search, put) == swapped("len(self.lines)", "self.count")


def test_the_lines_to_be_copied_are_the_real_ones() -> None:
    with pytest.raises(PatchRefused, match=r"        return self\.total\(\) / len\(self\.lines\)"):
        edited("    def mean(self):\n        return self.sum() / len(self.lines)\n", "    pass\n")
