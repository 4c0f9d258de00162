"""A passage as a vector with metadata, and back.

Every vector tells the page that it is of, how many of them the page has and what is remembered of the page:
what is in the index is the only truth about it, also after a run that was killed in the middle.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from knowledge.errors import IndexUnusable
from knowledge.passage import About, Passage
from knowledge.question import WORD, identifier_parts
from knowledge.store import Kept, Vector

Record = dict[str, Any]
Metadata = Mapping[str, Any]

# The words that are searched, by metadata key; `told` is everything else. None of them can be filtered by,
# so that they may be longer than 2 KB.
TEXT_KEYS = ("title", "text", "parts")
TOLD = "told"
UNFILTERED = (*TEXT_KEYS, TOLD)
# Amazon S3 User Guide, "Limitations and restrictions" of S3 Vectors.
LARGEST_METADATA = 40_000
LARGEST_FILTERED = 2_000
# The one vector that is no passage: it names the model of all others.
MODEL_KEY = "embedding-model"


def page_key(page_id: str) -> str:
    """A page's id of any length as the beginning of the keys of its vectors."""
    return hashlib.sha256(page_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def records(page_id: str, kept: Kept, passages: Sequence[Passage], vectors: Sequence[Vector]) -> list[Record]:
    """A page's vectors. Raises IndexUnusable for what S3 Vectors would refuse."""
    if len(vectors) != len(passages):
        raise IndexUnusable(
            f"{page_id} has {len(passages)} passages and {len(vectors)} vectors; S3 Vectors keeps no passage"
            " without one: ingest with an embedding model"
        )
    page = {"page": page_id, "digest": kept.digest, "mark": kept.mark, "of": len(passages)}
    key = page_key(page_id)
    return [
        {
            "key": f"{key}-{number:05}",
            "data": {"float32": _single(vector, page_id)},
            "metadata": _metadata(passage, page),
        }
        for number, (passage, vector) in enumerate(zip(passages, vectors, strict=True))
    ]


def model_record(model: str, dimensions: int) -> Record:
    """The vector that names the model."""
    unit = [1.0, *[0.0] * (dimensions - 1)]
    return {"key": MODEL_KEY, "data": {"float32": unit}, "metadata": {TOLD: json.dumps({"model": model})}}


def told_of(metadata: Metadata) -> dict[str, Any]:
    """What a vector tells besides its words. Raises IndexUnusable where it is not one of ours."""
    try:
        told: dict[str, Any] = json.loads(metadata[TOLD])
    except (KeyError, TypeError, ValueError) as error:
        raise IndexUnusable(
            "the index holds vectors that `tracemend ingest` did not write; give it one of its own"
        ) from error
    return told


def passage_of(metadata: Metadata) -> Passage:
    """The passage that went in."""
    told = told_of(metadata)
    about = told["about"]
    return Passage(
        told["page"],
        told["url"],
        told["title"],
        tuple(told["heading"]),
        metadata["text"],
        About(about["owner"], about["modified"], tuple(about["services"]), tuple(about["environments"])),
        tuple(told["names"]),
    )


def _metadata(passage: Passage, page: Mapping[str, Any]) -> dict[str, Any]:
    about = passage.about
    filtered = {
        key: sorted({name.lower() for name in names})
        for key, names in (("services", about.services), ("environments", about.environments))
        if names
    }
    heading = " ".join(passage.heading)
    told = {
        **page,
        "url": passage.url,
        "title": passage.title,
        "heading": passage.heading,
        "about": asdict(about),
        "names": passage.names,
    }
    words = {
        "title": passage.title,
        "text": passage.text,
        "parts": " ".join((heading, *_parts(f"{passage.title} {heading} {passage.text}"))).strip(),
    }
    made = {
        **{key: value for key, value in words.items() if value},
        "text": passage.text,
        TOLD: json.dumps(told, ensure_ascii=False),
        **filtered,
    }
    if _size(made) > LARGEST_METADATA or _size(filtered) > LARGEST_FILTERED:
        raise IndexUnusable(
            f"a passage of {passage.page_id} has {_size(made)} bytes, {_size(filtered)} of them services and"
            f" environments; S3 Vectors keeps {LARGEST_METADATA} and {LARGEST_FILTERED}. Split the page with"
            " headings, or name fewer services"
        )
    return made


def _parts(text: str) -> Iterator[str]:
    for word in WORD.findall(text):
        yield from identifier_parts(word)


def _size(metadata: Mapping[str, Any]) -> int:
    return len(json.dumps(metadata, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _single(vector: Vector, page_id: str) -> list[float]:
    """As S3 Vectors keeps it: in single precision. A vector without a direction has no cosine."""
    single = list(struct.unpack(f"{len(vector)}f", struct.pack(f"{len(vector)}f", *vector)))
    if not any(single):
        raise IndexUnusable(f"a passage of {page_id} has a vector of zeros; embed the page again")
    return single
