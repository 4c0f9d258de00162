"""`make bench`: a folder of 100,000 pages through `tracemend ingest`, without vectors (run with -m).

The same command three times, each a process of its own: into no index, again with nothing changed, and with
one page changed and one gone. `seconds` are by the clock, the rate is of processor time, memory is the most
that was resident. An argument is another number of pages. 100,000 need 3 GB on disk.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.evals.made_wiki import MadeWiki, write_folder
from tests.evals.retrieval import SETS, load

PAGES = 100_000


def measured(root: Path, index: Path) -> dict[str, float]:
    """One run of the command: what it did, what it took, and whether it touched the index."""
    before = index.stat().st_mtime_ns if index.exists() else 0
    command = [sys.executable, "-m", "lambda_image.cli", "ingest", str(root), "--index", str(index)]
    start = time.perf_counter()
    process = subprocess.Popen([*command, "--json", "--embeddings", "none"], stdout=subprocess.PIPE)
    told = process.stdout.read() if process.stdout else b""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the ingest ended with {process.returncode}")
    report = json.loads(told)
    spent = used.ru_utime + used.ru_stime
    return {
        **{name: report[name] for name in ("pages", "passages", "written", "deleted")},
        "index_replaced": index.stat().st_mtime_ns != before,
        "processor_seconds": round(spent, 1),
        "seconds": round(time.perf_counter() - start, 1),
        "pages_a_second": round(report["pages"] / spent),
        "memory_mb": round(used.ru_maxrss / 1e3),
        "index_mb": round(index.stat().st_size / 1e6),
    }


def runs(root: Path, index: Path) -> Iterator[tuple[str, dict[str, float]]]:
    """The three runs, in order."""
    yield "first", measured(root, index)
    yield "again", measured(root, index)
    one, other = sorted(root.rglob("*.md"))[:2]
    one.write_text(f"{one.read_text()}\n\nCall the vendor first.\n")
    other.unlink()
    yield "one_changed_one_gone", measured(root, index)


def main(count: int = PAGES) -> None:
    """Write one JSON object for each run."""
    data = Path(os.environ.get("TRACEMEND_DATA", "../shared/data"))
    if not data.is_dir():
        sys.stderr.write(f"skipped: there is no {data}; name the sets with TRACEMEND_DATA\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "wiki"
        sys.stderr.write(f"writing {count} pages\n")
        size = write_folder(MadeWiki([load(data / name) for name in SETS]), root, count)
        sys.stdout.write(json.dumps({"folder": {"pages": count, "mb": round(size / 1e6)}}) + "\n")
        for name, found in runs(root, Path(folder) / "wiki.index"):
            sys.stdout.write(json.dumps({name: found}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
