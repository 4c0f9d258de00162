"""Whether the team's repositories can be reached with the secrets that the functions will have."""

from __future__ import annotations

from collections.abc import Iterator

from infra.aws.config import CodeHost, Config
from infra.aws.doctor.check import Check, Client, judged
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.evidence import RepositoryMapping
from lambda_image.wiring import operators

PAGE = "docs/operations/code-hosts.md says what the token needs"


def repositories(config: Config, client: Client) -> Iterator[Check]:
    """Each mapped repository: the token of `respond` reads it, that of `repair` may push and open."""
    if not config.pull_requests:
        yield Check("pull requests", ok=True, detail="not configured: errors are answered, nothing is opened")
    for each in config.repositories:
        host = config.host_of(each)
        if host is None:
            continue
        if host.read_token_secret:
            yield _read(host, each, client)
        if host.opens:
            yield _written(host, each, client)


def _read(host: CodeHost, repository: RepositoryMapping, client: Client) -> Check:
    name = f"repository {repository.name}, reading"
    try:
        operators.read_from(host.access(writes=False), repository, client)
    except (PermanentError, TransientError) as refused:
        return Check(name, ok=False, detail=str(refused), fix=f"Correct {host.read_token_secret}: {PAGE}")
    return Check(name, ok=True, detail="may be cloned")


def _written(host: CodeHost, repository: RepositoryMapping, client: Client) -> Check:
    name = f"repository {repository.name}"
    what = "the role that asks" if host.kind == "codecommit" else host.token_secret
    try:
        lacking = operators.lacking(host.access(writes=True), repository, client)
    except (PermanentError, TransientError) as refused:
        return Check(name, ok=False, detail=str(refused), fix=f"Correct {what}: {PAGE}")
    if host.kind == "codecommit":
        return Check(name, ok=True, detail="is there; the role of `repair` is judged by AWS alone")
    return judged(name, lacking or "may push", f"Give {what} more: {PAGE}", ok=not lacking)
