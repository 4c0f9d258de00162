"""Real git repositories for tests, made commit by commit in a folder."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

AUTHOR = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com"}
COMMITTER = {name.replace("AUTHOR", "COMMITTER"): value for name, value in AUTHOR.items()}
DATE = "2026-11-23T09:00:00Z"
Tree = dict[str, tuple[str, bytes]]


class LocalGit:
    """A repository with a work tree, on branch `main`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def commit(self, files: Mapping[str, bytes | None], subject: str = "Change", date: str = DATE) -> str:
        """Write (or with None delete) files and commit; the commit's id. Files below bin/ can be run."""
        for name, content in files.items():
            path = self.path / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o755 if name.startswith("bin/") else 0o644)
        self.git("add", "--all")
        return self.record(subject, date)

    def record(self, subject: str = "Change", date: str = DATE) -> str:
        """Commit what is staged."""
        when = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        self.git("commit", "--quiet", "--allow-empty", "-m", subject, environment=when)
        return self.git("rev-parse", "HEAD")

    def git(self, *words: str, environment: Mapping[str, str] | None = None) -> str:
        """What git says."""
        return git(self.path, *words, environment=environment).decode().strip()


def git(folder: Path, *words: str, environment: Mapping[str, str] | None = None) -> bytes:
    """What git writes, without the user's own configuration."""
    surroundings = {"PATH": os.defpath, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    surroundings |= AUTHOR | COMMITTER | dict(environment or {})
    return subprocess.run(
        ["git", "-C", str(folder), *words], env=surroundings, capture_output=True, check=True
    ).stdout


def tree_at(repository: Path, ref: str) -> Tree:
    """Mode and content of every file at a commit."""
    found: Tree = {}
    for entry in git(repository, "ls-tree", "-r", "-z", ref).decode().split("\0")[:-1]:
        head, _, path = entry.partition("\t")
        mode, _, sha = head.split(" ")
        found[path] = (mode, git(repository, "cat-file", "blob", sha))
    return found


def push_by_hand(repository: Path, branch: str, path: str, content: bytes) -> None:
    """One more commit on a branch of a bare repository, as people push it."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        git(Path(folder), "clone", "--quiet", "--branch", branch, str(repository), str(work))
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_bytes(content)
        git(work, "add", "--all")
        git(work, "commit", "--quiet", "-m", "By hand")
        git(work, "push", "--quiet", "origin", branch)
