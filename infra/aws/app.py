"""The CDK app, as `cdk` and `make synth` run it: `python -m infra.aws.app [CONFIG]`."""

from __future__ import annotations

import sys
from pathlib import Path

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.aws.config import Config, load
from infra.aws.config_reader import InvalidConfig
from infra.aws.image import RegistryStack
from infra.aws.stack import TracemendStack

OWN, EXAMPLE = Path("tracemend.toml"), Path("tracemend.example.toml")


def build(config: Config, outdir: str | None = None) -> tuple[cdk.App, TracemendStack]:
    """An app with the two stacks of a deployment; without `outdir` it writes where the CDK command says."""
    app = cdk.App(analytics_reporting=False, outdir=outdir)
    RegistryStack(app, config)
    return app, TracemendStack(app, config)


def hold_to_rules(app: cdk.App) -> None:
    """Let no template out in which cdk-nag (AwsSolutions) finds something unexplained."""
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def chosen(arguments: list[str]) -> Config:
    """The configuration named on the command line, else tracemend.toml, else the example; or the way out."""
    path = Path(arguments[0]) if arguments else OWN if OWN.exists() else EXAMPLE
    try:
        return load(path)
    except InvalidConfig as error:
        sys.exit(f"{path}: {error}")


def main() -> None:
    """Write the cloud assembly."""
    app, _ = build(chosen(sys.argv[1:]))
    hold_to_rules(app)
    app.synth()


if __name__ == "__main__":
    main()
