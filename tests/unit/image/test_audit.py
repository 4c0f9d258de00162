"""The audit's verdict, and which locked packages are looked up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.image.audit import judge
from infra.image.locked import entries
from infra.image.sbom import VARIANTS, packages

CLEAN = {"name": "six", "version": "1.17.0", "vulns": []}
FOUND = {
    "name": "numpy",
    "version": "2.0.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.0.1", "2.1.0"], "aliases": [], "description": ""}],
}
SKIPPED = {"name": "boto3", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("looked_up", "code", "line"),
    [
        ([CLEAN], 0, "packages looked up: 1; no known vulnerability"),
        ([CLEAN, FOUND], 1, "numpy 2.0.0: PYSEC-2026-1, mended in 2.0.1 or 2.1.0"),
        (
            [CLEAN, SKIPPED],
            2,
            "not audited: the advisory service had nothing for 1 of 2 packages, first boto3",
        ),
        (
            [FOUND, SKIPPED],
            1,
            "not audited: the advisory service had nothing for 1 of 2 packages, first boto3",
        ),
    ],
)
def test_a_package_that_was_not_looked_up_is_not_clean(looked_up: list[object], code: int, line: str) -> None:
    verdict = judge(json.dumps({"dependencies": looked_up, "fixes": []}))

    assert (verdict.code, verdict.lines[-1]) == (code, line)


def test_a_service_that_cannot_be_reached_is_told() -> None:
    verdict = judge("", "Traceback\nConnectionError: no route to the service\n")

    assert verdict.code == 2
    assert "ConnectionError: no route to the service" in verdict.lines[0]


def test_entries_are_those_of_the_image(tmp_path: Path) -> None:
    lock = tmp_path / "x.lock"
    lock.write_text(
        "numpy==2.4.6 ; python_full_version < '3.12' \\\n    --hash=sha256:aa\n    # via x\n"
        "numpy==2.5.5 ; python_full_version >= '3.12' \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
        "colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:dd\n"
    )

    assert entries(lock) == ["numpy==2.5.5 --hash=sha256:bb --hash=sha256:cc"]


def test_the_image_carries_no_tool_of_tests_or_deployment() -> None:
    names = {line.split("==")[0] for line in packages(VARIANTS["functions"]).split("\n") if line}

    assert {"boto3", "awslambdaric", "langchain-aws", "pygithub"} <= names
    assert not names & {"moto", "pytest", "typer", "aws-cdk-lib", "cfn-lint", "pip", "xllamacpp", "flask"}
