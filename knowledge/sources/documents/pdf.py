"""PDF to text by pypdf: a PDF has no headings or tables, only lines at places."""

from __future__ import annotations

import io
import re
from collections import Counter
from itertools import islice

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from knowledge.errors import DocumentUnreadable
from knowledge.sources.documents.document import LARGEST_TEXT, Document

MOST_PAGES = 2_000
# One sign for two or three letters, as printers set them; nobody types it into a search.
_LIGATURES = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
    }
)
# Where a printer's driver has written the title.
_DRIVERS = re.compile(r"^Microsoft \w+ - |\.docx?$|^untitled$", re.IGNORECASE)
# The number of a page, in the languages that PDFs come in most.
_NUMBER = re.compile(
    r"\W*(?:page|seite|p[aá]gina|strona)?\W*\d+(?:\s*(?:/|of|von|de|sur|di|z)\s*\d+)?\W*", re.IGNORECASE
)
# A line of a table of contents: dots that lead to a page.
_LEADS = re.compile(r"(?:\s?\.){5,}\s*\d*\s*$")
# So many lines at the top and at the bottom of a page may be its header and its footer.
EDGE = 3


def read(raw: bytes, declared: str) -> Document:  # noqa: ARG001 - a PDF says itself how it is written
    """See `formats.document`."""
    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentUnreadable("encrypted")
        title = _DRIVERS.sub("", str((reader.metadata and reader.metadata.title) or "").strip())
        pages: list[str] = []
        for page in islice(reader.pages, MOST_PAGES):
            pages.append(page.extract_text().translate(_LIGATURES).strip())
            if sum(map(len, pages)) > LARGEST_TEXT:
                raise DocumentUnreadable(f"has more than {LARGEST_TEXT} characters")
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise DocumentUnreadable(f"a damaged PDF ({type(error).__name__})") from error
    return Document(title, "\n\n".join(filter(None, without_edges(pages))))


def without_edges(pages: list[str]) -> list[str]:
    """The pages without their numbers and contents, and without headers and footers but for the first one.

    A header or footer is what stands at the same edge of most pages, word for word.
    """
    kept = [[line for line in page.split("\n") if not _LEADS.search(line)] for page in pages]
    for turned in (False, True):
        sides = [page[::-1] if turned else page for page in kept]
        kept = [page[::-1] if turned else page for page in _without_tops(sides)]
    return ["\n".join(page) for page in kept]


def _without_tops(pages: list[list[str]]) -> list[list[str]]:
    seen = Counter(line for page in pages for line in {each.strip() for each in page[:EDGE]})
    often = {line for line, count in seen.items() if line and count > 2 and 2 * count > len(pages)}
    told: set[str] = set()
    found = []
    for page in pages:
        said = [line.strip() for line in page]
        end = next((at for at, line in enumerate(said) if at == EDGE or not _is_edge(line, often)), len(page))
        first = [line for line in page[:end] if line.strip() in often - told]
        told.update(line.strip() for line in first)
        found.append([*first, *page[end:]])
    return found


def _is_edge(line: str, often: set[str]) -> bool:
    return not line or line in often or bool(_NUMBER.fullmatch(line))
