"""A repository in memory, and a verifier whose verdicts the test decides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from lambda_image.adapters.git.code_index import CodeIndex, Splitter
from lambda_image.domain.code import Part
from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.evidence import Change, Revision
from lambda_image.domain.patch import Proof, VerifyRequest
from lambda_image.steps.code.splitting import is_indexed, split
from tests.fakes.evidence import REVISION

SPLITTER = Splitter(is_indexed, split)


class MemoryRepository:
    """Implements `Repository` over one commit; its archive is empty, for verifiers that do not look."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = dict(files)
        self._index: CodeIndex | None = None

    def revision(self, log_group: str, log_stream: str = "") -> Revision:
        """The one commit."""
        return REVISION

    def files(self, revision: Revision) -> tuple[str, ...]:
        """All paths, sorted."""
        return tuple(sorted(self._files))

    def read(self, revision: Revision, path: str) -> bytes:
        """A file's bytes."""
        if path not in self._files:
            raise EvidenceUnavailable("source code", f"{path} is not there", "Look at the commit")
        return self._files[path].encode()

    def changes(self, revision: Revision, path: str, lines: tuple[int, int]) -> tuple[Change, ...]:
        """None."""
        return ()

    def named(self, revision: Revision, names: Collection[str]) -> tuple[Part, ...]:
        """By the real index, in memory."""
        return self._searched().named(names)

    def about(self, revision: Revision, words: Sequence[str], limit: int) -> tuple[tuple[Part, float], ...]:
        """Likewise."""
        return self._searched().about(words, limit)

    def _searched(self) -> CodeIndex:
        if self._index is None:
            self._index = CodeIndex(":memory:", SPLITTER)
            tree = dict.fromkeys(self._files, "1")
            self._index.turn_to(tree, lambda paths: ((path, self._files[path].encode()) for path in paths))
        return self._index

    def archive(self, revision: Revision) -> bytes:
        """Nothing."""
        return b""

    def runnable(self, revision: Revision) -> frozenset[str]:
        """None."""
        return frozenset()


class ScriptedVerifier:
    """Implements `Verifier` by a function of the test; the requests are kept."""

    def __init__(self, judge: Callable[[VerifyRequest], Proof]) -> None:
        self.requests: list[VerifyRequest] = []
        self._judge = judge

    def prove(self, request: VerifyRequest) -> Proof:
        """What the test says."""
        self.requests.append(request)
        return self._judge(request)
