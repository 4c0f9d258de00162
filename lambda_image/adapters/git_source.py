"""The team's repositories through git, at the deployed commit, cached as bare clones.

Nothing of a repository is executed: no hooks, filters, submodules or LFS.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lambda_image.adapters.git_clones import COMMIT, DEFAULT, Clones, Logins
from lambda_image.adapters.git_command import GitFailed, GitMissing, git
from lambda_image.domain.errors import EvidenceUnavailable, PermanentError, TransientError
from lambda_image.domain.evidence import Change, RepositoryMapping, Revision

# `git archive` would leave files out and rewrite others as .gitattributes asks; a sandbox needs the tree.
AS_COMMITTED = "* !export-ignore !export-subst !text !eol !crlf !ident !filter !working-tree-encoding\n"


class GitSource:
    """Implements `SourceCode` and `SourceArchive` for the mapped repositories.

    `login` is asked for what opens a repository; `cache` is a writable folder kept between invocations.
    """

    def __init__(
        self, mappings: Sequence[RepositoryMapping], cache: Path, login: Logins | None = None
    ) -> None:
        self._clones = Clones(mappings, cache, login)

    def revision(self, log_group: str) -> Revision:
        """See `SourceCode.revision`. A ref that is a commit id costs no network once it is cached."""
        mapping = self._mapping(log_group)
        if mapping.ref and COMMIT.fullmatch(mapping.ref):
            if not self._clones.has(mapping, mapping.ref):
                self._fetch(mapping)
            commit = self._resolved(mapping)
            return Revision(mapping.name, commit, "the commit in the settings", mapping.web)
        self._fetch(mapping)
        how = (
            f"{mapping.ref} in the settings"
            if mapping.ref
            else "the default branch; no deployed commit is known"
        )
        return Revision(mapping.name, self._resolved(mapping), how, mapping.web)

    def files(self, revision: Revision) -> tuple[str, ...]:
        """See `SourceCode.files`. Links and submodules are left out."""
        return tuple(sorted(path for path, mode in self._entries(revision) if mode in ("100644", "100755")))

    def read(self, revision: Revision, path: str) -> bytes:
        """See `SourceCode.read`."""
        return self._show(revision, "cat-file", "blob", f"{revision.commit}:{path}")

    def changes(self, revision: Revision, path: str, lines: tuple[int, int]) -> tuple[Change, ...]:
        """See `SourceCode.changes`."""
        span = f"-L{lines[0]},{lines[1]}"
        output = self._show(revision, "blame", "--porcelain", span, revision.commit, "--", path)
        commits = dict.fromkeys(
            re.findall(r"^([0-9a-f]{40}) ", output.decode("utf-8", "replace"), re.MULTILINE)
        )
        found = [self._change(revision, commit) for commit in commits]
        return tuple(sorted(found, key=lambda change: -change.timestamp))

    def archive(self, revision: Revision) -> bytes:
        """See `SourceArchive.archive`."""
        attributes = self._clones.folder(self._by_name(revision)) / "info" / "attributes"
        attributes.parent.mkdir(exist_ok=True)
        attributes.write_text(AS_COMMITTED, encoding="ascii")
        return self._show(revision, "archive", "--format=tar", revision.commit)

    def runnable(self, revision: Revision) -> frozenset[str]:
        """See `SourceArchive.runnable`."""
        return frozenset(path for path, mode in self._entries(revision) if mode == "100755")

    def _entries(self, revision: Revision) -> Iterator[tuple[str, str]]:
        """Every path with its mode."""
        listed = self._show(revision, "ls-tree", "-r", "-z", revision.commit).decode("utf-8", "replace")
        for entry in filter(None, listed.split("\0")):
            head, _, path = entry.partition("\t")
            yield path, head.partition(" ")[0]

    def _change(self, revision: Revision, commit: str) -> Change:
        told = self._show(revision, "log", "-1", "--format=%an%x00%at%x00%s", commit).decode(
            "utf-8", "replace"
        )
        author, seconds, subject = told.strip("\n").split("\0", 2)
        return Change(commit, author, int(seconds) * 1000, subject)

    def _mapping(self, log_group: str) -> RepositoryMapping:
        for mapping in self._clones.mappings:
            if fnmatch.fnmatchcase(log_group, mapping.log_group):
                return mapping
        raise EvidenceUnavailable(
            "source code", f"no repository is mapped to {log_group}", "Add it to TRACEMEND_REPOSITORIES"
        )

    def _by_name(self, revision: Revision) -> RepositoryMapping:
        if mapping := self._clones.named(revision.repository):
            return mapping
        raise EvidenceUnavailable(
            "source code",
            f"no repository is called {revision.repository}",
            "Add it to TRACEMEND_REPOSITORIES",
        )

    def _fetch(self, mapping: RepositoryMapping) -> None:
        with _told():
            self._clones.fetch(mapping)

    def _resolved(self, mapping: RepositoryMapping) -> str:
        ref = mapping.ref
        for name in (f"refs/tags/{ref}", f"refs/heads/{ref}", ref) if ref else (DEFAULT,):
            try:
                wanted = f"{name}^{{commit}}"
                found = git(self._clones.folder(mapping), "rev-parse", "--verify", "--quiet", wanted)
            except GitFailed:
                continue
            return found.decode().strip()
        raise EvidenceUnavailable("source code", f"there is no {ref} in the repository", "Correct its ref")

    def _show(self, revision: Revision, *command: str) -> bytes:
        with _told():
            return self._clones.run(self._by_name(revision), *command)


@contextmanager
def _told() -> Iterator[None]:
    """Git's complaints as a gap in the evidence, and those about the secret that opens a repository."""
    try:
        yield
    except (PermanentError, TransientError) as refused:
        raise EvidenceUnavailable(
            "source code", str(refused), "Check the secret of its code host"
        ) from refused
    except GitFailed as failed:
        missing = isinstance(failed, GitMissing)
        fix = "Is git in the image?" if missing else "Check the repository, its ref and the token"
        raise EvidenceUnavailable("source code", str(failed), fix) from failed
