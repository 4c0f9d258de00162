"""What is shown of what a store found."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from knowledge.errors import EmbeddingUnavailable, IndexUnusable
from knowledge.passage import About, Page, Passage
from knowledge.search import How, search
from knowledge.split import split
from knowledge.store import Kept, Scope, Vector
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

    assert search(made, "disk vendor certificate expired", 5, How(floor=0.0))


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


def test_a_nearly_equal_passage_is_a_copy_but_not_where_its_title_answers() -> None:
    text = "has disappeared from discovery. " + " ".join(f"step{number}" for number in range(60))
    made = MemoryKnowledge()
    for title in ("Scheduler down", "Scheduler down again", "Kubelet down"):
        made.replace(title, Kept(""), [Passage(title, title, title, (), f"{text} {title[-5:]}")])

    found = [
        hit.passage.title
        for hit in search(made, "kubelet scheduler disappeared from discovery", 5, How(floor=0))
    ]

    assert sorted(found) == ["Kubelet down", "Scheduler down"]


def test_the_same_text_about_another_service_is_no_copy() -> None:
    made = MemoryKnowledge()
    for name in ("orders", "billing"):
        made.replace(name, Kept(""), [Passage(name, name, "", (), "Disk full", About(services=(name,)))])

    assert len(search(made, "disk full", 5)) == 2
    scoped = search(made, "disk full", 5, how=How(scope=Scope(service="orders")))
    assert [hit.passage.page_id for hit in scoped] == ["orders"]


def test_a_short_question_that_was_found_whole_is_answered() -> None:
    made = store(("volumes", "Buy a larger volume. " + "Other things. " * 50), ("queue", "The queue."))

    assert search(made, "larger", 5, How(floor=9.0))
    assert not search(made, "larger mistake", 5, How(floor=9.0))
    assert search(made, "volume buy larger", 5, How(floor=9.0))
    assert search(made, "they buy a larger volume of other things", 5, How(floor=9.0))
    assert not search(made, "things buy volume, other larger", 5, How(floor=9.0))


def test_what_has_next_to_nothing_of_the_question_is_not_shown_behind_the_best() -> None:
    asked = "clock skewed node drifts chrony offset synchronised server"
    made = store(("clock", asked), ("queue", "Other things. " * 200 + "The node."))

    assert len(search(made, asked, 5)) == 1


def test_another_formulation_finds_what_the_first_does_not_and_says_so() -> None:
    made = store(("codes", "What NoSuchBucket means."), ("queue", "The queue is blocked."))

    found = search(made, "queue is blocked", 5, how=How(also=("NoSuchBucket",)))

    assert [(hit.passage.page_id, hit.asked) for hit in found] == [
        ("queue", "queue is blocked"),
        ("codes", "NoSuchBucket"),
    ]


class Compass:
    """An embedder and a reranker of two meanings: room and rest."""

    model = "compass-v1"
    broken = False

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        return [self.question(text) for text in texts]

    def question(self, text: str) -> Vector:
        if self.broken:
            raise EmbeddingUnavailable("asleep")
        return (1.0, 0.0) if "space" in text or "full" in text else (0.0, 1.0)

    def scores(self, text: str, passages: Sequence[str]) -> list[float]:
        if self.broken:
            raise EmbeddingUnavailable("asleep")
        return [float("queue" in passage) for passage in passages]


def with_vectors(model: str = Compass.model) -> MemoryKnowledge:
    made = MemoryKnowledge(model)
    for name, text in (("disk", "The volume is full."), ("queue", "The queue is blocked on the broker.")):
        made.replace(name, Kept(""), [Passage(name, name, "", (), text)], Compass().passages([text]))
    return made


def test_a_passage_without_any_word_of_the_question_is_found_by_its_meaning() -> None:
    first, second = search(with_vectors(), "no space on broker", 5, How(embedder=Compass(), floor=0))

    assert (first.passage.page_id, first.cosine, first.signals) == ("disk", 1.0, ())
    assert (second.passage.page_id, second.cosine) == ("queue", 0.0)
    assert "broker" in second.signals
    assert first.score > second.score


def test_vectors_of_another_model_are_not_compared() -> None:
    with pytest.raises(IndexUnusable, match=r"holds vectors of titan.*have one of compass-v1; ask with"):
        search(with_vectors("titan"), "no space", 5, how=How(embedder=Compass()))


def test_an_index_without_vectors_is_searched_by_words() -> None:
    (hit,) = search(store(("disk", "The disk is full.")), "disk full", 5, how=How(embedder=Compass()))

    assert hit.cosine is None


def test_words_answer_while_the_models_do_not() -> None:
    asleep = Compass()
    asleep.broken = True

    found = search(with_vectors(), "volume is full", 5, how=How(embedder=asleep, reranker=asleep))

    assert [hit.passage.page_id for hit in found] == ["disk"]


def test_a_reranker_has_the_last_word_on_the_order() -> None:
    found = search(with_vectors(), "volume queue full", 5, How(reranker=Compass(), floor=0))

    assert [hit.passage.page_id for hit in found] == ["queue", "disk"]
