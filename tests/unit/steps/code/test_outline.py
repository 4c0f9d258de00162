"""Definitions and imports of nine languages, and the parts that a file falls into."""

from __future__ import annotations

import pytest

from lambda_image.domain.code import CLASS, FUNCTION
from lambda_image.steps.code.outline import enclosing, outline, parts

SAMPLES = {
    "a.py": (
        "from shop.pricing import total as sum_of\n\nclass Basket:\n    def add(self):\n        pass\n",
        "Basket.add",
        "pricing",
    ),
    "a.js": (
        "const pricing = require('../shop/pricing');\nclass Basket {\n  add() {}\n}\n",
        "Basket.add",
        "pricing",
    ),
    "a.jsx": (
        "import { total } from './pricing';\nexport const View = () => <b>{total()}</b>;\n",
        "View",
        "total",
    ),
    "a.ts": (
        "import type { Item } from './pricing';\nexport abstract class Basket<T> {\n  add(i: Item) {}\n}\n",
        "Basket.add",
        "pricing",
    ),
    "a.tsx": ("import x from './pricing';\nfunction View(): any { return <b/>; }\n", "View", "pricing"),
    "A.java": (
        "import com.shop.Pricing;\n@Service\npublic class Basket {\n  public void add() {}\n}\n",
        "Basket.add",
        "Pricing",
    ),
    "a.go": (
        'import (\n  "team/shop/pricing"\n)\ntype Basket struct {}\nfunc (b *Basket) Add() {}\n',
        "Add",
        "pricing",
    ),
    "a.rb": (
        "require 'shop/pricing'\nmodule Shop\n  class Basket\n    def add; end\n  end\nend\n",
        "Basket.add",
        "pricing",
    ),
    "a.php": (
        "<?php\nuse App\\Shop\\Pricing;\nclass Basket {\n  public function add() {}\n}\n",
        "Basket.add",
        "Pricing",
    ),
    "A.cs": (
        "using Shop.Pricing;\nnamespace A {\n  class Basket {\n    public void Add() {}\n  }\n}\n",
        "Basket.Add",
        "Pricing",
    ),
    "a.rs": (
        "use crate::shop::pricing::total;\nstruct Basket;\nimpl Basket {\n    fn add(&self) {}\n}\n",
        "Basket.add",
        "pricing",
    ),
}


@pytest.mark.parametrize("file", SAMPLES)
def test_definitions_and_imports_are_found(file: str) -> None:
    text, symbol, imported = SAMPLES[file]
    found = outline(file, text)
    named = {f"{part.owner}.{part.name}" if part.owner else part.name for part in parts(file, text, found)}

    assert symbol in named
    assert imported in found.imports


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.rs", "mod tests {\n    #[test]\n    #[should_panic]\n    fn adds() {}\n}\n"),
        ("a.ts", "class Baskets {\n  @Get()\n  @Guarded('team')\n  adds() {}\n}\n"),
    ],
)
def test_what_is_said_of_a_function_before_it_belongs_to_it(file: str, text: str) -> None:
    found = {part.name: part for part in parts(file, text, outline(file, text))}

    assert (found["adds"].start, found["adds"].end) == (2, 4)


@pytest.mark.parametrize("file", SAMPLES)
def test_every_line_stands_in_one_part(file: str) -> None:
    text = SAMPLES[file][0]
    lines = [
        line for part in parts(file, text, outline(file, text)) for line in range(part.start, part.end + 1)
    ]

    assert len(lines) == len(set(lines))
    assert {number for number, line in enumerate(text.split("\n"), 1) if line.strip()} <= set(lines)


def test_a_function_in_a_function_stays_in_it() -> None:
    text = "def outer():\n    def inner():\n        pass\n    return inner\n"

    assert [(part.name, part.start, part.end) for part in parts("a.py", text, outline("a.py", text))] == [
        ("outer", 1, 4)
    ]


def test_code_that_does_not_parse_is_read_by_indentation() -> None:
    add = "    def add(self):\n        print 'old'\n\n"
    text = f"import shop\n\nclass Basket:\n{add}    def rest(self):\n        pass\n\nx = 1\n"

    found = outline("a.py", text)

    assert [(each.name, each.start, each.end, each.kind) for each in found.definitions] == [
        ("Basket", 3, 8, CLASS),
        ("add", 4, 5, FUNCTION),
        ("rest", 7, 8, FUNCTION),
    ]
    assert "shop" in found.imports


def test_a_bundle_and_other_text_have_no_definitions() -> None:
    assert outline("a.js", "function a() {}" * 500).definitions == ()
    assert outline("a.txt", "def total(): pass").definitions == ()


def test_the_function_around_a_line_is_found_in_other_languages_too() -> None:
    text = "class Basket {\n  add() {\n    const one = () => {\n      return 1;\n    };\n  }\n}\n"

    assert getattr(enclosing("a.js", text, 4), "name", None) == "add"
    assert getattr(enclosing("a.js", text, 3), "name", None) == "add"
