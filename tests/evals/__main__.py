"""`make eval`: quality on the public sets where they are, then the real model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.evals import retrieval, understanding


def main() -> int:
    """One JSON object for each part; what could not be measured is said on standard error."""
    data = Path(os.environ.get("TRACEMEND_DATA", "../shared/data"))
    if data.is_dir():
        parts = {"retrieval": list(retrieval.evaluate(data)), "understanding": understanding.evaluate(data)}
        for name, figures in parts.items():
            sys.stdout.write(json.dumps({name: figures}, indent=1) + "\n")
    else:
        sys.stderr.write(f"skipped the evaluation sets: there is no {data}; name them with TRACEMEND_DATA\n")
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "-m", "model"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
