"""`make synth` without account, docker and tracemend.toml; and what `make deploy` refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BARE = {"PATH": os.defpath, "PYTHONPATH": str(ROOT)}


def synth(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run it in this folder, with next to nothing in the environment."""
    return subprocess.run(
        [sys.executable, "-m", "infra.aws.synth"],
        cwd=folder,
        env=BARE,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def test_the_example_gives_plain_templates(tmp_path: Path) -> None:
    (tmp_path / "tracemend.example.toml").write_text((ROOT / "tracemend.example.toml").read_text())
    run = synth(tmp_path)

    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [
        "build/tracemend.template.json",
        "build/tracemend-registry.template.json",
    ]
    main, registry = (json.loads((tmp_path / line).read_text()) for line in run.stdout.splitlines())
    (repository,) = registry["Resources"].values()
    assert main["Resources"]
    assert repository["Properties"]["EmptyOnDelete"]
    assert repository["Properties"]["ImageTagMutability"] == "IMMUTABLE"
