"""Bare clones of the team's repositories, kept between invocations, each opened with its host's login.

The login goes to git through its environment, never into a URL, a command line or the repository's
configuration.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lambda_image.adapters.git.command import GitFailed, git
from lambda_image.domain.evidence import RepositoryMapping

COMMIT = re.compile(r"[0-9a-f]{40}")
MAY_SEE_LOGIN = re.compile(r"https://|http://127\.0\.0\.1(:\d+)?/")
DEFAULT = "refs/tracemend/default"


@dataclass(frozen=True, slots=True)
class Login:
    """What git sends over https."""

    user: str
    password: str = field(repr=False)


Logins = Callable[[RepositoryMapping], Login | None]


class Clones:
    """Clones by their mappings; `cache` is a writable folder, `login` is asked when it is needed."""

    def __init__(
        self, mappings: Sequence[RepositoryMapping], cache: Path, login: Logins | None = None
    ) -> None:
        self.mappings = mappings
        self._cache = cache
        self._login = login

    def named(self, repository: str) -> RepositoryMapping | None:
        """The mapping of a repository, or None."""
        return next((each for each in self.mappings if each.name == repository), None)

    def folder(self, mapping: RepositoryMapping) -> Path:
        """The bare clone of a repository, empty at first. Raises GitFailed, as the other methods do."""
        digest = hashlib.sha256(mapping.clone_url.encode()).hexdigest()[:16]
        folder = self._cache / "git" / f"{digest}.git"
        if not (folder / "HEAD").exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            git(None, "init", "--quiet", "--bare", str(folder))
        return folder

    def fetch(self, mapping: RepositoryMapping) -> None:
        """All branches and tags with their history: blame needs it. Blobs come when they are read."""
        refs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", f"+HEAD:{DEFAULT}"]
        if mapping.ref and COMMIT.fullmatch(mapping.ref):
            refs.append(mapping.ref)
        self._fetched(mapping, "--prune", "origin", *refs)

    def fetch_commit(self, mapping: RepositoryMapping, commit: str) -> None:
        """One commit that no branch or tag leads to; not every host gives it away."""
        self._fetched(mapping, "origin", commit)

    def _fetched(self, mapping: RepositoryMapping, *what: str) -> None:
        partial = [] if is_local(mapping.clone_url) else ["--filter=blob:none"]
        git(self.folder(mapping), "config", "remote.origin.url", mapping.clone_url)
        self.run(mapping, "fetch", "--quiet", "--force", "--no-recurse-submodules", *partial, *what)

    def has(self, mapping: RepositoryMapping, commit: str) -> bool:
        """Whether the commit was fetched; nothing is asked of the host."""
        try:
            git(self.folder(mapping), "cat-file", "-e", f"{commit}^{{commit}}", environment=OFFLINE)
        except GitFailed:
            return False
        return True

    def run(
        self,
        mapping: RepositoryMapping,
        *command: str,
        stdin: bytes | None = None,
        environment: dict[str, str] | None = None,
    ) -> bytes:
        """A command in the clone, which may fetch what is missing."""
        surroundings = self._access(mapping) | (environment or {})
        return git(self.folder(mapping), *command, environment=surroundings, stdin=stdin)

    def _access(self, mapping: RepositoryMapping) -> dict[str, str]:
        """Git's environment: which protocols it may speak, and the login for https."""
        protocols = "file" if is_local(mapping.clone_url) else "https:ssh:http"
        access = {"GIT_ALLOW_PROTOCOL": protocols}
        if self._login and MAY_SEE_LOGIN.match(mapping.clone_url) and (login := self._login(mapping)):
            access |= {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "http.extraHeader",
                "GIT_CONFIG_VALUE_0": f"Authorization: Basic {_basic(login)}",
            }
        return access


# An object that a partial clone has not is not asked for.
OFFLINE = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": ""}


def is_local(url: str) -> bool:
    """Whether a clone's address is a folder."""
    return url.startswith(("/", "./", "../", "file://"))


def _basic(login: Login) -> str:
    return base64.b64encode(f"{login.user}:{login.password}".encode()).decode()
