"""Other programs: the CDK, git, and whatever builds images."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Protocol

from lambda_image.domain.errors import TracemendError


class CommandFailed(TracemendError):
    """A program ended with an error, which it has printed itself."""


class Run(Protocol):
    """Runs a program in the foreground."""

    def __call__(self, words: Sequence[str], secret: str = "", more: Mapping[str, str] | None = None) -> str:
        """Its standard output when `secret` is empty and nothing else is asked for; raises CommandFailed.

        `secret` is given on standard input, never on the command line; `more` are environment variables.
        """


def run(words: Sequence[str], secret: str = "", more: Mapping[str, str] | None = None) -> str:
    """See `Run`. What the program prints goes to the terminal, and for `git` comes back instead."""
    try:
        done = subprocess.run(
            words,
            input=secret or None,
            env={**os.environ, **(more or {})},
            stdout=subprocess.PIPE if words[0] == "git" else None,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise CommandFailed(f"{words[0]} is not installed") from error
    if done.returncode:
        raise CommandFailed(f"{' '.join(words[:3])} … failed with exit code {done.returncode}")
    return (done.stdout or "").strip()


def builder() -> str:
    """The program that builds images, as infra/image/build.sh chooses it; raises CommandFailed without."""
    if (
        shutil.which("docker")
        and not subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    ):
        return "docker"
    for name in ("podman", "buildah"):
        if shutil.which(name):
            return name
    raise CommandFailed(
        "no builder here: start docker's engine, install podman or buildah, or name an image with IMAGE="
    )
