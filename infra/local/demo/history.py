"""The demo's service as a real repository: its commits applied one by one from patch files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from lambda_image.domain.errors import PermanentError

PATCHES = Path(__file__).parent / "service"


def create_repository(bare: Path) -> str:
    """A bare repository whose branch `main` holds the service's history; the newest commit's id.

    Author and committer dates are those of the patches, so that the ids are the same everywhere.
    """
    work = bare.with_suffix(".work")
    git(None, "init", "--quiet", "--initial-branch=main", str(work))
    patches = sorted(str(path) for path in PATCHES.glob("*.patch"))
    git(work, "am", "--quiet", "--committer-date-is-author-date", *patches)
    git(None, "clone", "--quiet", "--bare", str(work), str(bare))
    return git(bare, "rev-parse", "main")


def check_out(bare: Path, commit: str, folder: Path) -> None:
    """The tree at a commit, as a deployment has it: files without history."""
    folder.mkdir(parents=True)
    git(bare, f"--work-tree={folder}", "checkout", "--quiet", "--force", commit, "--", ".")


def git(folder: Path | None, *arguments: str) -> str:
    """What git says, without the user's own configuration. Raises PermanentError."""
    environment = {
        "PATH": os.defpath,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_COMMITTER_NAME": "Checkout team",
        "GIT_COMMITTER_EMAIL": "checkout@example.com",
    }
    place = ["-C", str(folder)] if folder else []
    run = subprocess.run(
        ["git", *place, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if run.returncode:
        said = " ".join(run.stderr.split()) or f"exit code {run.returncode}"
        raise PermanentError(f"git {arguments[0]} failed: {said}")
    return run.stdout.strip()
