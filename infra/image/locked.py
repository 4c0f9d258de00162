"""The entries of a lock file that the image takes: one for each package, whatever other platforms need."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.requirements import Requirement

# The Python of the base; a lock file may name two versions of a package, for older and for newer ones.
PYTHON = "3.13"
PLATFORM = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": f"{PYTHON}.0",
    "python_version": PYTHON,
    "sys_platform": "linux",
}


def entries(lock: Path) -> list[str]:
    """`name==version --hash=…` of each package, without its marker."""
    text = re.sub(r"^\s*#.*$", "", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = []
    for line in filter(None, (line.strip() for line in text.replace("\\\n", " ").splitlines())):
        named, *hashes = re.split(r"\s+(?=--hash=)", line)
        requirement = Requirement(named)
        if requirement.marker is None or requirement.marker.evaluate(PLATFORM):
            found.append(" ".join((f"{requirement.name}{requirement.specifier}", *hashes)))
    return found
