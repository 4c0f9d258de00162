"""The git side: objects and branches of a bare repository, through git's own plumbing."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

ZERO = "0" * 40
SHA = re.compile(r"[0-9a-f]{40}")


class GitError(Exception):
    """git refused; its own last line."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One entry of a tree to be made; `sha` None deletes the path."""

    path: str
    mode: str
    sha: str | None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as the API tells it."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    message: str


class Repository:
    """A bare repository."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def default_branch(self) -> str:
        """What HEAD points at."""
        return self.git("symbolic-ref", "--short", "HEAD").decode().strip()

    def branch(self, name: str) -> str | None:
        """The commit of a branch, or None."""
        try:
            found = self.git("rev-parse", "--verify", "--quiet", f"refs/heads/{name}^{{commit}}")
        except GitError:
            return None
        return found.decode().strip()

    def update_branch(self, name: str, sha: str, old: str | None = None) -> None:
        """Point a branch at a commit; `old` is where it must stand, zeros for "not there"."""
        self.git("update-ref", f"refs/heads/{name}", sha, *([old] if old else []))

    def commit(self, sha: str) -> Commit:
        """Read a commit. Raises GitError."""
        raw = self.git("cat-file", "commit", sha).decode("utf-8", "replace")
        head, _, message = raw.partition("\n\n")
        fields = [line.split(" ", 1) for line in head.splitlines() if " " in line]
        parents = tuple(value for name, value in fields if name == "parent")
        return Commit(sha, dict(fields)["tree"], parents, message)

    def make_blob(self, content: bytes) -> str:
        """Store content."""
        return self.git("hash-object", "-w", "--stdin", stdin=content).decode().strip()

    def make_tree(self, base: str | None, entries: list[TreeEntry]) -> str:
        """A tree that is `base` with the entries put in. Raises GitError for an object that is not there."""
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            if base:
                self.git("read-tree", base, environment=index)
            for entry in entries:
                if entry.sha is None:
                    gone = f"0 {ZERO}\t{entry.path}\0".encode()
                    self.git("update-index", "-z", "--index-info", stdin=gone, environment=index)
                else:
                    self.git("cat-file", "-e", f"{entry.sha}^{{blob}}")
                    info = f"{entry.mode},{entry.sha},{entry.path}"
                    self.git("update-index", "--add", "--cacheinfo", info, environment=index)
            return self.git("write-tree", environment=index).decode().strip()

    def make_commit(self, message: str, tree: str, parents: list[str]) -> str:
        """A commit by the machine's user."""
        who = {"GIT_AUTHOR_NAME": "tracemend", "GIT_AUTHOR_EMAIL": "tracemend@users.noreply.example.com"}
        who |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in who.items()}
        flags = [word for parent in parents for word in ("-p", parent)]
        made = self.git("commit-tree", tree, *flags, stdin=message.encode(), environment=who)
        return made.decode().strip()

    def diff(self, base: str, head: str) -> str:
        """What `head` changes since it left `base`."""
        return self.git("diff", f"{base}...{head}").decode("utf-8", "replace")

    def ahead(self, base: str, head: str) -> bool:
        """Whether `head` has commits that `base` has not."""
        return self.git("rev-list", "--count", f"{base}..{head}").strip() != b"0"

    def git(
        self, *words: str, stdin: bytes | None = None, environment: dict[str, str] | None = None
    ) -> bytes:
        """What git writes. Raises GitError."""
        surroundings = {"PATH": os.defpath, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        run = subprocess.run(
            ["git", "-C", str(self.path), *words],
            input=stdin,
            env=surroundings | (environment or {}),
            capture_output=True,
            check=False,
            timeout=60,
        )
        if run.returncode:
            raise GitError(run.stderr.decode("utf-8", "replace").strip() or "git refused")
        return run.stdout
