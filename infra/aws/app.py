"""The CDK app, as `cdk` and `make synth` run it: `python -m infra.aws.app [CONFIG]`."""

from __future__ import annotations

import sys

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.aws.config import Config
from infra.aws.config_file import chosen
from infra.aws.image import RegistryStack
from infra.aws.stack import TracemendStack


def build(config: Config, outdir: str | None = None) -> tuple[cdk.App, TracemendStack]:
    """An app with the two stacks of a deployment; without `outdir` it writes where the CDK command says."""
    strict = {"@aws-cdk/core:validateAgainstDefaultRules": True}
    app = cdk.App(analytics_reporting=False, outdir=outdir, context=strict)
    RegistryStack(app, config)
    return app, TracemendStack(app, config)


def hold_to_rules(app: cdk.App) -> None:
    """Let no template out in which cdk-nag (AwsSolutions) finds something unexplained."""
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def main() -> None:
    """Write the cloud assembly."""
    app, _ = build(chosen(sys.argv[1:]))
    hold_to_rules(app)
    app.synth()


if __name__ == "__main__":
    main()
