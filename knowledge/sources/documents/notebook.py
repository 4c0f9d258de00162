"""Jupyter notebooks to Markdown: cells as they stand, and what they printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from knowledge.errors import DocumentUnreadable
from knowledge.sources.documents.document import Document


def read(raw: bytes, declared: str) -> Document:  # noqa: ARG001 - JSON is UTF-8
    """See `formats.document`. The format is https://nbformat.readthedocs.io, versions 3 and 4."""
    try:
        told = json.loads(raw)
        language = _language(told.get("metadata") or {})
        cells = told.get("cells") or [cell for sheet in told["worksheets"] for cell in sheet["cells"]]
        return Document("", "\n\n".join(part for cell in cells for part in _parts(cell, language)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DocumentUnreadable(f"no notebook ({type(error).__name__})") from error


def _parts(cell: dict[str, Any], language: str) -> Iterator[str]:
    source = _joined(cell.get("source", cell.get("input", "")))
    if cell["cell_type"] == "heading":
        yield f"{'#' * int(cell.get('level', 1))} {source}"
    elif cell["cell_type"] != "code":
        yield source
    elif source.strip():
        yield fenced(source, language)
        for output in cell.get("outputs") or ():
            shown = _shown(output)
            if shown.strip():
                yield fenced(shown, "text")


def _language(about: dict[str, Any]) -> str:
    return str(
        (about.get("language_info") or {}).get("name")
        or (about.get("kernelspec") or {}).get("language")
        or "python"
    )


def _shown(output: dict[str, Any]) -> str:
    """What a cell printed, or the error that it ended with."""
    if output.get("output_type") in ("error", "pyerr"):
        return f"{output.get('ename', '')}: {output.get('evalue', '')}"
    return _joined(output.get("text") or (output.get("data") or {}).get("text/plain", ""))


def _joined(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text or "")


def fenced(code: str, language: str) -> str:
    """Code between fences that are longer than any in it."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code.rstrip(chr(10))}\n{fence}"
