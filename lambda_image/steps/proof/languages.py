"""The languages whose tests can be run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lambda_image.steps.proof import go, java, php, python, rust
from lambda_image.steps.proof.javascript import runner as javascript
from lambda_image.steps.proof.runner import Runner
from lambda_image.steps.proof.tree import Tree

RUNNERS = (python.RUNNER, javascript.RUNNER, go.RUNNER, rust.RUNNER, java.RUNNER, php.RUNNER)


def runner_of(path: str) -> Runner | None:
    """The runner for a file, None for a language whose tests nobody here can run."""
    return next((each for each in RUNNERS if path.endswith(each.suffixes)), None)


def chosen(paths: Iterable[str], tree: Tree) -> Runner | None:
    """The runner for a change: that of its files, else that of most files of the tree."""
    if found := next((runner for path in paths if (runner := runner_of(path))), None):
        return found
    counts = Counter(runner.language for path in tree.names if (runner := runner_of(path)))
    most = counts.most_common(1)
    return next((each for each in RUNNERS if most and each.language == most[0][0]), None)
