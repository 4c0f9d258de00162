"""`python -m infra.aws.deploying CONFIG [--image URI] [--verify-image URI] [--yes]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from infra.aws.config_file import chosen
from infra.aws.deploying.flow import Hands, Wish, deploy
from infra.aws.deploying.tools import builder, run
from infra.aws.doctor.examine import in_account
from lambda_image.domain.errors import TracemendError


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 when the check's error reached the channel, 1 when something stopped it."""
    parser = argparse.ArgumentParser(prog="make deploy")
    parser.add_argument("config", type=Path)
    parser.add_argument("--image", default="", help="URI of an image that is in the registry")
    parser.add_argument("--verify-image", default="")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    told = parser.parse_args(arguments)
    config = chosen([str(told.config)])
    cdk = ("npx", "--yes", "aws-cdk@3", "--app", f"{sys.executable} -m infra.aws.app {told.config}")
    hands = Hands(in_account(config), run, builder, _asked, _told, cdk)
    try:
        deploy(Wish(told.config, told.image, told.verify_image, told.yes), config, hands)
    except (TracemendError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _told(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _asked(question: str) -> bool:
    if not sys.stdin.isatty():
        sys.stderr.write("There is nobody to ask: say YES=1 to deploy without a question.\n")
        return False
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}


if __name__ == "__main__":
    sys.exit(main())
