"""What is fetched of a repository to be read: a commit with some history; all clones together under a cap."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from lambda_image.adapters.git.clones import COMMIT, Clones, is_local
from lambda_image.adapters.git.command import GitFailed, git
from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.evidence import RepositoryMapping

# What people and build systems shorten a commit to.
ABBREVIATED = re.compile(r"[0-9a-f]{7,39}")
# Commits of history: who touched a line last is mostly among them, and is not told where it is not.
DEPTH = 500
INDEX = "tracemend-index.sqlite"


class Shallow:
    """Fetches into clones; together they take at most `cap` bytes. Methods raise GitFailed."""

    def __init__(self, clones: Clones, cap: int) -> None:
        self.clones = clones
        self._cap = cap

    def index(self, mapping: RepositoryMapping) -> Path:
        """Where the index of a repository is kept: it goes with its clone."""
        return self.clones.folder(mapping) / INDEX

    def fetched(self, mapping: RepositoryMapping, ref: str | None) -> str:
        """The commit of a ref, with its trees; None is the default branch. A known commit costs no network.

        Raises EvidenceUnavailable for a ref that is not there.
        """
        if ref and COMMIT.fullmatch(ref):
            if not self.clones.has(mapping, ref):
                self._fetch(mapping, ref)
            return ref
        there = self._advertised(mapping, ref)
        if there is None and ref and ABBREVIATED.fullmatch(ref):
            return self._spelt_out(mapping, ref)
        if there is None:
            raise EvidenceUnavailable(
                "source code", f"there is no {ref} in the repository", "Correct its ref"
            )
        if not self.clones.has(mapping, there):
            self._fetch(mapping, there)
        return there

    def contains(self, mapping: RepositoryMapping, head: str, commit: str) -> bool:
        """Whether a commit is in the history of another; all of it is fetched where some does not tell."""
        known = self.fetched(mapping, commit)
        self.fetched(mapping, head)
        if self._precedes(mapping, known, head):
            return True
        if self._precedes(mapping, head, known) or not self.boundary(mapping):
            return False
        self._fetch(mapping, head, known, whole=True)
        return self._precedes(mapping, known, head)

    def _precedes(self, mapping: RepositoryMapping, first: str, second: str) -> bool:
        try:
            self.clones.run(mapping, "merge-base", "--is-ancestor", first, second)
        except GitFailed as failed:
            if failed.code != 1:
                raise
            return False
        return True

    def boundary(self, mapping: RepositoryMapping) -> frozenset[str]:
        """The oldest commits of the shallow clone: what came before them is not known."""
        shallow = self.clones.folder(mapping) / "shallow"
        return frozenset(shallow.read_text(encoding="ascii").split()) if shallow.exists() else frozenset()

    def _advertised(self, mapping: RepositoryMapping, ref: str | None) -> str | None:
        """The commit of a tag or branch, or of the default branch, as the repository tells it now."""
        self._asked(mapping)
        wanted = [f"refs/tags/{ref}^{{}}", f"refs/tags/{ref}", f"refs/heads/{ref}"] if ref else ["HEAD"]
        told = self.clones.run(mapping, "ls-remote", "origin", *wanted).decode("utf-8", "replace")
        found = {name: commit for commit, _, name in (line.partition("\t") for line in told.splitlines())}
        return next((found[name] for name in wanted if name in found), None)

    def _fetch(self, mapping: RepositoryMapping, *refs: str, whole: bool = False) -> None:
        self._make_room(mapping)
        clone = self._asked(mapping)
        partial = [] if is_local(mapping.clone_url) else ["--filter=blob:none"]
        shallow = [] if whole else [f"--depth={DEPTH}"]
        if whole and (clone / "shallow").exists():
            shallow = ["--unshallow"]
        options = ["--quiet", "--force", "--no-tags", "--no-recurse-submodules", *partial, *shallow]
        self.clones.run(mapping, "fetch", *options, "origin", *refs)

    def _spelt_out(self, mapping: RepositoryMapping, short: str) -> str:
        """A shortened commit in full. No server tells that, so all its branches and tags are asked for."""
        for known in (True, False):
            if not known:
                refs = "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"
                self._fetch(mapping, *refs, whole=True)
            try:
                wanted = f"{short}^{{commit}}"
                return (
                    git(self.clones.folder(mapping), "rev-parse", "--verify", "--quiet", wanted)
                    .decode()
                    .strip()
                )
            except GitFailed:
                continue
        raise EvidenceUnavailable("source code", f"there is no {short} in the repository", "Correct its ref")

    def _asked(self, mapping: RepositoryMapping) -> Path:
        clone = self.clones.folder(mapping)
        git(clone, "config", "remote.origin.url", mapping.clone_url)
        return clone

    def _make_room(self, mapping: RepositoryMapping) -> None:
        """Forget the clones that were not used for the longest time, at last this one's own content."""
        own = self.clones.folder(mapping)
        os.utime(own)
        others = sorted(
            (each for each in own.parent.iterdir() if each != own), key=lambda each: each.stat().st_mtime
        )
        sizes = {each: _size(each) for each in (*others, own)}
        for each in (*others, own):
            if sum(sizes.values()) <= self._cap:
                return
            shutil.rmtree(each, ignore_errors=True)
            sizes.pop(each)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
