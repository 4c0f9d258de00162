"""The code hosts that the contract suite runs against, each with what a test does behind their backs."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from botocore.credentials import Credentials

from infra.local.githost.pulls import Pulls
from infra.local.githost.server import GitHost
from lambda_image.adapters.hosts import codecommit
from lambda_image.adapters.hosts.answers import moment
from lambda_image.adapters.hosts.connecting import Accesses, Means, code_hosts
from lambda_image.adapters.retry import Retry
from lambda_image.domain.evidence import RepositoryMapping
from lambda_image.domain.hosts import HostAccess
from lambda_image.ports import CodeHost
from tests.contract.servers.bitbucket import BitbucketServer
from tests.contract.servers.codecommit import CodeCommitService
from tests.contract.servers.described import Description
from tests.contract.servers.forge import DATE, held
from tests.contract.servers.gitlab import GitLabServer
from tests.fakes.clock import FixedClock
from tests.fakes.code_host import Branch, KeptPull, MemoryCodeHost
from tests.fakes.git_http import GitHttp
from tests.fakes.local_git import LocalGit, Tree, git, push_by_hand, tree_at

REPOSITORY = "team/shop"
FILES = {
    "README.md": b"# Shop\n",
    "bin/serve": b"#!/bin/sh\n",
    "shop/pricing.py": b"def total(items): ...\n",
    "shop/unused.py": b"pass\n",
}
TOKEN = "t0ken"
REGION = "eu-central-1"
ROLE = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG", "session%/token")
PERSON, ENDED = "ada", {"closed", "merged"}
DRAFT, LABELS = "Draft: ", "\n\nLabels: "


class Stage(Protocol):
    """A code host that holds one repository with one commit on its default branch."""

    base: str
    repository: str

    @property
    def host(self) -> CodeHost:
        """The code host itself."""

    def page(self, number: int) -> str:
        """Where people see a pull request."""

    def commits(self, branch: str) -> list[Tree]:
        """The trees of a branch since the base, newest last."""

    def pulls(self) -> list[KeptPull]:
        """All pull requests, oldest first, with what the host has no room for taken from where it stands."""

    def push(self, branch: str, path: str, content: bytes) -> None:
        """One more commit on the branch, as people do."""

    def edit(self, number: int, **fields: Any) -> None:
        """Change fields of a pull request, as people do."""

    def lose_pulls(self) -> None:
        """As after a crash behind the push."""


class MemoryStage:
    """The fake."""

    repository = REPOSITORY

    def __init__(self) -> None:
        self.base = "b" * 40
        tree = {
            name: ("100755" if name.startswith("bin/") else "100644", text) for name, text in FILES.items()
        }
        self.host = MemoryCodeHost(REPOSITORY, {self.base: tree})

    def page(self, number: int) -> str:
        """See `Stage.page`."""
        return f"https://code.example.com/{REPOSITORY}/pull/{number}"

    def commits(self, branch: str) -> list[Tree]:
        """See `Stage.commits`."""
        return self.host.branches.get(branch, Branch(self.base, [])).commits

    def pulls(self) -> list[KeptPull]:
        """See `Stage.pulls`."""
        return deepcopy(self.host.pulls)

    def push(self, branch: str, path: str, content: bytes) -> None:
        """See `Stage.push`."""
        commits = self.host.branches[branch].commits
        commits.append({**commits[-1], path: ("100644", content)})

    def edit(self, number: int, **fields: Any) -> None:
        """See `Stage.edit`."""
        if fields.get("state") in ENDED:
            fields |= {"by": PERSON, "at": moment(DATE)}
        if fields.get("state") == "merged":
            fields["commit"] = self.base
        vars(self.host.pulls[number - 1]).update(fields)

    def lose_pulls(self) -> None:
        """See `Stage.lose_pulls`."""
        self.host.pulls.clear()


@dataclass
class Served:
    """A host's API on loopback, and what is known of it: `faults` answer the next requests instead."""

    access: HostAccess
    page: str
    authorized: Callable[[str], bool]
    steps: int = 5
    faults: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    client: Any = None

    def admits(self, given: str) -> bool:
        """Whether git's server opens to this Authorization."""
        return self.authorized(given)


