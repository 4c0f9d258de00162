"""A whole index into a data source of our own in Kendra, within one synchronisation."""

from __future__ import annotations

from collections.abc import Callable

from knowledge.copying import fill
from knowledge.homes.note import Note
from knowledge.store import Copyable
from knowledge.stores.calls import Calls
from knowledge.stores.kendra.documents import open_documents


def grow(
    calls: Calls, name: tuple[str, str], note: Note, source: Copyable, progress: Callable[[int], None]
) -> int:
    """Make the data source hold what the index holds; how many pages were written.

    `name` is the ids of the Kendra index and of the data source. Raises IndexUnusable.
    """
    index, data_source = name
    with open_documents(calls, index, data_source, note) as documents:
        return fill(source, documents, progress)
