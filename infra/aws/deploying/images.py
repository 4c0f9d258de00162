"""The container image in the registry: as it is there, or built and pushed."""

from __future__ import annotations

import base64
import time

from botocore.exceptions import ClientError

from infra.aws.config import Config
from infra.aws.deploying.tools import Run
from infra.aws.doctor.check import Client

PLATFORMS = {"arm64": "linux/arm64", "x86_64": "linux/amd64"}


def pushed(config: Config, account: Client, run: Run, builder: str, variant: str) -> str:
    """The URI of the image of this commit. It is built unless the registry has it.

    Tags cannot be moved: a tree with changes that are not committed gets a tag with the time.
    """
    repository = account("ecr").describe_repositories(repositoryNames=[config.prefix])["repositories"][0]
    tag = f"{_version(run)}-{variant}"
    image = f"{repository['repositoryUri']}:{tag}"
    if _there(account, config.prefix, tag):
        return image
    run(
        ["infra/image/build.sh"],
        more={"TAG": image, "PLATFORM": PLATFORMS[config.architecture], "VARIANT": variant},
    )
    registry = repository["repositoryUri"].partition("/")[0]
    run([builder, "login", "--username", "AWS", "--password-stdin", registry], secret=_password(account))
    run([builder, "push", image])
    return image


def _version(run: Run) -> str:
    version = run(["git", "describe", "--always", "--abbrev=12", "--dirty"])
    return f"{version}-{int(time.time())}" if version.endswith("-dirty") else version


def _there(account: Client, repository: str, tag: str) -> bool:
    try:
        account("ecr").describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ImageNotFoundException":
            return False
        raise
    return True


def _password(account: Client) -> str:
    token = account("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]
    return base64.b64decode(token).decode().partition(":")[2]
