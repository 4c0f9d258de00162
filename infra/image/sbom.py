"""`make sbom`: what both variants of the image carry of Python packages, as CycloneDX."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.image.locked import entries

ROOT = Path(__file__).parents[2]
FUNCTIONS = (ROOT / "requirements.lock",)
VARIANTS = {"functions": FUNCTIONS, "verify": (*FUNCTIONS, ROOT / "requirements-runners.lock")}
SPECIFICATION = "1.6"


def packages(locks: Sequence[Path]) -> str:
    """The entries of all locks, each once, as a requirements file."""
    return "\n".join(sorted({entry for lock in locks for entry in entries(lock)})) + "\n"


def write(variant: str, target: Path) -> None:
    """One bill of materials, checked against the specification's schema."""
    output = (
        "--spec-version",
        SPECIFICATION,
        "--output-format",
        "JSON",
        "--output-reproducible",
        "--validate",
    )
    subprocess.run(
        [
            *(sys.executable, "-m", "cyclonedx_py", "requirements", "-"),
            *("--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "application"),
            *(*output, "--output-file", str(target)),
        ],
        input=packages(VARIANTS[variant]),
        text=True,
        check=True,
    )


def main() -> None:
    """Write both into `build`."""
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    for variant in VARIANTS:
        target = folder / f"sbom-{variant}.cdx.json"
        write(variant, target)
        sys.stdout.write(f"{target.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
