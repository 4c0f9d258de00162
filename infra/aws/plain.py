"""`make template`: the smallest deployment as CloudFormation with parameters, for those without Node."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.aws.config_file import EXAMPLE, load
from infra.aws.synth import BUILD, write

# AWS CLI Command Reference, `cloudformation deploy`: a larger file has to go by an S3 bucket.
LARGEST_BYTES = 51_200
# What the example marks as REQUIRED: its value there, and the parameter that takes its place.
PARAMETERS = {
    "/aws/lambda/checkout": (
        "LogGroup",
        r"^[\w./#-]{1,512}$",
        "the log group to read",
    ),
    "T0123ABCD": (
        "SlackWorkspace",
        "^T[0-9A-Z]+$",
        "the id of the Slack workspace, authorised in the console",
    ),
    "C0123ABCD": ("SlackChannel", "^[CG][0-9A-Z]+$", "the id of the Slack channel"),
}
CHOSEN = re.compile(f"({'|'.join(map(re.escape, PARAMETERS))})")


def parametrized(template: dict[str, Any]) -> dict[str, Any]:
    """The example's template with parameters for what everybody has to choose."""
    chosen = {
        name: {"Type": "String", "AllowedPattern": pattern, "Description": description}
        for name, pattern, description in PARAMETERS.values()
    }
    resources = _replaced(template["Resources"])
    return {**template, "Parameters": {**template["Parameters"], **chosen}, "Resources": resources}


def _replaced(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner) for inner in value]
    if not isinstance(value, str):
        return value
    parts = [
        {"Ref": PARAMETERS[part][0]} if part in PARAMETERS else part for part in CHOSEN.split(value) if part
    ]
    return parts[0] if len(parts) == 1 else {"Fn::Join": ["", parts]} if parts else value


def save(folder: Path) -> list[Path]:
    """Write both templates, without blanks. Raises ValueError for one that the CLI would not take so."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as made:
        main, registry = (json.loads(path.read_text()) for path in write(load(EXAMPLE), Path(made)))
    written = []
    for name, body in (("registry", registry), ("main", parametrized(main))):
        text = json.dumps(body, separators=(",", ":"))
        if len(text.encode()) > LARGEST_BYTES:
            raise ValueError(f"{name}: {len(text.encode())} bytes; CloudFormation takes {LARGEST_BYTES}")
        written.append(folder / f"plain-{name}.template.json")
        written[-1].write_text(text, encoding="utf-8")
    return written


if __name__ == "__main__":
    for path in save(BUILD):
        sys.stdout.write(f"{path}\n")
