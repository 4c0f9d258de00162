"""A repository of bytes in memory, for edits."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.evidence import Change, Revision

HERE = Revision("team/shop", "c" * 40, "test")


class Files:
    """Implements `Repository` over one commit; its archive is empty."""

    def __init__(self, content: Mapping[str, bytes], runnable: Collection[str] = ()) -> None:
        self._content = dict(content)
        self._runnable = frozenset(runnable)

    def revision(self, log_group: str, log_stream: str = "") -> Revision:
        """Always the same."""
        return HERE

    def files(self, revision: Revision) -> tuple[str, ...]:
        """All."""
        return tuple(sorted(self._content))

    def read(self, revision: Revision, path: str) -> bytes:
        """One."""
        if path not in self._content:
            raise EvidenceUnavailable("source", f"no {path}", "")
        return self._content[path]

    def changes(self, revision: Revision, path: str, lines: tuple[int, int]) -> tuple[Change, ...]:
        """None."""
        return ()

    def archive(self, revision: Revision) -> bytes:
        """Nothing."""
        return b""

    def runnable(self, revision: Revision) -> frozenset[str]:
        """As it was made."""
        return self._runnable
