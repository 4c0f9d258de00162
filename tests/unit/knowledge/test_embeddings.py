"""Texts to vectors: the cache, the requests to Bedrock, and what is said where nothing can be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from knowledge.embeddings import local
from knowledge.embeddings.bedrock import CohereEmbedder, CohereReranker, TitanEmbedder
from knowledge.embeddings.cached import BATCH, CachedEmbedder
from knowledge.embeddings.estimate import Estimate
from knowledge.embeddings.text import text_of
from knowledge.errors import EmbeddingUnavailable
from knowledge.passage import Passage
from knowledge.store import Vector


class Counting:
    """An embedder that knows the length of a text, and fails at the text that it is told."""

    def __init__(self, model: str = "length-v1", fails_at: str = "") -> None:
        self.model = model
        self.asked: list[str] = []
        self._fails_at = fails_at

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        if self._fails_at in texts:
            raise EmbeddingUnavailable("gone")
        self.asked += texts
        return [(float(len(text)), 0.5) for text in texts]

    def question(self, text: str) -> Vector:
        return self.passages([text])[0]


def lists(vectors: Sequence[Vector]) -> list[list[float]]:
    return [list(vector) for vector in vectors]


def test_what_was_embedded_once_is_not_embedded_again(tmp_path: Path) -> None:
    for model, asked in (("a", ["xx", "y"]), ("a", []), ("b", ["xx", "y"])):
        inner = Counting(model)
        with CachedEmbedder(inner, tmp_path / "new" / "cache") as cached:
            assert lists(cached.passages(["xx", "y", "xx"])) == [[2, 0.5], [1, 0.5], [2, 0.5]]
        assert inner.asked == asked


def test_a_run_that_was_cut_goes_on_where_it_was(tmp_path: Path) -> None:
    texts = [f"text {number}" for number in range(2 * BATCH)]
    told: list[list[str]] = []

    def priced(missing: Sequence[str]) -> Estimate:
        told.append([*missing])
        return Estimate(len(missing))

    with (
        CachedEmbedder(Counting(fails_at=texts[-1]), tmp_path / "cache") as cut,
        pytest.raises(EmbeddingUnavailable),
    ):
        cut.passages(texts)

    inner = Counting()
    with CachedEmbedder(inner, tmp_path / "cache", priced) as cached:
        assert cached.estimate(texts).texts == BATCH
        cached.passages(texts)

    assert inner.asked == texts[BATCH:]
    assert told == [texts[BATCH:]]


def test_a_file_of_someone_else_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("not a database, and longer than its header would be " * 9)

    with pytest.raises(EmbeddingUnavailable, match="is no cache of vectors"):
        CachedEmbedder(Counting(), tmp_path / "cache")


class Bedrock:
    """Remembers what it was asked, and answers so."""

    def __init__(self, *answers: Mapping[str, Any]) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self._answers = list(answers)

    def __call__(self, model: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        self.asked.append((model, body))
        return self._answers.pop(0)


def test_titan_takes_one_text_a_call() -> None:
    bedrock = Bedrock({"embedding": [3.0, 4.0] + [0.0] * 1022}, {"embedding": [1.0] + [0.0] * 1023})

    found = TitanEmbedder(bedrock).passages(["disk", ""])

    assert [list(vector[:2]) for vector in found] == [[0.6, 0.8], [1.0, 0.0]]
    assert bedrock.asked[0] == (
        "amazon.titan-embed-text-v2:0",
        {"inputText": "disk", "dimensions": 1024, "normalize": True},
    )
    assert bedrock.asked[1][1]["inputText"] == " "


def test_cohere_takes_96_texts_a_call_and_knows_questions_from_passages() -> None:
    vector = [1.0] + [0.0] * 1023
    bedrock = Bedrock(*({"embeddings": {"float": [vector] * count}} for count in (96, 4, 1)))
    embedder = CohereEmbedder(bedrock, "eu.cohere.embed-v4:0")

    assert len(embedder.passages(["text"] * 100)) == 100
    embedder.question("why")

    assert [len(body["texts"]) for _, body in bedrock.asked] == [96, 4, 1]
    assert [body["input_type"] for _, body in bedrock.asked] == ["search_document"] * 2 + ["search_query"]
    assert embedder.model == "cohere.embed-v4:0/1024"


@pytest.mark.parametrize(
    "answer",
    [{}, {"embedding": None}, {"embedding": [1.0]}, {"embedding": [0.0] * 1024}, {"embedding": "no"}],
)
def test_an_answer_without_the_vector_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(EmbeddingUnavailable, match="gave no vector"):
        TitanEmbedder(Bedrock(answer)).question("disk")


def test_the_estimate_counts_tokens_calls_and_dollars() -> None:
    texts = ["x" * 1400] * 10_000

    titan, cohere = (kind(Bedrock()).estimate(texts) for kind in (TitanEmbedder, CohereEmbedder))

    assert (titan.tokens, titan.calls, titan.dollars) == (4_000_000, 10_000, 0.08)
    assert (cohere.calls, cohere.dollars) == (105, 0.48)


def test_a_reranker_scores_in_the_order_of_the_passages() -> None:
    results = [{"index": 1, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.2}]

    assert CohereReranker(Bedrock({"results": results})).scores("why", ["a", "b"]) == [0.2, 0.9]
    assert CohereReranker(Bedrock()).scores("why", []) == []
    with pytest.raises(EmbeddingUnavailable, match="another form"):
        CohereReranker(Bedrock({"answers": []})).scores("why", ["a"])


def test_a_passage_is_embedded_with_its_place() -> None:
    assert (
        text_of(Passage("p", "u", "Queue", ("Backlog", "Redrive"), "Run it."))
        == "Queue Backlog Redrive\nRun it."
    )


def test_missing_weights_are_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(local, "PACKAGE", "no_such_package")

    with pytest.raises(EmbeddingUnavailable, match=r"not installed; .*requirements-minilm\.lock"):
        local.LocalEmbedder(tmp_path)


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")

    with pytest.raises(EmbeddingUnavailable, match="is not the file that was published"):
        local._checked(tmp_path / "tokenizer.json")
