"""The command git, run so that nothing of a repository is executed and nobody is asked anything."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

TIMEOUT = 120.0
UNSAFE_OFF = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "filter.lfs.smudge=",
    "filter.lfs.process=",
    "filter.lfs.required=false",
    "submodule.recurse=false",
    "gc.auto=0",
)
# Where a host key is unknown or has changed, ssh refuses instead of asking.
SSH = "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=10"

# Without a terminal git asks nobody, and complains of that.
LOGIN_REFUSED = re.compile(r"fatal: (could not read (Username|Password)|Authentication failed)")


class GitFailed(Exception):
    """Git refused; the text is its own complaint, beside all that it wrote and its exit code."""

    def __init__(self, complaint: str, stderr: str = "", stdout: bytes = b"", code: int = -1) -> None:
        super().__init__(complaint)
        self.stderr = stderr
        self.stdout = stdout
        self.code = code


class GitMissing(GitFailed):
    """There is no git, or it did not end in time."""


def git(
    folder: Path | None,
    *command: str,
    environment: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
) -> bytes:
    """What git writes. Raises GitFailed."""
    place = ["-C", str(folder)] if folder else []
    surroundings = {
        "PATH": os.defpath,
        "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_SSH_COMMAND": SSH,
        "LC_ALL": "C",
        **(environment or {}),
    }
    try:
        run = subprocess.run(
            ["git", *(word for each in UNSAFE_OFF for word in ("-c", each)), *place, *command],
            env=surroundings,
            capture_output=True,
            check=False,
            timeout=TIMEOUT,
            input=stdin or b"",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitMissing(f"git could not be run: {error}") from error
    if run.returncode:
        stderr = run.stderr.decode("utf-8", "replace")
        raise GitFailed(_complaint(stderr), stderr, run.stdout, run.returncode)
    return run.stdout


def _complaint(stderr: str) -> str:
    """What git complains of: its `fatal:` lines, without the advice that follows them."""
    if LOGIN_REFUSED.search(stderr):
        return "the host does not take the login"
    lines = stderr.strip().splitlines()
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    return "; ".join(fatal or lines[-1:] or ["git failed"])[:300].rstrip(".")
