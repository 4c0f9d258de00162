"""Whatever checkov finds stands in the handbook, with the reason why it stays."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.infra.matrix import covering
from tests.infra.template import synthesized

ROOT = Path(__file__).parents[2]
CHECKOV = ROOT / "build" / "checkov" / "bin" / "checkov"
PAGE = ROOT / "docs" / "operations" / "checkov.md"
# Or it asks its maker's service for texts.
OFFLINE = "--skip-download"


@pytest.mark.timeout(400)
def test_every_finding_has_its_reason_and_every_reason_its_finding(tmp_path: Path) -> None:
    if not CHECKOV.exists():
        absent = "checkov is not installed: make build/checkov/ready"
        pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)
    for number, case in enumerate(covering()):
        shutil.copyfile(synthesized(case.config).path, tmp_path / f"{number}.template.json")
    options = ("--framework", "cloudformation", "--output", "json", "--quiet", OFFLINE)
    done = subprocess.run(
        [CHECKOV, "--directory", str(tmp_path), *options],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)

    assert told["summary"]["parsing_errors"] == 0
    assert told["summary"]["passed"] > told["summary"]["failed"]
    assert {each["check_id"] for each in told["results"]["failed_checks"]} == explained()


def explained() -> set[str]:
    """The checks of the page's table, of which each row ends in a reason."""
    rows = re.findall(
        r"^\| (CKV2?_AWS_\d+) \|.*\| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert all(len(reason) > 40 for _, reason in rows)
    return {check for check, _ in rows}
