"""A repository in memory, and a verifier whose verdicts the test decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.evidence import Change, Revision
from lambda_image.domain.patch import Proof, VerifyRequest
from tests.fakes.evidence import REVISION


class MemoryRepository:
    """Implements `Repository` over one commit; its archive is empty, for verifiers that do not look."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = dict(files)

    def revision(self, log_group: str) -> Revision:
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
