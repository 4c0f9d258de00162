"""`make audit`: known vulnerabilities of what the image carries.

Ends with 0 when every package was looked up and none has one, 1 with findings, 2 when the advisory service
did not answer for a package: pip-audit alone calls that clean.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.image.sbom import VARIANTS, packages


@dataclass(frozen=True, slots=True)
class Verdict:
    """The exit code, and what to tell people."""

    code: int
    lines: tuple[str, ...]


def judge(report: str, complaint: str = "") -> Verdict:
    """What pip-audit's JSON means; `complaint` is what it said beside it."""
    try:
        looked_up: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except ValueError:
        last = (complaint.strip().splitlines() or ["no answer"])[-1]
        return Verdict(2, (f"not audited: the advisory service could not be asked ({last})",))
    missed = [entry["name"] for entry in looked_up if "skip_reason" in entry]
    lines = [
        f"{entry['name']} {entry['version']}: {found['id']}, mended in {' or '.join(found['fix_versions'])}"
        for entry in looked_up
        for found in entry.get("vulns", ())
    ]
    code = 1 if lines else 0
    if missed:
        told = f"nothing for {len(missed)} of {len(looked_up)} packages"
        lines.append(f"not audited: the advisory service had {told}, first {missed[0]}")
    elif not lines:
        lines.append(f"packages looked up: {len(looked_up)}; no known vulnerability")
    return Verdict(code or (2 if missed else 0), tuple(lines))


def audit(requirements: Path) -> Verdict:
    """Ask about each locked package."""
    options = ("--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off")
    run = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    return judge(run.stdout, run.stderr)


def main() -> None:
    """Audit the larger variant, which holds all that the other does."""
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(packages(VARIANTS["verify"]), encoding="utf-8")
        verdict = audit(requirements)
    sys.stdout.write("\n".join(verdict.lines) + "\n")
    sys.exit(verdict.code)


if __name__ == "__main__":
    main()
