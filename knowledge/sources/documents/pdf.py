"""PDF to text by pypdf: a PDF has no headings or tables, only lines at places."""

from __future__ import annotations

import io
from itertools import islice

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from knowledge.errors import DocumentUnreadable
from knowledge.sources.documents.document import LARGEST_TEXT, Document

MOST_PAGES = 2_000


def read(raw: bytes, declared: str) -> Document:  # noqa: ARG001 - a PDF says itself how it is written
    """See `formats.document`."""
    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentUnreadable("encrypted")
        title = str((reader.metadata and reader.metadata.title) or "").strip()
        parts: list[str] = []
        for page in islice(reader.pages, MOST_PAGES):
            parts.append(page.extract_text().strip())
            if sum(map(len, parts)) > LARGEST_TEXT:
                raise DocumentUnreadable(f"has more than {LARGEST_TEXT} characters")
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise DocumentUnreadable(f"a damaged PDF ({type(error).__name__})") from error
    return Document(title, "\n\n".join(part for part in parts if part))
