"""`make synth`: the cloud assembly in build/cdk.out, and the templates alone for those without the CDK."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from infra.aws.app import build, hold_to_rules
from infra.aws.config import Config
from infra.aws.config_file import chosen

BUILD = Path("build")


def write(config: Config, folder: Path) -> list[Path]:
    """Write `cdk.out`, `tracemend.template.json` and `tracemend-registry.template.json` into the folder."""
    assembly = folder / "cdk.out"
    shutil.rmtree(assembly, ignore_errors=True)
    app, _ = build(config, str(assembly))
    hold_to_rules(app)
    app.synth()
    templates = {"Tracemend": "tracemend", "Registry": "tracemend-registry"}
    return [
        shutil.copyfile(assembly / f"{stack}.template.json", folder / f"{name}.template.json")
        for stack, name in templates.items()
    ]


if __name__ == "__main__":
    for path in write(chosen(sys.argv[1:]), BUILD):
        sys.stdout.write(f"{path}\n")
