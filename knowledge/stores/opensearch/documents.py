"""Passages and pages as documents, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from knowledge.passage import About, Passage
from knowledge.store import Kept, Vector
from knowledge.stores.opensearch.schema import LONGEST_WORD, VECTOR
from knowledge.stores.words import Columns, indexed, length

Document = dict[str, Any]


def page_key(page_id: str) -> str:
    """A page's id at any length and in any script as a key."""
    return hashlib.sha256(page_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def page_document(page_id: str, kept: Kept, stamp: str) -> Document:
    """What is remembered of a page. `stamp` names the write."""
    key = page_key(page_id)
    told = {"id": page_id, "digest": kept.digest, "mark": kept.mark}
    return {"kind": "page", "page": key, "key": key, "stamp": stamp, "kept": told}


def kept_of(source: Mapping[str, Any]) -> tuple[str, Kept]:
    """A page's id and what is remembered of it."""
    told = source["kept"]
    return told["id"], Kept(told["digest"], told["mark"])


def passage_document(passage: Passage, number: int, vector: Vector | None, stamp: str) -> Document:
    """The passage of this number in its page."""
    key = page_key(passage.page_id)
    columns = indexed(passage)
    title, heading, _, parts = columns
    document: Document = {
        "kind": "passage",
        "page": key,
        "key": f"{key}-{number:05}",
        "stamp": stamp,
        "title": title,
        "heading": heading,
        "text": passage.text,
        "parts": parts,
        "length": length(columns),
        "services": _lowered(passage.about.services),
        "environments": _lowered(passage.about.environments),
        "passage": {
            "page_id": passage.page_id,
            "url": passage.url,
            "title": passage.title,
            "heading": passage.heading,
            "about": asdict(passage.about),
            "names": passage.names,
        },
    }
    if vector is not None:
        # Six digits: as much as single precision holds, in half of the bytes.
        document[VECTOR] = np.round(np.asarray(vector, dtype=np.float32), 6)
    return document


def passage_of(source: Mapping[str, Any]) -> Passage:
    """The passage that went in."""
    told = source["passage"]
    about = told["about"]
    return Passage(
        told["page_id"],
        told["url"],
        told["title"],
        tuple(told["heading"]),
        source["text"],
        About(about["owner"], about["modified"], tuple(about["services"]), tuple(about["environments"])),
        tuple(told["names"]),
    )


def columns_of(source: Mapping[str, Any]) -> Columns:
    """As they were searched."""
    return source["title"], source["heading"], source["text"], source["parts"]


def _lowered(names: Iterable[str]) -> list[str]:
    """One that is longer than a server takes would have the whole copy refused."""
    return [name.lower()[:LONGEST_WORD] for name in names]
