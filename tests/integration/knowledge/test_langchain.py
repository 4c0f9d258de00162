"""LangChain's retriever over our indexes, and the example of the README."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from langchain_core.documents import Document

from knowledge.langchain import PassageRetriever, of_index, of_service
from knowledge.passage import About, Passage
from knowledge.search import How
from knowledge.store import Kept, Vector
from knowledge.stores.bedrock_kb import KnowledgeBase
from knowledge.stores.calls import ClientCalls
from knowledge.stores.embedded import EmbeddedStore
from tests.fakes.knowledge_store import MemoryKnowledge
from tests.fakes.search_services import BASE, KnowledgeBaseService

ROOT = Path(__file__).parents[3]
PASSAGE = Passage(
    "disk", "https://wiki/disk#steps", "Disk", ("Disk", "Steps"), "The disk is full.", About(services=("db",))
)


def test_documents_are_the_passages_and_say_where_they_stand() -> None:
    store = MemoryKnowledge()
    store.replace("disk", Kept("d"), [PASSAGE])

    (found,) = of_index(store).invoke("disk full")

    assert (found.id, found.page_content) == (PASSAGE.id, "The disk is full.")
    assert found.metadata["source"] == "https://wiki/disk#steps"
    assert found.metadata["heading"] == ["Disk", "Steps"]
    assert found.metadata["services"] == ["db"]
    assert found.metadata["score"] > 0.6
    assert {"disk", "full"} <= set(found.metadata["signals"])


def test_many_ask_an_index_at_once(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with EmbeddedStore.create(path) as made:
        for name in ("disk", "queue", "certificate"):
            page = Passage(name, f"https://wiki/{name}", name, (), f"The {name} is broken.")
            made.replace(name, Kept("d"), [page])

    async def asked(retriever: PassageRetriever) -> list[list[Document]]:
        return await retriever.abatch([f"{name} broken" for name in ("disk", "queue", "certificate") * 3])

    with EmbeddedStore(path) as index:
        found = asyncio.run(asked(of_index(index, limit=1)))

    assert [document.metadata["title"] for (document,) in found] == ["disk", "queue", "certificate"] * 3


class Compass:
    """An embedder that knows one direction."""

    model = "compass"

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        return [self.question(text) for text in texts]

    def question(self, text: str) -> Vector:
        return (1.0, 0.0) if "disk" in text else (0.6, 0.8)


def test_vectors_of_the_index_are_asked_where_its_embedder_is_given() -> None:
    store = MemoryKnowledge(Compass.model)
    other = replace(PASSAGE, page_id="queue", title="Queue", text="The queue is full.")
    store.replace("disk", Kept("d"), [PASSAGE], [(1.0, 0.0)])
    store.replace("queue", Kept("q"), [other], [(0.0, 1.0)])

    found = of_index(store, how=How(embedder=Compass())).invoke("disk full")

    assert [(each.metadata["title"], each.metadata["cosine"]) for each in found] == [
        ("Disk", 1.0),
        ("Queue", 0.0),
    ]


def test_what_no_page_answers_gives_no_document() -> None:
    store = MemoryKnowledge()
    store.replace("disk", Kept("d"), [PASSAGE])

    assert of_index(store).invoke("certificate of the proxy expired") == []


def test_a_managed_search_is_a_retriever_too() -> None:
    service = KnowledgeBaseService()
    service.kept = [PASSAGE]

    found = of_service(KnowledgeBase(ClientCalls(service.client), BASE), limit=1).invoke("disk full")

    assert [each.metadata["source"] for each in found] == ["https://wiki/disk#steps"]


def test_the_example_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = "infra/local/demo/pages"
    shutil.copytree(ROOT / pages, tmp_path / pages)
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.+?)```", (ROOT / "knowledge/README.md").read_text(), re.DOTALL)

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - our own page

    assert said.getvalue().strip()
