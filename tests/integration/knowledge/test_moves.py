"""Pages that move, and sources that fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from knowledge.errors import IndexUnusable, OutOfTime, SourceUnusable
from knowledge.ingest import Job, ingest, preview
from knowledge.passage import About, Page, Unchanged
from knowledge.report import Change
from knowledge.search import search
from knowledge.sources.source import Skipped
from knowledge.store import Vector
from knowledge.stores.embedded import EmbeddedStore


@dataclass
class Wiki:
    """A source in memory; it fails after `fails_after` pages."""

    name: str
    content: list[Page | Unchanged]
    fails_after: int | None = None
    told: Mapping[str, str] | None = None

    def pages(self, marks: Mapping[str, str], skipped: Skipped) -> Iterator[Page | Unchanged]:
        self.told = marks
        for at, page in enumerate(self.content):
            if at == self.fails_after:
                break
            yield page
        if self.fails_after is not None:
            raise SourceUnusable(f"{self.name} answers 503")


class Letters:
    """An embedder that counts the texts it is given."""

    def __init__(self, model: str = "letters") -> None:
        self.model = model
        self.asked: list[str] = []

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        self.asked += texts
        return [(1.0, 0.0) for _ in texts]

    def question(self, text: str) -> Vector:
        return (1.0, 0.0)


def page(address: str, text: str, mark: str = "") -> Page:
    return Page(
        address, f"https://wiki.example.com/{address}", text.title(), f"# {text}\n\nDo it.\n", mark=mark
    )


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def found(index: Path, text: str) -> list[tuple[str, str]]:
    with EmbeddedStore(index) as store:
        return [(hit.passage.id, hit.passage.url) for hit in search(store, text, 5)]


def run(index: Path, *wikis: Wiki, job: Job | None = None) -> tuple[int, int, int, int]:
    reports = ingest(wikis, index, job)
    kinds = [(each.new, each.changed, each.moved, each.deleted) for each in reports]
    return tuple(map(sum, zip(*kinds, strict=True)))  # type: ignore[return-value]


def test_a_moved_page_keeps_the_ids_of_its_passages(index: Path) -> None:
    run(index, Wiki("w", [page("old", "disk full"), page("b", "queue blocked")]))
    ((before, _),) = found(index, "disk full")

    assert run(index, Wiki("w", [page("new", "disk full"), page("b", "queue blocked")])) == (0, 0, 1, 0)

    assert found(index, "disk full") == [(before, "https://wiki.example.com/new")]
    assert run(index, Wiki("w", [page("new", "disk full"), page("b", "queue blocked")])) == (0, 0, 0, 0)


def test_a_moved_page_is_followed_when_it_changes_moves_again_and_goes(index: Path) -> None:
    run(index, Wiki("w", [page("one", "disk full"), page("b", "queue blocked")]))
    run(index, Wiki("w", [page("two", "disk full"), page("b", "queue blocked")]))

    wiki = Wiki("w", [page("two", "disk broken", "v2"), page("b", "queue blocked")])
    assert run(index, wiki) == (0, 1, 0, 0)
    assert wiki.told == {"two": "", "b": ""}
    assert run(index, Wiki("w", [page("three", "disk broken", "v2"), Unchanged("b")])) == (0, 0, 1, 0)
    again = Wiki("w", [Unchanged("three"), Unchanged("b")])
    assert run(index, again) == (0, 0, 0, 0)
    assert again.told == {"three": "v2", "b": ""}
    assert [each.startswith("one#") for each, _ in found(index, "disk broken")] == [True]
    assert run(index, Wiki("w", [Unchanged("b")])) == (0, 0, 0, 1)
    assert found(index, "disk broken") == []


def test_a_new_page_at_the_address_that_another_left_is_another_page(index: Path) -> None:
    run(index, Wiki("w", [page("a", "disk full")]))
    run(index, Wiki("w", [page("b", "disk full")]))

    assert run(index, Wiki("w", [page("a", "queue blocked"), page("b", "disk full")])) == (1, 0, 0, 0)

    (disk,), (queue,) = found(index, "disk full"), found(index, "queue blocked")
    assert (disk[0].partition("#")[0], queue[0].partition("#")[0]) == ("a", "a~2")
    assert run(index, Wiki("w", [page("a", "queue blocked"), page("b", "disk full")])) == (0, 0, 0, 0)
    assert run(index, Wiki("w", [page("b", "disk full")])) == (0, 0, 0, 1)
    assert found(index, "queue blocked") == []


def test_two_pages_may_swap_their_addresses(index: Path) -> None:
    run(index, Wiki("w", [page("a", "disk full"), page("b", "queue blocked")]))

    assert run(index, Wiki("w", [page("b", "disk full"), page("a", "queue blocked")])) == (0, 2, 0, 0)
    assert found(index, "disk full")[0][1].endswith("/b")


def test_a_copy_is_no_move(index: Path) -> None:
    run(index, Wiki("w", [page("a", "disk full")]))

    assert run(index, Wiki("w", [page("copy", "disk full"), page("a", "disk full")])) == (1, 0, 0, 0)


def test_a_source_that_fails_keeps_its_pages_and_others_lose_theirs(index: Path) -> None:
    one = [page("a", "disk full"), page("b", "disk slow")]
    two = [page("c", "queue blocked"), page("d", "queue empty")]
    run(index, Wiki("one", [*one]), Wiki("two", [*two]))

    reports = ingest([Wiki("one", [*one], fails_after=1), Wiki("two", [two[0]])], index)

    assert [each.failed for each in reports] == ["one answers 503", ""]
    assert reports[0].deleted == 1
    assert found(index, "disk slow")
    assert [url.rpartition("/")[2] for _, url in found(index, "queue blocked")] == ["c"]


def test_a_page_is_not_moved_out_of_a_source_that_failed(index: Path) -> None:
    run(index, Wiki("one", [page("a", "disk full")]), Wiki("two", [page("c", "queue blocked")]))

    wikis = Wiki("one", [], fails_after=0), Wiki("two", [page("c", "queue blocked"), page("x", "disk full")])
    assert run(index, *wikis) == (1, 0, 0, 0)
    assert {url.rpartition("/")[2] for _, url in found(index, "disk full")} <= {"a", "x"}


def test_where_every_source_fails_the_run_does(index: Path) -> None:
    run(index, Wiki("w", [page("a", "disk full")]))

    with pytest.raises(SourceUnusable, match="503"):
        run(index, Wiki("w", [page("a", "disk slow")], fails_after=1))
    assert found(index, "disk full")


def test_a_run_that_fails_or_ends_early_goes_on_where_it_was(index: Path) -> None:
    content = [page(f"p{n}", f"disk {n} full") for n in range(10)]
    embedder = Letters()
    left = iter([100.0] * 6 + [1.0])

    with pytest.raises(OutOfTime, match="after 7 pages of w"):
        ingest([Wiki("w", [*content])], index, Job(embedder=embedder, time_left=lambda: next(left)))
    assert not index.exists()
    assert not embedder.asked

    assert run(index, Wiki("w", [*content]), job=Job(embedder=embedder)) == (3, 0, 0, 0)
    assert len(embedder.asked) == 10
    with EmbeddedStore(index) as store:
        assert len(store.pages()) == 10
    assert not list(index.parent.glob("*unfinished*"))


def test_a_run_that_did_all_but_publish_is_published_by_the_next(index: Path) -> None:
    content = [page("a", "disk full"), page("b", "disk slow")]
    with pytest.raises(OutOfTime):
        ingest([Wiki("w", [*content])], index, Job(time_left=iter([100.0, 1.0]).__next__))

    assert run(index, Wiki("w", [*content])) == (0, 0, 0, 0)
    assert found(index, "disk slow")


def test_what_was_left_serves_only_the_index_that_it_began_with(index: Path) -> None:
    run(index, Wiki("w", [page("a", "disk full")]))
    with pytest.raises(OutOfTime):
        ingest([Wiki("w", [page("a", "disk lost")])], index, Job(time_left=lambda: 0.0))
    older = [each.name for each in index.parent.glob("*unfinished*")]
    assert len(older) == 1
    replacement = index.with_name("other")
    run(replacement, Wiki("w", [page("a", "queue blocked"), page("b", "certificate expired")]))
    replacement.replace(index)

    assert run(index, Wiki("w", [page("a", "queue blocked"), page("b", "certificate expired")])) == (
        0,
        0,
        0,
        0,
    )
    assert found(index, "disk lost") == []


def test_a_preview_tells_everything_and_writes_nothing(index: Path) -> None:
    run(index, Wiki("w", [page(each, f"text {each}") for each in "abc"]))
    before = index.read_bytes(), sorted(index.parent.iterdir())
    told: list[Change] = []

    now = [page("a", "text a"), page("b", "other"), page("z", "text c"), page("n", "brand new")]
    (report,) = preview([Wiki("w", [*now])], index, Job(told=told.append))

    assert (report.new, report.changed, report.moved, report.deleted) == (1, 1, 1, 0)
    assert {(each.kind, each.address, each.before) for each in told} == {
        ("changed", "b", ""),
        ("new", "n", ""),
        ("moved", "z", "c"),
    }
    assert (index.read_bytes(), sorted(index.parent.iterdir())) == before


def test_models_are_not_mixed(index: Path) -> None:
    wiki = Wiki("w", [page("a", "disk full")])
    run(index, wiki, job=Job(embedder=Letters("one")))

    for job in (Job(), Job(embedder=Letters("two"))):
        with pytest.raises(IndexUnusable, match="made with the embeddings one"):
            run(index, wiki, job=job)


def test_another_owner_is_a_change_and_another_mark_is_none(index: Path) -> None:
    first = page("a", "disk full", "v1")
    run(index, Wiki("w", [first]))

    assert run(index, Wiki("w", [replace(first, mark="v2")])) == (0, 0, 0, 0)
    assert run(index, Wiki("w", [replace(first, about=About("payments"))])) == (0, 1, 0, 0)
