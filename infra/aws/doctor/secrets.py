"""Whether the secrets that the functions will read are there, and open what they are for."""

from __future__ import annotations

from collections.abc import Iterator

import requests
from botocore.exceptions import ClientError

from infra.aws.config import Config
from infra.aws.doctor.check import Check, Client, judged
from knowledge.errors import SourceUnusable
from knowledge.sources.secrets import accesses, host_of

TIMEOUT = 15
WRITE = "Give the token write access to contents and pull requests of this repository"
READ = "Give the token read access to contents of this repository"


def code_host(config: Config, client: Client) -> Iterator[Check]:
    """The one token may push to each repository, the other may read it."""
    host = config.code_host
    if not config.pull_requests:
        yield Check("pull requests", ok=True, detail="not configured: errors are answered, nothing is opened")
    for key, may, fix in (("token_secret", "push", WRITE), ("read_token_secret", "pull", READ)):
        if name := getattr(host, key):
            yield from _token(config, client, f"code_host.{key}", name, (may, fix))


def _token(config: Config, client: Client, key: str, name: str, right: tuple[str, str]) -> Iterator[Check]:
    """One token on each repository; `right` is what the code host calls it, and how to give it."""
    token = _secret(client, name)
    if token is None:
        yield _missing(key, name)
        return
    may, fix = right
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    for each in config.repositories:
        url = f"{config.code_host.url}/repos/{each.name}"
        answer = requests.get(url, headers=headers, timeout=TIMEOUT)
        allowed = answer.ok and bool(answer.json().get("permissions", {}).get(may))
        yield judged(
            f"repository {each.name}" if may == "push" else f"repository {each.name}, to read",
            f"{answer.status_code} {answer.reason}, may {'' if allowed else 'not '}{may}",
            fix,
            ok=allowed,
        )


def wiki(config: Config, client: Client) -> Iterator[Check]:
    """The secret of the sources is there, is understood, and is for hosts that are read."""
    name = config.wiki.secret
    if not name:
        return
    told = _secret(client, name)
    if told is None:
        yield _missing("wiki.secret", name)
        return
    try:
        opened = set(accesses(told))
    except SourceUnusable as error:
        yield Check("wiki.secret", ok=False, detail=str(error), fix="Store it in that form")
        return
    hosts = {host_of(each) for each in config.wiki.sources}
    yield judged(
        "wiki.secret",
        f"opens {', '.join(sorted(opened & hosts)) or 'none'} of {', '.join(sorted(hosts)) or 'no source'}",
        "Name a host of wiki.sources in the secret, or set wiki.secret to nothing",
        ok=bool(opened & hosts),
    )


def _secret(client: Client, name: str) -> str | None:
    """Its text; None where there is no such secret."""
    try:
        return str(client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None


def _missing(key: str, name: str) -> Check:
    fix = f"Make it in Secrets Manager, in this Region, or correct {key}"
    return Check(key, ok=False, detail=f"there is no secret {name}", fix=fix)
