"""From settings to code hosts: which one a repository is at, and what opens it for git and for the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lambda_image.adapters.git.clones import Clones, Login
from lambda_image.adapters.hosts.branches import Branches
from lambda_image.adapters.hosts.pull_requests import Hosts, PullRequests
from lambda_image.adapters.hosts.side import Connect
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError
from lambda_image.domain.evidence import RepositoryMapping
from lambda_image.domain.hosts import HostAccess, HostKind, codecommit_region

# The user beside whom each host takes a token as password: GitHub Docs, "Authenticating as a GitHub App
# installation"; GitLab Docs, "Clone using a token"; Bitbucket Cloud support, "Using access tokens".
USERS = {
    HostKind.GITHUB: "x-access-token",
    HostKind.GITLAB: "oauth2",
    HostKind.BITBUCKET: "x-token-auth",
}
WRITING = {"contents": "write", "metadata": "read", "pull_requests": "write"}
READING = {"contents": "read", "metadata": "read"}


@dataclass(frozen=True, slots=True)
class Means:
    """What accesses are built with.

    `secret` gives what a named secret holds, `client` an AWS client of a service in a Region, `credentials`
    those of the function's role.
    """

    secret: Callable[[str], Callable[[], str]]
    client: Callable[[str, str], Any]
    credentials: Callable[[], Any]
    region: str
    retry: Retry


@dataclass
class Accesses:
    """The hosts of the settings, each asked for its secret when it is needed and not before.

    With `writes` an App's token may push and open pull requests.
    """

    hosts: Sequence[HostAccess]
    means: Means
    writes: bool = False
    _tokens: dict[str, Callable[[str], str]] = field(default_factory=dict, init=False)

    def of(self, mapping: RepositoryMapping) -> HostAccess:
        """A repository's host: the one that it names, else the first. Raises PermanentError."""
        wanted = mapping.host or (self.hosts[0].name if self.hosts else "")
        found = next((each for each in self.hosts if each.name == wanted), None)
        if found is None:
            known = ", ".join(each.name for each in self.hosts) or "none"
            raise PermanentError(f"{mapping.name} is at the code host {wanted!r}; known are: {known}")
        return found

    def login(self, mapping: RepositoryMapping) -> Login | None:
        """What git needs to open a repository; None where it is open to all."""
        if not self.hosts:
            return None
        host = self.of(mapping)
        if host.kind == HostKind.CODECOMMIT:
            # Loaded where it is used: botocore costs a second of a cold start.
            from lambda_image.adapters.hosts.codecommit import login  # noqa: PLC0415

            region = codecommit_region(mapping.clone_url) or self.means.region
            return login(mapping.clone_url, self.means.credentials(), region)
        if not host.secret:
            return None
        return Login(USERS[HostKind(host.kind)], self.token(host)(mapping.name))

    def token(self, host: HostAccess) -> Callable[[str], str]:
        """What gives the host's token for a repository."""
        if host.name not in self._tokens:
            self._tokens[host.name] = self._token(host)
        return self._tokens[host.name]

    def connect(self, mapping: RepositoryMapping) -> Connect:
        """What opens the repository's side at its host, with the token as it is now.

        Raises TransientError or PermanentError, also where nothing may open pull requests.
        """
        host = self.of(mapping)
        if not host.secret and host.kind != HostKind.CODECOMMIT:
            raise PermanentError(f"no token is configured that opens pull requests at {host.name}")
        return CONNECTORS[HostKind(host.kind)](self, host, mapping)

    def _token(self, host: HostAccess) -> Callable[[str], str]:
        secret = self.means.secret(host.secret)
        if not host.app_id:
            return lambda _: secret().strip()
        from lambda_image.adapters.hosts.github_app import AppTokens  # noqa: PLC0415 - it loads PyGithub

        permissions = WRITING if self.writes else READING
        return AppTokens(host.address, host.app_id, secret, permissions, self.means.retry)


def code_hosts(accesses: Accesses, mappings: Sequence[RepositoryMapping], cache: Path) -> Hosts:
    """Pull requests for the mapped repositories; `cache` is where the source code is cloned to, too."""
    clones = Clones(mappings, cache, accesses.login)
    branches = Branches(clones)

    def of(repository: str) -> PullRequests:
        mapping = clones.named(repository)
        if mapping is None:
            raise PermanentError(f"no repository is called {repository}; add it to TRACEMEND_REPOSITORIES")
        return PullRequests(accesses.connect(mapping), branches, accesses.means.retry)

    return Hosts(of)


def _github(accesses: Accesses, host: HostAccess, mapping: RepositoryMapping) -> Connect:
    from lambda_image.adapters.hosts.github import connect  # noqa: PLC0415 - only what is configured

    return connect(host.address, accesses.token(host)(mapping.name))


def _gitlab(accesses: Accesses, host: HostAccess, mapping: RepositoryMapping) -> Connect:
    from lambda_image.adapters.hosts.gitlab import connect  # noqa: PLC0415

    return connect(host.address, accesses.token(host)(mapping.name))


def _bitbucket(accesses: Accesses, host: HostAccess, mapping: RepositoryMapping) -> Connect:
    from lambda_image.adapters.hosts.bitbucket import connect  # noqa: PLC0415

    return connect(host.address, accesses.token(host)(mapping.name))


def _codecommit(accesses: Accesses, _: HostAccess, mapping: RepositoryMapping) -> Connect:
    from lambda_image.adapters.hosts.codecommit import SERVICE, CodeCommitSide  # noqa: PLC0415

    means = accesses.means
    region = codecommit_region(mapping.clone_url) or means.region
    client, identity = means.client(SERVICE, region), means.client("sts", region)
    return lambda name: CodeCommitSide(client, lambda: str(identity.get_caller_identity()["Arn"]), name)


CONNECTORS: Mapping[HostKind, Callable[[Accesses, HostAccess, RepositoryMapping], Connect]] = {
    HostKind.GITHUB: _github,
    HostKind.GITLAB: _gitlab,
    HostKind.BITBUCKET: _bitbucket,
    HostKind.CODECOMMIT: _codecommit,
}
