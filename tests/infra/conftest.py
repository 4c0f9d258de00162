"""The CDK runs on Node: without it these tests are skipped, and say so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.infra.account import Account

# CDK's own validation of templates takes ten seconds to start and is read when Node starts; here
# cfn-lint and cdk-nag judge. `make synth`, which test_synth.py runs, has it on.
os.environ["CDK_VALIDATION"] = "false"
NEEDING_NODE = ("checkov", "choices", "emptying", "lint", "matrix", "plain", "roles", "stack", "synth")
collect_ignore = [] if shutil.which("node") else ["emulator", *(f"test_{each}.py" for each in NEEDING_NODE)]


def pytest_report_header() -> str | None:
    """Say what is missing."""
    return None if shutil.which("node") else "tests/infra: no Node, so the CDK app is not tested"


@pytest.fixture
def account() -> Iterator[Account]:
    """An account in which everything is ready."""
    with mock_aws():
        ready = Account()
        ready.client("logs").create_log_group(logGroupName="/aws/lambda/checkout")
        ready.client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="24", Type="String")
        yield ready
