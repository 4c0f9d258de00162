"""Documents of a git repository: one page a file of a branch, read again when its blob is another.

Nothing of the repository is executed: no work tree, hooks, filters, submodules or LFS. The secret goes to git
through its environment, never into an address, a command line or the repository's configuration.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import quote, urlsplit

from knowledge.errors import DocumentUnreadable, SourceUnusable
from knowledge.passage import About, Page, Unchanged
from knowledge.sources.access import Access
from knowledge.sources.codeowners import PLACES, CodeOwners, codeowners
from knowledge.sources.documents.formats import LARGEST_DOCUMENT, format_of, largest
from knowledge.sources.documents.kinds import UNREAD
from knowledge.sources.documents.page import File, page_from
from knowledge.sources.reach import Reach
from knowledge.sources.source import Skipped

SECONDS = 600.0
READ = "refs/tracemend/read"
# How far back the time of a page's last change is looked for; older pages are said to be as old as that.
COMMITS = 2_000
UNSAFE_OFF = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "submodule.recurse=false", "gc.auto=0",
    "http.followRedirects=false",
    "protocol.version=2", "core.quotePath=false",
)  # fmt: skip
# Modes of a tree's entries that are no files.
_NO_FILE = {
    "120000": "a link, which is not followed",
    "160000": "a submodule; name its repository as a source of its own",
}
# Where code hosts show a file.
_SHOWN = {"gitlab": "{home}/-/blob/{ref}/{path}", "bitbucket": "{home}/src/{ref}/{path}"}
_SHOWN_ELSEWHERE = "{home}/blob/{ref}/{path}"


@dataclass(frozen=True, slots=True)
class Repository:
    """Implements `Source`.

    `url` is https, http of a private host, or file; `ref` a branch or tag, else the default branch; `folder`
    the part of the tree that is read.
    """

    url: str
    ref: str = ""
    folder: str = ""
    access: Access | None = None
    reach: Reach = field(default_factory=Reach)

    @property
    def name(self) -> str:
        """See `Source.name`."""
        return f"git+{self.url}{f'@{self.ref}' if self.ref else ''}{f'#{self.folder}' if self.folder else ''}"

    def pages(self, marks: Mapping[str, str], skipped: Skipped) -> Iterator[Page | Unchanged]:
        """See `Source.pages`; a page's id is the repository's address and its path. Raises SourceUnusable."""
        with tempfile.TemporaryDirectory(prefix="tracemend-git-") as place:
            clone = Path(place)
            access = self._access()
            _git(clone, "init", "--quiet", "--bare", ".")
            # What is larger than any document stays where it is.
            wanted = f"+{self.ref or 'HEAD'}:{READ}"
            partial = [] if self._is_local else [f"--filter=blob:limit={LARGEST_DOCUMENT}"]
            fetch = ("fetch", "--quiet", "--no-recurse-submodules", "--no-tags")
            _git(clone, *fetch, "--depth=1", *partial, "--", self.url, wanted, more=access)
            changed = self._changed(clone, fetch, wanted, access)
            owners = _owners(clone)
            for path, blob, size in self._files(clone, skipped):
                page, owner = f"{self.url}#{path}", owners.of(path)
                mark = f"{blob} {owner}".rstrip()
                if marks.get(page) == mark:
                    yield Unchanged(page)
                elif size > largest(format_of(path)):
                    skipped(path, f"larger than {largest(format_of(path))} bytes")
                else:
                    file = File(page, self._shown(path), path, About(owner, changed.get(path)), mark)
                    try:
                        yield page_from(file, _git(clone, "cat-file", "blob", blob))
                    except DocumentUnreadable as reason:
                        skipped(path, str(reason))

    @property
    def _is_local(self) -> bool:
        return self.url.startswith("file://")

    def _access(self) -> dict[str, str]:
        """Git's environment: one protocol, one address, and the secret for it."""
        if self._is_local:
            return {"GIT_ALLOW_PROTOCOL": "file"}
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if parts.scheme != "https" and not (parts.scheme == "http" and self.reach.is_private(host)):
            raise SourceUnusable(
                f"a repository is read over https, not {parts.scheme}; write git+https://{host}/…"
            )
        address = self.reach.addresses(host, port)[0]
        told = [("http.curloptResolve", f"{host}:{port}:{address}")]
        if self.access:
            secret = base64.b64encode(self.access.basic.encode()).decode()
            told.append(
                (f"http.{parts.scheme}://{parts.netloc}/.extraHeader", f"Authorization: Basic {secret}")
            )
        named = {
            f"GIT_CONFIG_{part}_{at}": each[side]
            for at, each in enumerate(told)
            for side, part in enumerate(("KEY", "VALUE"))
        }
        return {"GIT_ALLOW_PROTOCOL": parts.scheme, "GIT_CONFIG_COUNT": str(len(told)), **named}

    def _files(self, clone: Path, skipped: Skipped) -> Iterator[tuple[str, str, int]]:
        """Path, blob and size of each document; hidden files are left out, all else is told to `skipped`."""
        listing = _git(
            clone, "ls-tree", "-r", "-z", "-l", "--full-tree", READ, *([self.folder] if self.folder else [])
        )
        for entry in listing.decode("utf-8", "backslashreplace").split("\0"):
            head, _, path = entry.partition("\t")
            words = head.split()
            if len(words) != 4 or any(part.startswith(".") for part in path.split("/")):
                continue
            if words[0] in _NO_FILE:
                skipped(path, _NO_FILE[words[0]])
            elif not format_of(path):
                skipped(path, UNREAD)
            else:
                # Git tells no size of what it has left where it is.
                yield path, words[2], int(words[3]) if words[3].isdigit() else LARGEST_DOCUMENT + 1

    def _changed(
        self, clone: Path, fetch: tuple[str, ...], wanted: str, access: dict[str, str]
    ) -> dict[str, int]:
        """When each path was changed last, in milliseconds; nothing where the history cannot be had."""
        partial = [] if self._is_local else ["--filter=blob:none"]
        try:
            _git(clone, *fetch, f"--depth={COMMITS}", *partial, "--", self.url, wanted, more=access)
            told = _git(
                clone,
                "log",
                "--format=%x00%ct",
                "--name-only",
                "--no-renames",
                "--diff-filter=AM",
                READ,
            )
        except SourceUnusable:
            return {}
        found: dict[str, int] = {}
        for commit in told.decode("utf-8", "backslashreplace").split("\0")[1:]:
            seconds, _, paths = commit.partition("\n")
            for path in paths.split("\n"):
                found.setdefault(path, int(seconds) * 1000)
        return found

    def _shown(self, path: str) -> str:
        """Where people read the file."""
        if self._is_local:
            return f"{self.url}/{quote(path)}"
        home = re.sub(r"(?:\.git)?/?$", "", self.url)
        host = urlsplit(self.url).hostname or ""
        form = next((form for kind, form in _SHOWN.items() if kind in host), _SHOWN_ELSEWHERE)
        return form.format(home=home, ref=quote(self.ref or "HEAD"), path=quote(path))


