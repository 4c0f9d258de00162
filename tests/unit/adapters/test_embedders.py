"""An index that records a model is asked with that model; where it cannot be had, by words and aloud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.embeddings.local import LocalEmbedder
from knowledge.ingest import Job, ingest
from knowledge.sources.folder import Folder
from knowledge.stores.embedded import EmbeddedStore
from lambda_image.adapters.retry import Retry
from lambda_image.adapters.runbooks.embedders import Embedders
from lambda_image.adapters.runbooks.indexes import Surroundings, open_index
from lambda_image.domain.errors import ConfigurationError
from lambda_image.domain.evidence import KnowledgeQuery
from lambda_image.ports import Knowledge
from tests.fakes.bedrock_models import Titan
from tests.fakes.clock import FixedClock

QUERY = KnowledgeQuery("the disk is full")


@pytest.fixture
def bedrock() -> Titan:
    return Titan()


@pytest.fixture
def embedders(bedrock: Titan, tmp_path: Path) -> Embedders:
    clock = FixedClock()
    return Embedders(lambda *_: bedrock, tmp_path / "cache", Retry(clock, sleep=lambda _: None))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "disk.md").write_text("# Disk full\n\nThe disk is full: remove old segments.\n")
    return tmp_path / "docs"


@pytest.fixture
def told() -> list[str]:
    """Why the index was asked by words alone."""
    return []


@pytest.fixture
def known(bedrock: Titan, tmp_path: Path, told: list[str]) -> Knowledge:
    """The index that the tests fill, opened as `respond` opens it."""
    clock = FixedClock()
    around = Surroundings(
        lambda *_: bedrock, tmp_path, clock, Retry(clock), "eu-west-1", lambda: None, told.append
    )
    return open_index(str(tmp_path / "index"), around)


def filled(docs: Path, index: Path, embedders: Embedders) -> None:
    """Make the index with vectors of Bedrock."""
    chosen = embedders.chosen("bedrock")
    assert chosen is not None
    with chosen:
        ingest([Folder(docs)], index, Job(embedder=chosen))


def test_vectors_of_bedrock_are_made_once_and_asked_with_the_same_model(
    bedrock: Titan, embedders: Embedders, docs: Path, tmp_path: Path, known: Knowledge, told: list[str]
) -> None:
    for index in ("other", "index"):
        filled(docs, tmp_path / index, embedders)
    assert len(bedrock.asked) == 1

    found = known.search(QUERY, 5)

    assert [each.title for each in found] == ["Disk full"]
    assert len(bedrock.asked) == 2
    with EmbeddedStore(tmp_path / "index") as store:
        assert store.model() == "amazon.titan-embed-text-v2:0/1024"
    assert not told


def test_a_model_that_is_not_allowed_is_told_and_words_answer(
    bedrock: Titan, embedders: Embedders, docs: Path, tmp_path: Path, known: Knowledge, told: list[str]
) -> None:
    filled(docs, tmp_path / "index", embedders)

    bedrock.denied = True

    assert len(known.search(QUERY, 5)) == 1
    assert "asked by words alone" in told[0]
    assert "AccessDenied" in told[0]


@pytest.mark.parametrize("model", [LocalEmbedder.model, "of-somebody-else/3"])
def test_a_model_that_is_not_here_is_told_once_and_words_answer(
    docs: Path, tmp_path: Path, known: Knowledge, told: list[str], monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    monkeypatch.setattr("knowledge.embeddings.local.PACKAGE", "no_such_package")
    ingest([Folder(docs)], tmp_path / "words")
    with (
        EmbeddedStore.create(tmp_path / "index", model) as store,
        EmbeddedStore(tmp_path / "words") as words,
    ):
        for page in words.contents():
            store.replace(page.page_id, page.kept, page.passages)

    assert len(known.search(QUERY, 5)) == len(known.search(QUERY, 5)) == 1
    assert len(told) == 1
    assert model in told[0]


def test_a_model_is_named_with_its_dimensions_and_recorded_without_its_geography(
    bedrock: Titan, tmp_path: Path
) -> None:
    clock = FixedClock()
    made = Embedders(lambda *_: bedrock, tmp_path, Retry(clock), "eu.cohere.embed-v4:0/256")
    chosen = made.chosen("eu.cohere.embed-v4:0/256")
    assert chosen is not None
    with chosen:
        assert chosen.model == "cohere.embed-v4:0/256"

    assert len(made.recorded("cohere.embed-v4:0/256").question("disk")) == 256
    assert len(made.recorded("amazon.titan-embed-text-v2:0/512").question("disk")) == 512

    assert bedrock.models == ["eu.cohere.embed-v4:0", "amazon.titan-embed-text-v2:0"]


def test_a_choice_that_there_is_not_is_named_with_those_that_there_are(embedders: Embedders) -> None:
    assert embedders.chosen("none") is None
    with pytest.raises(ConfigurationError, match="none, local, bedrock"):
        embedders.chosen("remote")


def test_the_reranker_has_the_last_word_and_says_when_it_has_none(
    bedrock: Titan, docs: Path, tmp_path: Path, told: list[str]
) -> None:
    (docs / "full.md").write_text("# Disk full again\n\nThe disk is full: call the vendor of the disk.\n")
    ingest([Folder(docs)], tmp_path / "index")
    clock = FixedClock()
    around = Surroundings(
        lambda *_: bedrock, tmp_path, clock, Retry(clock), "eu-west-1", lambda: None, told.append
    )
    own = open_index(str(tmp_path / "index"), around).search(QUERY, 5)
    ranked = open_index(str(tmp_path / "index"), replace(around, reranker="cohere.rerank-v3-5:0"))

    bedrock.best = own[-1].text
    assert [each.id for each in ranked.search(QUERY, 5)] == [each.id for each in reversed(own)]
    bedrock.denied = True
    assert ranked.search(QUERY, 5) == own
    assert "AccessDenied" in told[0]

    for floor, found in ((0.0, 2), (99.0, 0)):
        index = open_index(str(tmp_path / "index"), replace(around, floor=floor))
        assert len(index.search(KnowledgeQuery("a full moon stood above the vendor's disk"), 5)) == found
    with pytest.raises(ConfigurationError, match=r"cohere\.rerank-v3-5:0 is known"):
        open_index(str(tmp_path / "index"), replace(around, reranker="acme.rank"))
