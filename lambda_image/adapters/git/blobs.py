"""Many files of one commit in a few processes and requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

# So many files are in memory at a time.
AT_ONCE = 500
FETCH = (
    "-c",
    "fetch.negotiationAlgorithm=noop",
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-recurse-submodules",
    "--filter=blob:none",
    "--stdin",
    "origin",
)


class Git(Protocol):
    """Git in the clone of a repository."""

    def __call__(self, *command: str, given: bytes) -> bytes:
        """What it writes when it is given this."""


def contents(
    git: Git, blobs: Mapping[str, str], paths: Sequence[str], *, partial: bool
) -> Iterator[tuple[str, bytes]]:
    """Each path with its bytes; `blobs` are the object ids. Raises EvidenceUnavailable.

    A `partial` clone is first given what it lacks, in one request: git would ask for one after the other.
    """
    for at in range(0, len(paths), AT_ONCE):
        some = paths[at : at + AT_ONCE]
        asked = "".join(f"{blobs[path]}\n" for path in some).encode()
        if partial:
            git(*FETCH, given=asked)
        yield from zip(some, _split(git("cat-file", "--batch", given=asked)), strict=True)


def _split(output: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        size = int(output[at:end].rsplit(b" ", 1)[1])
        yield output[end + 1 : end + 1 + size]
        at = end + size + 2
