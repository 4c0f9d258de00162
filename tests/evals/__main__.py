"""`make eval`: quality on the public sets where they are, every crash, then the real model.

`make eval PART=retrieval` does one part alone: retrieval, outgrowing, understanding, grouping, cards,
injection, storm, cases, context, edits, crashes, load, quixbugs, quixbugs-model or model. `ARGS` are those of
`load` and `injection`, "versions" for a `storm` whose deployments can be told, the engine that is asked anew
about `cases` (llama, openai or extractive), the clone of `quixbugs` and `quixbugs-model`, which run only when
they are named, a folder of clones for `context` or `edits`, or a clone of logpai/logparser for `grouping`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.evals import (
    cards,
    cases,
    context,
    crashes,
    edits,
    grouping,
    injection,
    load,
    outgrowing,
    quixbugs,
    quixbugs_model,
    retrieval,
    storm,
    understanding,
)

# Parts that run only when they are named.
NAMED = ("quixbugs", "quixbugs-model")


def main(part: str = "", arguments: Sequence[str] = ()) -> int:
    """One JSON object for each part; what could not be measured is said on standard error.

    1 where an injection got through, else what the tests with a model end with.
    """
    data = Path(os.environ.get("TRACEMEND_DATA", "../shared/data"))
    parts: dict[str, Callable[[], Any]] = {
        "retrieval": lambda: list(retrieval.evaluate(data)),
        "outgrowing": lambda: list(outgrowing.evaluate(data)),
        "understanding": lambda: understanding.evaluate(data),
        "grouping": lambda: grouping.evaluate(data, arguments if part else ()),
        "cards": cards.evaluate,
        "injection": lambda: injection.evaluate(data, arguments if part else ()),
        "storm": lambda: storm.evaluate(told="versions" in arguments),
        "cases": lambda: cases.evaluate(arguments if part else ()),
        "context": lambda: list(context.evaluate(data, arguments)),
        "edits": lambda: edits.evaluate(data, arguments),
        "crashes": crashes.evaluate,
        "load": lambda: load.evaluate(arguments),
        "quixbugs": lambda: quixbugs.evaluate(arguments),
        "quixbugs-model": lambda: quixbugs_model.evaluate(arguments),
    }
    failed = False
    for name, evaluate in parts.items():
        if part not in {"", name} or (part == "" and name in NAMED):
            continue
        if name not in {"cards", "storm", "cases", "crashes", "load", *NAMED} and not data.is_dir():
            sys.stderr.write(f"skipped {name}: there is no {data}; name the sets with TRACEMEND_DATA\n")
            continue
        figures = evaluate()
        sys.stdout.write(json.dumps({name: figures}, indent=1) + "\n")
        failed |= name == "injection" and injection.faulty(figures)
    if failed or part not in {"", "model"}:
        return int(failed)
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "-m", "model"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main("".join(sys.argv[1:2]), sys.argv[2:]))
