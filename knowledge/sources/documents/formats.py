"""A document's bytes to a title and Markdown, by its format."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import PurePosixPath

from knowledge.errors import DocumentUnreadable
from knowledge.sources.documents.apart import read_apart
from knowledge.sources.documents.charset import decoded
from knowledge.sources.documents.document import LARGEST_TEXT, Document

LARGEST_DOCUMENT = 20_000_000
FORMATS = {
    ".md": "markdown", ".markdown": "markdown", ".mdx": "markdown", ".txt": "text",
    ".rst": "restructured", ".html": "html", ".htm": "html", ".xhtml": "html",
    ".pdf": "pdf", ".docx": "word", ".ipynb": "notebook",
}  # fmt: skip
TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/x-rst": ".rst",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/x-ipynb+json": ".ipynb",
}
# As they were written, and read without the extra `crawl`.
TEXTS = frozenset({"text", "markdown"})
# For these, looking at a file's time is cheaper than converting it again.
COSTLY = frozenset({"html", "pdf", "word", "notebook", "restructured"})
# Of a text in another alphabet's old encoding nothing is left; one in a Western one lacks a few letters.
UNREADABLE = 0.3
_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
# What stands in place of a large file: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
_POINTER = b"version https://git-lfs.github.com/spec/"
# Their readers are large, and hostile documents are written for such.
APART = frozenset({"pdf", "word"})


def format_of(name: str, media_type: str = "") -> str:
    """The format by the media type or else the name's ending; empty for what is not read."""
    suffix = TYPES.get(media_type.partition(";")[0].strip().lower(), PurePosixPath(name).suffix.lower())
    return FORMATS.get(suffix, "")


def largest(form: str) -> int:
    """The most bytes of a document of this format."""
    return LARGEST_TEXT if form in TEXTS else LARGEST_DOCUMENT


def document(form: str, raw: bytes, declared: str = "") -> Document:
    """Read a document of a format; `declared` is the character set that came with it.

    Raises DocumentUnreadable for what is damaged, too large, encrypted or empty, and where the extra
    `crawl` is not installed.
    """
    if len(raw) > largest(form):
        raise DocumentUnreadable(f"larger than {largest(form)} bytes")
    if raw.startswith(_POINTER):
        raise DocumentUnreadable(
            "kept in Git LFS, of which only a pointer is here; fetch it, or name a folder where it is"
        )
    found = _reader(form)(raw, declared)
    if not found.text.strip():
        raise DocumentUnreadable("empty")
    return found


def _text(raw: bytes, declared: str) -> Document:
    if b"\0" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DocumentUnreadable("not text")
    text = decoded(raw, declared)
    if len(_UNREADABLE.findall(text)) > UNREADABLE * len(text):
        raise DocumentUnreadable("not text, or not in UTF-8")
    return Document("", text)


def _reader(form: str) -> Callable[[bytes, str], Document]:
    if form in TEXTS:
        return _text
    if form in APART:
        return lambda raw, _: read_apart(form, raw)
    try:
        module = import_module(f"knowledge.sources.documents.{form}")
    except ModuleNotFoundError as error:
        # Without docutils it is still a text that people can read.
        if form == "restructured":
            return _text
        raise DocumentUnreadable(
            f"needs the package {error.name}; install tracemend with its extra `crawl`"
        ) from error
    reader: Callable[[bytes, str], Document] = module.read
    return reader
