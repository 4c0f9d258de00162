"""The git side: branches of a bare repository, through git's own plumbing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class GitError(Exception):
    """git refused; its own last line."""


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

    def diff(self, base: str, head: str) -> str:
        """What `head` changes since it left `base`."""
        return self.git("diff", f"{base}...{head}").decode("utf-8", "replace")

    def ahead(self, base: str, head: str) -> bool:
        """Whether `head` has commits that `base` has not."""
        return self.git("rev-list", "--count", f"{base}..{head}").strip() != b"0"

    def git(self, *words: str) -> bytes:
        """What git writes. Raises GitError."""
        surroundings = {"PATH": os.defpath, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        run = subprocess.run(
            ["git", "-C", str(self.path), *words],
            env=surroundings,
            capture_output=True,
            check=False,
            timeout=60,
        )
        if run.returncode:
            raise GitError(run.stderr.decode("utf-8", "replace").strip() or "git refused")
        return run.stdout
