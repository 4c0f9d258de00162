"""What is shown of what a store found."""

from __future__ import annotations

from knowledge.passage import Page, Passage
from knowledge.search import search
from knowledge.split import split
from knowledge.store import Kept
from tests.fakes.knowledge_store import MemoryKnowledge


def store(*pages: tuple[str, str]) -> MemoryKnowledge:
    made = MemoryKnowledge()
    for name, text in pages:
        made.replace(name, Kept(""), split(Page(name, f"https://wiki.example.com/{name}", name, text)))
    return made


def test_a_question_that_no_page_answers_finds_nothing() -> None:
    made = store(("disk", "The disk is full. Remove old segments."), ("queue", "The queue is blocked."))

    assert search(made, "certificate of the disk vendor expired yesterday", 5) == ()
    assert [hit.passage.page_id for hit in search(made, "disk is full", 5)] == ["disk"]


def test_a_lower_floor_shows_what_was_below_it() -> None:
    made = store(("disk", "The disk is full."))

    assert search(made, "disk vendor certificate expired", 5, floor=0.0)


def test_the_best_of_each_page_comes_before_second_parts() -> None:
    made = MemoryKnowledge()
    parts = [Passage("long", "u", "Long", (), f"disk full here, part {n}") for n in "abc"]
    made.replace("long", Kept(""), parts)
    made.replace("short", Kept(""), [Passage("short", "v", "Short", (), "the disk")])

    found = [hit.passage.page_id for hit in search(made, "disk full", 5)]

    assert found == ["long", "short", "long", "long"]


def test_a_copy_of_a_page_is_shown_once() -> None:
    made = store(("wiki", "The disk is full.\nRemove it."), ("mirror", "The disk  is full. Remove it."))

    assert len(search(made, "disk full", 5)) == 1
