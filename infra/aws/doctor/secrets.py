"""Whether the secrets of the wiki and of the channels are there, and open what they are for."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from infra.aws.config import Config
from infra.aws.direct import DirectChannel
from infra.aws.doctor.check import Check, Client, judged
from knowledge.errors import SourceUnusable
from knowledge.sources.secrets import accesses, host_of
from lambda_image.adapters.channels.https import Door
from lambda_image.domain.errors import PermanentError


def wiki(config: Config, client: Client) -> Iterator[Check]:
    """The secret of the sources is there, is understood, and is for hosts that are read."""
    name = config.wiki.secret
    if not name:
        return
    told = secret(client, name)
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


def channels(config: Config, client: Client) -> Iterator[Check]:
    """The secret of each webhook is there, and holds an address at its host; nothing is sent."""
    for each in config.channels:
        if each.secret and each.kind != "slack":
            told = secret(client, each.secret)
            fix = f"Store {each.secret} as docs/operations/channels.md says, in this Region"
            said, ok = _opens(each, told)
            yield judged(f"channels.{each.name}", said, fix, ok=ok)


def _opens(channel: DirectChannel, told: str | None) -> tuple[str, bool]:
    """What is to be said of the secret, and whether it will do."""
    if told is None:
        return f"there is no secret {channel.secret}", False
    try:
        held = Door(channel.told(), lambda: told, (1.0, 1.0)).held()
    except PermanentError as error:
        return str(error), False
    if channel.kind == "webhook" and not held.get("key"):
        return f"the secret {channel.secret} has no key to sign with", False
    return f"{channel.secret} holds an address at {channel.host}", True


def secret(client: Client, name: str) -> str | None:
    """Its text; None where there is no such secret."""
    try:
        return str(client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None
