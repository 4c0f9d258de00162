"""Of a test run's output, what tells why it failed: for the model that has to do better, and for people."""

from __future__ import annotations

import re

from lambda_image.domain.patch import TestRun

# A line for people, and an excerpt for a model.
LINE, EXCERPT = 300, 2_000
_SAYS = re.compile(
    r"(?:E  |FAILED|ERROR|\[ERROR\]|error(?:\[E\d+\])?:|panic:|thread '|fatal|not ok|--- FAIL|Fatal|PHP "
    r"|[\w.\\]*(?:Error|Exception)\b)"
)
# What passed, how the tests' own machinery got there, and how long it took.
_QUIET = re.compile(
    r"(?:PASSED|ok \d|ok  ?\t|test .* \.\.\. ok$|--- PASS|=== RUN|\[INFO\]|#|=+ |_+ |\.+ *\[ *\d+%\]|\d+\.\.\d+$|duration_ms"
    r"|Compiling|Finished|Running|\s*(?:at )?(?:node:|org\.junit|java\.base|.*\(node:)|\s+at /rustc/|\s+at .*[/\\]node_modules[/\\]|goroutine|Picked up)"
)
# What Maven says after every failure, and where a report goes on in the next line.
_EMPTY = re.compile(
    r"\[Help \d|\[ERROR\] *$|Re-run Maven|Please refer to|For more information|To see the full|\|-$"
)
_LIBRARY = re.compile(r'\s+File "[^"]*(?:site-packages|/lib/python\d)[^"]*"|\s+/usr/\S*/go/src/')
_PLACE = re.compile(r"/[\w./-]*/verify-\w+/tree/")


def why(output: str, test: str = "") -> str:
    """The line that says most: that of one test, else the last that names an error."""
    found = re.search(rf"^(?:FAILED|ERROR) {re.escape(test)} - (.+)$", output, re.MULTILINE) if test else None
    if found:
        return found[1][:LINE]
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if _SAYS.match(line) and not _EMPTY.search(line)]
    return _PLACE.sub("", (telling or lines or ["no output"])[-1])[:LINE]


def excerpt(run: TestRun | None) -> str:
    """The output without what passed and without the calls of libraries, its middle left out if need be."""
    if run is None:
        return ""
    lines = run.output.splitlines()
    kept = []
    for at, line in enumerate(lines):
        if line.strip() and not _QUIET.match(line) and not _LIBRARY.match(line):
            # The source line that Python prints below a frame goes with its frame.
            if line.startswith("    ") and at and _LIBRARY.match(lines[at - 1]):
                continue
            kept.append(line)
    text = _PLACE.sub("", "\n".join(kept))
    half = EXCERPT // 2
    return text if len(text) <= EXCERPT else f"{text[:half]}\n[cut]\n{text[-half:]}"
