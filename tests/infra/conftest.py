"""The CDK runs on Node: without it these tests are skipped, and say so."""

from __future__ import annotations

import os
import shutil

# CDK's own validation of templates takes ten seconds to start and is read when Node starts; here
# cfn-lint and cdk-nag judge. `make synth`, which test_synth.py runs, has it on.
os.environ["CDK_VALIDATION"] = "false"
NEEDING_NODE = ("checkov", "choices", "emptying", "lint", "matrix", "plain", "roles", "stack", "synth")
collect_ignore = [] if shutil.which("node") else ["emulator", *(f"test_{each}.py" for each in NEEDING_NODE)]


def pytest_report_header() -> str | None:
    """Say what is missing."""
    return None if shutil.which("node") else "tests/infra: no Node, so the CDK app is not tested"
