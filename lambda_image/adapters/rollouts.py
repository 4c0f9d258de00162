"""What runs now behind a log group, and whether a commit is in it: by AWS, and by git."""

from __future__ import annotations

from collections.abc import Callable

from lambda_image.adapters.git.source import GitSource
from lambda_image.domain.errors import EvidenceUnavailable, PermanentError, TransientError
from lambda_image.domain.evidence import Revision


class Rollouts:
    """Implements `Rollout`; `newest` gives the log stream of what runs. It may raise our errors."""

    def __init__(self, source: GitSource, newest: Callable[[str], str]) -> None:
        self._source = source
        self._newest = newest

    def running(self, log_group: str) -> Revision | None:
        """See `Rollout.running`."""
        try:
            stream = "" if self._source.pinned(log_group) else self._newest(log_group)
        except (PermanentError, TransientError) as error:
            fix = "Allow logs:DescribeLogStreams on it"
            raise EvidenceUnavailable("log streams", str(error), fix) from error
        found = self._source.revision(log_group, stream)
        return found if found.named else None

    def contains(self, revision: Revision, commit: str) -> bool:
        """See `Rollout.contains`."""
        return self._source.contains(revision, commit)
