"""The handbook's pages: each can be reached from the menu, and what they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.aws.names import FUNCTIONS

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
NAMED_FUNCTIONS = set(FUNCTIONS) - {"chat", "slack", "ingest", "empty-bucket"}


def test_the_menu_names_every_page() -> None:
    listed = set(re.findall(r"[\w/.-]+\.md", (ROOT / "mkdocs.yml").read_text()))

    assert listed == {str(page.relative_to(ROOT / "docs")) for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_to_pages(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#\s]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_tests_that_the_security_page_names_are_there() -> None:
    text = (ROOT / "docs" / "operations" / "security.md").read_text(encoding="utf-8")
    files = set(re.findall(r"`(tests/[\w/.]+)`", text))
    scenarios = {path.parent.name for path in (ROOT / "tests" / "scenarios").glob("*/scenario.toml")}
    named = re.findall(r"[Ss]cenarios? (`\w+`(?:, `\w+`)*)", text)

    assert files
    assert {each for each in files if not (ROOT / each).exists()} == set()
    assert named
    assert {name.strip("`") for each in named for name in each.split(", ")} <= scenarios


def test_the_diagram_is_a_picture_of_all_functions() -> None:
    drawn = (ROOT / "docs" / "architecture.svg").read_text(encoding="utf-8")
    words = set(re.findall(r"<text[^>]*>([^<]+)</text>", drawn))

    assert words >= NAMED_FUNCTIONS
