"""LangChain's retriever over our indexes, and the example of the README."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from pathlib import Path

import pytest

from knowledge.langchain import of_index, of_service
from knowledge.passage import About, Passage
from knowledge.store import Kept
from knowledge.stores.bedrock_kb import KnowledgeBase
from knowledge.stores.calls import ClientCalls
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
