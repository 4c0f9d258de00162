"""Python: pytest, which runs unittest's tests too."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from lambda_image.domain.patch import Reproduction
from lambda_image.steps.proof.runner import Asked, Command, Results, Runner, parts, slug
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.traces import Trace, python

# LangChain brings a pytest plugin of its own, which takes seconds to import and is none of the repository's.
OTHERS = ("-p", "no:cacheprovider", "-p", "no:langsmith_plugin")
# An endless test costs seconds, not the run; the session ends before the sandbox ends it: pytest-timeout.
SECONDS, SESSION = 10, 60
# One file that cannot be read, as it could not before, does not keep the others from running.
READABLE = "--continue-on-collection-errors"
PYTEST = ("python", "-m", "pytest", "-q", "-rA", "--tb=native", READABLE, *OTHERS)
TIMED = (*PYTEST, f"--timeout={SECONDS}", f"--session-timeout={SESSION}")
# pytest's exit codes: all passed, some failed, interrupted (files that cannot be read), no tests.
RAN = (0, 1, 2, 5)
_RESULT = re.compile(r"^(PASSED|FAILED|ERROR) (\S+)", re.MULTILINE)
_TRACEBACK = re.compile(r"^(?=Traceback \(most recent call last\))", re.MULTILINE)


def _is_test(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def _own(_tree: Tree, tests: tuple[str, ...]) -> Command | None:
    return (*TIMED, *tests) if tests else None


def _alone(_tree: Tree, reproduction: Reproduction) -> Command:
    # The repository's own options may ask for plugins or reports that one test alone does not need.
    return (*TIMED, "-o", "addopts=", reproduction.path)


def _again(command: Command, output: str) -> Command | None:
    """Without options of plugins that are not here: the repository's, or our own."""
    if "unrecognized arguments" not in output or command[: len(TIMED)] != TIMED:
        return None
    ours = "--timeout" in output.partition("unrecognized arguments")[2].partition("\n")[0]
    return (*(PYTEST if ours else TIMED), "-o", "addopts=", *command[len(TIMED) :])


def _results(code: int | None, output: str) -> Results:
    found = _RESULT.findall(output)
    return Results(
        passed=tuple(dict.fromkeys(test for result, test in found if result == "PASSED")),
        failed=tuple(dict.fromkeys(test for result, test in found if result != "PASSED")),
        ran=code in RAN,
    )


def _traces(output: str) -> list[Trace]:
    read = (python.read(piece) for piece in parts(_TRACEBACK, output))
    return [trace for trace in read if trace is not None]


def _asked(_tree: Tree, file: str, function: str, fingerprint: str) -> Asked:
    module = PurePosixPath(file).with_suffix("").parts
    name = ".".join(module[1:] if module[0] == "src" and len(module) > 1 else module)
    return Asked(
        path=f"tests/test_{slug(fingerprint)}.py",
        function=function,
        framework="pytest",
        fence="python",
        instruction=(
            f"Import the function from its module `{name}`. Do not use pytest.raises;"
            " the test must fail now and pass once the bug is fixed."
        ),
    )


RUNNER = Runner("Python", "python", (".py",), _is_test, _own, _alone, _results, _traces, _asked, again=_again)
