"""The proof: red on the deployed commit for the logged reason, green with the patch, nothing else newly red.

`verify` runs in the function without permissions; `certify` is the only place that builds a `VerifiedPatch`.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from lambda_image.domain.errors import PatchRefused
from lambda_image.domain.patch import Patch, Proof, Reproduction, TestRun, VerifiedPatch, VerifyRequest
from lambda_image.ports import Workspace
from lambda_image.steps.traces import Trace, python

PROVED, NOT_PROVED, REFUSED = "proved", "not proved", "refused"
# LangChain brings a pytest plugin of its own, which takes seconds to import and is none of the repository's.
OTHERS = ("-p", "no:langsmith_plugin")
PYTEST = ("python", "-m", "pytest", "-q", "-rA", "--tb=native", "-p", "no:cacheprovider", *OTHERS)
# pytest's exit codes for "all passed", "some failed" and "no tests": pytest.ExitCode.
TESTS_RAN = (0, 1, 5)
OUTPUT_KEPT = 20_000
_RESULT = re.compile(r"^(PASSED|FAILED|ERROR) (\S+)", re.MULTILINE)
_TRACEBACK = re.compile(r"^(?=Traceback \(most recent call last\))", re.MULTILINE)

OpenWorkspace = Callable[[bytes], AbstractContextManager[Workspace]]


def verify(request: VerifyRequest, open_workspace: OpenWorkspace) -> Proof:
    """Run the tests before and after. Without a patch: "proved" means that the failure is shown."""
    with open_workspace(request.archive) as workspace:
        try:
            return _verified(request, workspace)
        except PatchRefused as refused:
            return Proof(REFUSED, None, None, (), refused.reasons, workspace.describe())


def certify(patch: Patch, proof: Proof, reproduction: Reproduction | None) -> VerifiedPatch:
    """The patch with its proof. Raises PatchRefused without one."""
    if proof.verdict != PROVED or proof.red is None or proof.green is None:
        raise PatchRefused(*(proof.reasons or ("there is no proof",)))
    return VerifiedPatch(patch, proof, reproduction)


def _verified(request: VerifyRequest, workspace: Workspace) -> Proof:
    if request.reproduction:
        workspace.write(request.reproduction.path, request.reproduction.code.encode())
    red = _run(request, workspace)
    reasons = _red_reasons(request, red)
    if request.patch is None or reasons:
        verdict = NOT_PROVED if reasons else PROVED
        return Proof(verdict, _short(red), None, (), tuple(reasons), workspace.describe())
    for change in request.patch.files:
        if change.path.endswith(".py") and change.content is not None:
            _check_syntax(change.path, change.content)
        workspace.write(change.path, change.content)
    green = _run(request, workspace)
    newly_red = tuple(test for test in green.failed if test not in red.failed)
    reasons = _green_reasons(request, red, green, newly_red)
    verdict = NOT_PROVED if reasons else PROVED
    return Proof(verdict, _short(red), _short(green), newly_red, tuple(reasons), workspace.describe())


def _run(request: VerifyRequest, workspace: Workspace) -> TestRun:
    command = _words(request.test_command) if request.test_command else PYTEST
    run = workspace.run(command)
    results = _RESULT.findall(run.output)
    return replace(
        run,
        passed=sum(result == "PASSED" for result, _ in results),
        failed=tuple(dict.fromkeys(test for result, test in results if result != "PASSED")),
    )


def _words(command: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        raise PatchRefused(f"the test command {command!r} cannot be read: {error}") from error


def _red_reasons(request: VerifyRequest, red: TestRun) -> list[str]:
    """Why this run does not show the logged failure; empty when it does."""
    if red.limit:
        return [f"the tests were stopped by the {red.limit} limit before the change"]
    if request.test_command is None and red.exit_code not in TESTS_RAN:
        return [f"the tests could not be run: {_last(red.output)}"]
    if request.reproduction and not _ours(request.reproduction, red.failed):
        return ["the reproduction does not fail on the deployed commit"]
    if red.exit_code == 0 or (not red.failed and request.test_command is None):
        return ["no test fails on the deployed commit, so nothing shows that the change mends anything"]
    if request.exception_type and not _same_failure(request, red.output):
        logged = f"{request.exception_type} in the same function as in the log"
        seen = _why(red.output, red.failed[0]) if red.failed else _last(red.output)
        return [f"the tests fail, but not with {logged}: {seen}"]
    return []


def _green_reasons(
    request: VerifyRequest, red: TestRun, green: TestRun, newly_red: Sequence[str]
) -> list[str]:
    reasons = []
    if green.limit:
        reasons.append(f"the tests were stopped by the {green.limit} limit with the change")
    elif request.test_command is None and green.exit_code not in TESTS_RAN:
        reasons.append(f"the tests cannot be run with the change: {_last(green.output)}")
    if newly_red:
        reasons.append(f"the change breaks {', '.join(newly_red)}: {_last(green.output)}")
    still = _ours(request.reproduction, green.failed) if request.reproduction else ()
    if still:
        reasons.append(f"the reproduction still fails with the change: {_why(green.output, still[0])}")
    elif not request.reproduction and red.failed and set(red.failed) <= set(green.failed):
        reasons.append("the same tests fail with the change as without it")
    if request.test_command and green.exit_code != 0:
        reasons.append(f"{request.test_command} still fails with the change: {_last(green.output)}")
    if green.passed < red.passed and not reasons:
        reasons.append("fewer tests pass with the change than without it")
    return reasons


def _ours(reproduction: Reproduction, failed: Sequence[str]) -> tuple[str, ...]:
    return tuple(test for test in failed if test.partition("::")[0] == reproduction.path)


def _same_failure(request: VerifyRequest, output: str) -> bool:
    """Whether one traceback of the run has the logged exception and passes through the logged function."""
    logged = python.read(request.trace.splitlines())
    function = (
        next((frame.function for frame in reversed(logged.frames) if frame.in_app), None) if logged else None
    )
    return any(
        _bare(trace.exception_type) == _bare(request.exception_type)
        and (function is None or any(frame.function == function for frame in trace.frames))
        for trace in _traces(output)
    )


def _traces(output: str) -> list[Trace]:
    parts = (python.read(part.splitlines()) for part in _TRACEBACK.split(output))
    return [trace for trace in parts if trace is not None]


def _bare(name: str | None) -> str:
    return (name or "").rpartition(".")[2]


def _check_syntax(path: str, content: bytes) -> None:
    try:
        ast.parse(content)
    except (SyntaxError, ValueError) as error:
        raise PatchRefused(f"{path} is not valid Python with the change: {error}") from error


def _why(output: str, test: str) -> str:
    found = re.search(rf"^(?:FAILED|ERROR) {re.escape(test)} - (.+)$", output, re.MULTILINE)
    return found[1] if found else _last(output)


def _last(output: str) -> str:
    """The last line that says something, for people."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if re.match(r"(?:E  |FAILED|ERROR|[\w.]*(?:Error|Exception)\b)", line)]
    return (telling or lines or ["no output"])[-1][:300]


def _short(run: TestRun) -> TestRun:
    """The run with the end of its output, which is where pytest sums up."""
    return replace(run, output=run.output[-OUTPUT_KEPT:])
