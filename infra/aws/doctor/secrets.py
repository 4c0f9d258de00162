"""Whether the secret of the wiki is there, and opens what is read."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from infra.aws.config import Config
from infra.aws.doctor.check import Check, Client, judged
from knowledge.errors import SourceUnusable
from knowledge.sources.secrets import accesses, host_of


def wiki(config: Config, client: Client) -> Iterator[Check]:
    """The secret of the sources is there, is understood, and is for hosts that are read."""
    name = config.wiki.secret
    if not name:
        return
    told = _secret(client, name)
    if told is None:
        fix = "Make it in Secrets Manager, in this Region, or correct wiki.secret"
        yield Check("wiki.secret", ok=False, detail=f"there is no secret {name}", fix=fix)
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
