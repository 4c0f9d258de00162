"""The team's repositories at the deployed commit, read and searched through git."""

from __future__ import annotations

import fnmatch
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from lambda_image.adapters.git.blobs import contents
from lambda_image.adapters.git.clones import COMMIT, is_local
from lambda_image.adapters.git.code_index import CodeIndex, Splitter
from lambda_image.adapters.git.command import GitFailed, GitMissing
from lambda_image.adapters.git.shallow import Shallow
from lambda_image.domain.code import Part
from lambda_image.domain.errors import EvidenceUnavailable, PermanentError, TransientError
from lambda_image.domain.evidence import Change, Deployed, RepositoryMapping, Revision

# `git archive` would leave files out and rewrite others as .gitattributes asks; a sandbox needs the tree.
AS_COMMITTED = "* !export-ignore !export-subst !text !eol !crlf !ident !filter !working-tree-encoding\n"


class GitSource:
    """Implements `Repository` for the mapped repositories; `splitter` makes what is searched.

    `deployed` tells by log group and stream what is deployed, for a mapping without a ref; it may raise
    PermanentError or TransientError.
    """

    def __init__(
        self,
        shallow: Shallow,
        splitter: Splitter,
        deployed: Callable[[str, str], Sequence[Deployed]] | None = None,
    ) -> None:
        self._shallow = shallow
        self._clones = shallow.clones
        self._splitter = splitter
        self._deployed = deployed
        self._trees: dict[Revision, dict[str, str]] = {}
        self._index: tuple[Revision, CodeIndex] | None = None

    def revision(self, log_group: str, log_stream: str = "") -> Revision:
        """See `SourceCode.revision`. A ref that is a commit id costs no network once it is cached."""
        mapping = self._mapping(log_group)
        if mapping.ref:
            whole = COMMIT.fullmatch(mapping.ref)
            how = "the commit in the settings" if whole else f"{mapping.ref} in the settings"
            return Revision(mapping.name, self._fetched(mapping, mapping.ref), how)
        why = "no deployed commit is known"
        try:
            named = self._deployed(log_group, log_stream) if self._deployed else ()
        except (PermanentError, TransientError) as error:
            named, why = (), f"the deployed commit could not be asked for: {error}"
        for each in named:
            try:
                return Revision(mapping.name, self._fetched(mapping, each.ref), each.how)
            except EvidenceUnavailable:
                why = f"the deployed commit is not in the repository: {each.how} is {each.ref}"
        newest = self._fetched(mapping, None)
        return Revision(mapping.name, newest, f"the default branch; {why}", named=False)

    def pinned(self, log_group: str) -> bool:
        """Whether the settings say what is deployed there, so that nobody need be asked."""
        return bool(self._mapping(log_group).ref)

    def files(self, revision: Revision) -> tuple[str, ...]:
        """See `SourceCode.files`. Links and submodules are left out."""
        return tuple(sorted(self._tree(revision)))

    def read(self, revision: Revision, path: str) -> bytes:
        """See `SourceCode.read`."""
        return self._show(revision, "cat-file", "blob", f"{revision.commit}:{path}")

    def changes(self, revision: Revision, path: str, lines: tuple[int, int]) -> tuple[Change, ...]:
        """See `SourceCode.changes`. What is older than the clone's history is left out."""
        span = f"-L{lines[0]},{lines[1]}"
        output = self._show(revision, "blame", "--porcelain", span, revision.commit, "--", path)
        commits = dict.fromkeys(
            re.findall(r"^([0-9a-f]{40}) ", output.decode("utf-8", "replace"), re.MULTILINE)
        )
        unknown = self._shallow.boundary(self._by_name(revision))
        found = [self._change(revision, commit) for commit in commits if commit not in unknown]
        since = self._undeployed(revision, path, lines)
        return (*since, *sorted(found, key=lambda change: -change.timestamp))

    def contains(self, revision: Revision, commit: str) -> bool:
        """See `Rollout.contains`."""
        with _told():
            return self._shallow.contains(self._by_name(revision), revision.commit, commit)

    def archive(self, revision: Revision) -> bytes:
        """See `SourceArchive.archive`."""
        attributes = self._clones.folder(self._by_name(revision)) / "info" / "attributes"
        attributes.parent.mkdir(exist_ok=True)
        attributes.write_text(AS_COMMITTED, encoding="ascii")
        return self._show(revision, "archive", "--format=tar", revision.commit)

    def runnable(self, revision: Revision) -> frozenset[str]:
        """See `SourceArchive.runnable`."""
        return frozenset(path for head, _, path in self._entries(revision) if head.startswith("100755 "))

    def named(self, revision: Revision, names: Collection[str]) -> tuple[Part, ...]:
        """See `CodeSearch.named`."""
        return self._searched(revision).named(names)

    def about(self, revision: Revision, words: Sequence[str], limit: int) -> tuple[tuple[Part, float], ...]:
        """See `CodeSearch.about`."""
        return self._searched(revision).about(words, limit)

    def _searched(self, revision: Revision) -> CodeIndex:
        """The index of this commit. The first of a repository takes seconds, the next what has changed.

        A file that was damaged is made anew.
        """
        if self._index and self._index[0] == revision:
            return self._index[1]
        if self._index:
            self._index[1].close()
            self._index = None
        mapping = self._by_name(revision)
        tree, partial = self._tree(revision), not is_local(mapping.clone_url)

        def git(*command: str, given: bytes) -> bytes:
            with _told():
                return self._clones.run(mapping, *command, stdin=given)

        path = self._shallow.index(mapping)
        for again in (False, True):
            if again:
                path.unlink(missing_ok=True)
            try:
                index = CodeIndex(path, self._splitter)
                index.turn_to(tree, lambda paths: contents(git, tree, paths, partial=partial))
            except sqlite3.Error as error:
                broken = error
                continue
            self._index = (revision, index)
            return index
        raise EvidenceUnavailable(
            "source code", f"its index cannot be made: {broken}", "Is there room in TRACEMEND_CACHE_DIR?"
        )

    def _tree(self, revision: Revision) -> dict[str, str]:
        """Paths and object ids of the regular files."""
        if revision not in self._trees:
            found = self._entries(revision)
            self._trees |= {
                revision: {
                    path: head.split()[2]
                    for head, _, path in found
                    if head.startswith(("100644 ", "100755 "))
                }
            }
        return self._trees[revision]

    def _undeployed(self, revision: Revision, path: str, lines: tuple[int, int]) -> tuple[Change, ...]:
        """The commit after the deployed one that took these lines out of the file, on the default branch.

        A file that is not there any more, and a branch that cannot be reached, tell nothing.
        """
        head = replace(revision, commit=self._fetched(self._by_name(revision), None))
        if head.commit == revision.commit or path not in self.files(head):
            return ()
        here = self.read(revision, path).decode("utf-8", "replace").split("\n")[lines[0] - 1 : lines[1]]
        there = {line.strip() for line in self.read(head, path).decode("utf-8", "replace").split("\n")}
        gone = next((line for line in here if line.strip() and line.strip() not in there), None)
        if gone is None:
            return ()
        between = f"{revision.commit}..{head.commit}"
        found = self._show(revision, "log", "-1", "--format=%H", f"-S{gone.strip()}", between, "--", path)
        commit = found.decode().strip()
        return (replace(self._change(revision, commit), deployed=False),) if commit else ()

    def _entries(self, revision: Revision) -> Iterator[tuple[str, str, str]]:
        """Every path behind its mode, kind and object id."""
        listed = self._show(revision, "ls-tree", "-r", "-z", revision.commit).decode("utf-8", "replace")
        return (entry.partition("\t") for entry in filter(None, listed.split("\0")))

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
            "source code",
            f"no repository is mapped to {log_group}",
            "Add it to `[[repositories]]` in tracemend.toml",
        )

    def _by_name(self, revision: Revision) -> RepositoryMapping:
        if mapping := self._clones.named(revision.repository):
            return mapping
        raise EvidenceUnavailable(
            "source code",
            f"no repository is called {revision.repository}",
            "Add it to TRACEMEND_REPOSITORIES",
        )

    def _fetched(self, mapping: RepositoryMapping, ref: str | None) -> str:
        with _told():
            return self._shallow.fetched(mapping, ref)

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
