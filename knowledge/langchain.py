"""Any index as LangChain's retriever, for chains and agents that are not ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from knowledge.passage import Hit
from knowledge.search import WORDS_ONLY, How, search
from knowledge.service import SearchService
from knowledge.store import PassageIndex

# A question and how many passages are wanted.
Search = Callable[[str, int], Sequence[Hit]]


class PassageRetriever(BaseRetriever):
    """The best passages as documents: the text is the passage's, the metadata say where it stands and why.

    Below the floor of the search there are none. `ainvoke` searches in a thread. Raises IndexUnusable.
    """

    find: Search
    limit: int = 5

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's own call
    ) -> list[Document]:
        return [document(hit) for hit in self.find(query, self.limit)]


def of_index(index: PassageIndex, limit: int = 5, how: How = WORDS_ONLY) -> PassageRetriever:
    """The retriever of an index that our own search reads; `how` has the embedder of its vectors, if any."""
    return PassageRetriever(find=lambda text, most: search(index, text, most, how=how), limit=limit)


def of_service(service: SearchService, limit: int = 5) -> PassageRetriever:
    """The retriever of a managed search."""
    return PassageRetriever(find=service.ask, limit=limit)


def document(hit: Hit) -> Document:
    """A passage as LangChain's document."""
    passage = hit.passage
    metadata = {
        "source": passage.url,
        "title": passage.title,
        "heading": list(passage.heading),
        "page_id": passage.page_id,
        "score": hit.score,
        "cosine": hit.cosine,
        "signals": list(hit.signals),
        "names": list(passage.names),
        "owner": passage.about.owner,
        "modified": passage.about.modified,
        "services": list(passage.about.services),
        "environments": list(passage.about.environments),
    }
    return Document(id=passage.id, page_content=passage.text, metadata=metadata)
