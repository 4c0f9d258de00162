"""The team's repositories through git, at the deployed commit, cached as bare clones.

Nothing of a repository is executed: no hooks, filters, submodules or LFS. The token goes to git through
its environment, never into a URL, a command line or the repository's configuration.
"""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import os
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.evidence import Change, RepositoryMapping, Revision

TIMEOUT = 120.0
COMMIT = re.compile(r"[0-9a-f]{40}")
MAY_SEE_TOKEN = re.compile(r"https://|http://127\.0\.0\.1(:\d+)?/")
UNSAFE_OFF = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "filter.lfs.smudge=",
    "filter.lfs.process=",
    "filter.lfs.required=false",
    "submodule.recurse=false",
    "gc.auto=0",
)
# `git archive` would leave files out and rewrite others as .gitattributes asks; a sandbox needs the tree.
AS_COMMITTED = "* !export-ignore !export-subst !text !eol !crlf !ident !filter !working-tree-encoding\n"
# Where a host key is unknown or has changed, ssh refuses instead of asking.
SSH = "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=10"


class GitSource:
    """Implements `SourceCode` and `SourceArchive` for the mapped repositories.

    `token` gives the https token when it is needed; `cache` is a writable folder kept between invocations.
    """

    def __init__(
        self,
        mappings: Sequence[RepositoryMapping],
        cache: Path,
        token: Callable[[], str] | None = None,
    ) -> None:
        self._mappings = mappings
        self._cache = cache
        self._token = token

    def revision(self, log_group: str) -> Revision:
        """See `SourceCode.revision`. A ref that is a commit id costs no network once it is cached."""
        mapping = self._mapping(log_group)
        clone = self._clone(mapping)
        if mapping.ref and COMMIT.fullmatch(mapping.ref):
            if not self._has(clone, mapping.ref):
                self._fetch(mapping, clone)
            return Revision(mapping.name, self._resolved(clone, mapping.ref), "the commit in the settings")
        self._fetch(mapping, clone)
        how = (
            f"{mapping.ref} in the settings"
            if mapping.ref
            else "the default branch; no deployed commit is known"
        )
        return Revision(mapping.name, self._resolved(clone, mapping.ref), how)

    def files(self, revision: Revision) -> tuple[str, ...]:
        """See `SourceCode.files`. Links and submodules are left out."""
        entries = self._show(revision, "ls-tree", "-r", "-z", revision.commit).decode("utf-8", "replace")
        found = (entry.partition("\t") for entry in entries.split("\0") if entry)
        return tuple(sorted(path for head, _, path in found if head.startswith(("100644 ", "100755 "))))

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
        attributes = self._clone(self._by_name(revision)) / "info" / "attributes"
        attributes.parent.mkdir(exist_ok=True)
        attributes.write_text(AS_COMMITTED, encoding="ascii")
        return self._show(revision, "archive", "--format=tar", revision.commit)

    def _change(self, revision: Revision, commit: str) -> Change:
        told = self._show(revision, "log", "-1", "--format=%an%x00%at%x00%s", commit).decode(
            "utf-8", "replace"
        )
        author, seconds, subject = told.strip("\n").split("\0", 2)
        return Change(commit, author, int(seconds) * 1000, subject)

    def _mapping(self, log_group: str) -> RepositoryMapping:
        for mapping in self._mappings:
            if fnmatch.fnmatchcase(log_group, mapping.log_group):
                return mapping
        raise EvidenceUnavailable(
            "source code", f"no repository is mapped to {log_group}", "Add it to TRACEMEND_REPOSITORIES"
        )

    def _by_name(self, revision: Revision) -> RepositoryMapping:
        for mapping in self._mappings:
            if mapping.name == revision.repository:
                return mapping
        raise EvidenceUnavailable(
            "source code",
            f"no repository is called {revision.repository}",
            "Add it to TRACEMEND_REPOSITORIES",
        )

    def _clone(self, mapping: RepositoryMapping) -> Path:
        """The bare clone of a repository, empty at first."""
        digest = hashlib.sha256(mapping.clone_url.encode()).hexdigest()[:16]
        folder = self._cache / "git" / f"{digest}.git"
        if not (folder / "HEAD").exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            _git(None, "init", "--quiet", "--bare", str(folder))
        return folder

    def _fetch(self, mapping: RepositoryMapping, clone: Path) -> None:
        """All branches and tags with their history: blame needs it. Blobs come when they are read."""
        partial = [] if _is_local(mapping.clone_url) else ["--filter=blob:none"]
        refs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", "+HEAD:refs/tracemend/default"]
        if mapping.ref and COMMIT.fullmatch(mapping.ref):
            refs.append(mapping.ref)
        command = [
            "fetch",
            "--quiet",
            "--force",
            "--prune",
            "--no-recurse-submodules",
            *partial,
            "origin",
            *refs,
        ]
        _git(clone, "config", "remote.origin.url", mapping.clone_url)
        _git(clone, *command, environment=self._access(mapping))

    def _access(self, mapping: RepositoryMapping) -> dict[str, str]:
        """Git's environment: which protocols it may speak, and the token for https."""
        protocols = "file" if _is_local(mapping.clone_url) else "https:ssh:http"
        access = {"GIT_ALLOW_PROTOCOL": protocols}
        if self._token and MAY_SEE_TOKEN.match(mapping.clone_url):
            access |= {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "http.extraHeader",
                "GIT_CONFIG_VALUE_0": f"Authorization: Basic {_basic(self._token())}",
            }
        return access

    def _resolved(self, clone: Path, ref: str | None) -> str:
        for name in (f"refs/tags/{ref}", f"refs/heads/{ref}", ref) if ref else ("refs/tracemend/default",):
            try:
                return _git(clone, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
            except EvidenceUnavailable:
                continue
        raise EvidenceUnavailable("source code", f"there is no {ref} in the repository", "Correct its ref")

    def _has(self, clone: Path, commit: str) -> bool:
        try:
            _git(clone, "cat-file", "-e", f"{commit}^{{commit}}")
        except EvidenceUnavailable:
            return False
        return True

    def _show(self, revision: Revision, *command: str) -> bytes:
        mapping = self._by_name(revision)
        return _git(self._clone(mapping), *command, environment=self._access(mapping))


def _basic(token: str) -> str:
    """How GitHub, GitLab and Bitbucket take a token in HTTP: as the password of a fixed user."""
    return base64.b64encode(f"x-access-token:{token}".encode()).decode()


def _is_local(url: str) -> bool:
    return url.startswith(("/", "./", "../", "file://"))


def _git(folder: Path | None, *command: str, environment: dict[str, str] | None = None) -> bytes:
    """What git writes. Raises EvidenceUnavailable with git's own last words."""
    place = ["-C", str(folder)] if folder else []
    surroundings = {
        "PATH": os.defpath,
        "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_SSH_COMMAND": SSH,
        "LC_ALL": "C",
        **(environment or {}),
    }
    try:
        run = subprocess.run(
            ["git", *(word for each in UNSAFE_OFF for word in ("-c", each)), *place, *command],
            env=surroundings,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EvidenceUnavailable(
            "source code", f"git could not be run: {error}", "Is git in the image?"
        ) from error
    if run.returncode:
        raise EvidenceUnavailable(
            "source code", _said(run.stderr), "Check the repository, its ref and the token"
        )
    return run.stdout


def _said(stderr: bytes) -> str:
    """What git complains of: its `fatal:` lines, without the advice that follows them."""
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    return "; ".join(fatal or lines[-1:] or ["git failed"])[:300].rstrip(".")