def _owners(clone: Path) -> CodeOwners:
    """By the first CODEOWNERS that is there."""
    listed = _git(clone, "ls-tree", "--full-tree", "-z", READ, *PLACES).decode("utf-8", "replace")
    there = {path: head.split() for head, _, path in (each.partition("\t") for each in listed.split("\0"))}
    for place in PLACES:
        if place in there and there[place][1] == "blob":
            return codeowners(_git(clone, "cat-file", "blob", there[place][2]).decode("utf-8", "replace"))
    return CodeOwners()


def _git(clone: Path, *command: str, more: Mapping[str, str] | None = None) -> bytes:
    """What git writes. Raises SourceUnusable with git's own last words."""
    surroundings = {
        "PATH": os.defpath,
        "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "LC_ALL": "C",
        **(more or {}),
    }
    options = [word for each in UNSAFE_OFF for word in ("-c", each)]
    try:
        run = subprocess.run(
            ["git", *options, "-C", str(clone), *command],
            env=surroundings,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SourceUnusable(f"git could not be run ({type(error).__name__}); is it installed?") from error
    if run.returncode:
        raise SourceUnusable(
            f"the repository cannot be read: {_said(run.stderr)}. Check address, ref and secret"
        )
    return run.stdout


def _said(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    return "; ".join(fatal or lines[-1:] or ["git failed"])[:300].rstrip(".")


def folder_of(path: str) -> str:
    """A folder of a tree as git wants it, with nothing that leads out."""
    clean = PurePosixPath(path.strip("/")).as_posix()
    return "" if clean == "." else clean