class ServedStage:
    """An adapter before its host on loopback, which keeps a real bare repository behind git's own server."""

    def __init__(self, served: Served, root: Path, clones: str, repository: str) -> None:
        self.served = served
        self.repository = repository
        self.bare = root / f"{repository}.git"
        self._cache = root / "cache"
        self._clones = clones
        self.host = self.with_retry(Retry(FixedClock(), sleep=lambda _: None))
        self.base = git(self.bare, "rev-parse", "main").decode().strip()

    def with_retry(self, retry: Retry, token: str = TOKEN) -> CodeHost:
        """The adapter in another invocation."""
        means = Means(
            secret=lambda _: lambda: f"{token}\n",
            client=lambda service, _: self.served.client if service == "sts" else self.served.client.client,
            credentials=lambda: ROLE,
            region=REGION,
            retry=retry,
        )
        names = (self.repository, self.repository.replace("shop", "nowhere"))
        mappings = [RepositoryMapping("*", f"{self._clones}/{name}.git", name) for name in names]
        return code_hosts(Accesses([self.served.access], means, writes=True), mappings, self._cache)

    def page(self, number: int) -> str:
        """See `Stage.page`."""
        return self.served.page.format(repository=self.repository, number=number)

    def commits(self, branch: str) -> list[Tree]:
        """See `Stage.commits`."""
        if not git(self.bare, "for-each-ref", f"refs/heads/{branch}"):
            return []
        found = git(self.bare, "rev-list", "--reverse", branch, f"^{self.base}").decode()
        return [tree_at(self.bare, commit) for commit in found.split()]

    def pulls(self) -> list[KeptPull]:
        """See `Stage.pulls`."""
        return [_kept(pull) for pull in reversed(Pulls(self.bare).all())]

    def push(self, branch: str, path: str, content: bytes) -> None:
        """See `Stage.push`."""
        push_by_hand(self.bare, branch, path, content)

    def edit(self, number: int, **fields: Any) -> None:
        """See `Stage.edit`."""
        if fields.get("state") == "merged":
            fields |= {"state": "closed", "merged": DATE, "by": PERSON, "commit": self.base}
        elif fields.get("state") == "closed":
            fields |= {"closed": DATE, "by": PERSON}
        pulls = Pulls(self.bare)
        pulls.save({**(pulls.get(number) or {}), **fields})

    def lose_pulls(self) -> None:
        """See `Stage.lose_pulls`."""
        self.bare.with_suffix(".pulls.json").unlink()


def create_shop(root: Path, repository: str = REPOSITORY) -> Path:
    """The repository of the stage as `root/team/shop.git`, which serves partial clones."""
    work = LocalGit(root / "work")
    work.commit(FILES, "First")
    bare = root / f"{repository}.git"
    git(root, "clone", "--quiet", "--bare", str(work.path), str(bare))
    for setting in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        git(bare, "config", setting, "true")
    return bare


@contextmanager
def github(root: Path) -> Iterator[Served]:
    """The demo's git host."""
    with GitHost(root, token=TOKEN) as host:
        breaches = held(host.app, Description("github"), "/repos/", "/app/")
        access = HostAccess("code", "github", host.url, "token")
        page = f"{host.url}/{{repository}}/pull/{{number}}"
        yield Served(access, page, _basic("x-access-token"), faults=host.faults)
    assert not breaches


@contextmanager
def gitlab(root: Path) -> Iterator[Served]:
    """GitLab."""
    with GitLabServer(root, TOKEN) as server:
        page = f"{server.url}/{{repository}}/-/merge_requests/{{number}}"
        access = HostAccess("code", "gitlab", server.url, "token")
        yield Served(access, page, _basic("oauth2"), faults=server.faults)
    assert not server.breaches


@contextmanager
def bitbucket(root: Path) -> Iterator[Served]:
    """Bitbucket Cloud."""
    with BitbucketServer(root, TOKEN) as server:
        page = f"{server.url}/{{repository}}/pull-requests/{{number}}"
        access = HostAccess("code", "bitbucket", f"{server.url}/2.0", "token")
        yield Served(access, page, _basic("x-token-auth"), steps=4, faults=server.faults)
    assert not server.breaches


@contextmanager
def aws_codecommit(root: Path) -> Iterator[Served]:
    """CodeCommit, held against its service model."""
    page = (
        f"https://{REGION}.console.aws.amazon.com/codesuite/codecommit/repositories/{{repository}}"
        f"/pull-requests/{{number}}/details?region={REGION}"
    )
    access = HostAccess("code", "codecommit")
    yield Served(access, page, lambda _: True, steps=4, client=CodeCommitService(root))


SERVED = {"github": github, "gitlab": gitlab, "bitbucket": bitbucket, "codecommit": aws_codecommit}


@contextmanager
def staged(kind: str, root: Path) -> Iterator[ServedStage]:
    """A host of this kind with the shop's repository; git's server opens to its login alone."""
    repository = "shop" if kind == "codecommit" else REPOSITORY
    create_shop(root, repository)
    with SERVED[kind](root) as served, GitHttp(root, served.admits) as clones:
        address = f"http://127.0.0.1:{clones.port}"
        if kind == "codecommit":
            served.authorized = _signed(f"{address}/{repository}.git")
        yield ServedStage(served, root, address, repository)


def _basic(user: str) -> Callable[[str], bool]:
    wanted = "Basic " + base64.b64encode(f"{user}:{TOKEN}".encode()).decode()
    return lambda given: given == wanted


def _signed(clone_url: str) -> Callable[[str], bool]:
    """The user is the key with the session's token, the password a time and the signature for it."""

    def judge(given: str) -> bool:
        user, _, password = base64.b64decode(given.removeprefix("Basic ")).decode().rpartition(":")
        known = codecommit.login(clone_url, ROLE, REGION)
        return user == known.user == f"{ROLE.access_key}%{ROLE.token}" and len(password) == len(
            known.password
        )

    return judge


def _kept(pull: dict[str, Any]) -> KeptPull:
    state = "merged" if pull.get("merged") else pull["state"]
    body, _, labels = pull["body"].partition(LABELS)
    return KeptPull(
        pull["number"],
        pull["head"],
        pull["title"].removeprefix(DRAFT),
        body,
        pull["draft"],
        state,
        pull["labels"] or [each for each in labels.split(", ") if each],
        pull["comments"],
    )
