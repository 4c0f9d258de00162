"""Formats whose readers can be sent round in circles are read in a process with limits on time and memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from knowledge.errors import DocumentUnreadable
from knowledge.sources.documents.document import Document

SECONDS = 60.0
MEMORY = 2_000_000_000
# Where `python -m` finds us, and nothing of the folder that a person happens to be in.
ROOT = Path(__file__).parents[3]


def read_apart(form: str, raw: bytes, seconds: float = SECONDS) -> Document:
    """Read a document of a format in a process of its own. Raises DocumentUnreadable."""
    try:
        run = subprocess.run(
            [sys.executable, "-m", "knowledge.sources.documents.apart", form],
            cwd=ROOT,
            input=raw,
            capture_output=True,
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentUnreadable(f"takes longer than {seconds:g} seconds to read") from error
    try:
        told = json.loads(run.stdout)
    except ValueError as error:
        raise DocumentUnreadable("its reader broke off") from error
    if "reason" in told:
        raise DocumentUnreadable(told["reason"])
    return Document(told["title"], told["text"])


def main(form: str) -> None:
    """The process: a document on standard input, what it says or why not on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        found: Document = import_module(f"knowledge.sources.documents.{form}").read(
            sys.stdin.buffer.read(), ""
        )
        told = {"title": found.title, "text": found.text}
    except ModuleNotFoundError as error:
        told = {"reason": f"needs the package {error.name}; install tracemend with its extra `crawl`"}
    except DocumentUnreadable as error:
        told = {"reason": str(error)}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
