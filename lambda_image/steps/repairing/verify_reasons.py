"""Why a run proves nothing, in sentences that a model or a person can act on."""

from __future__ import annotations

import re

from lambda_image.domain.patch import TestRun, VerifyRequest
from lambda_image.steps.proof.failure import same_failure, where
from lambda_image.steps.proof.runner import Results, Runner
from lambda_image.steps.proof.telling import why

NOT_FOUND = 127
# As the sandbox, `env` and a shell say it of a program.
_ABSENT = re.compile(r"(?P<name>[\w.-]+)['\u2019]?: (?:No such file or directory|(?:command )?not found)")
NAMED = 5
Half = tuple[TestRun, Results]


def red_reasons(request: VerifyRequest, runner: Runner, red: TestRun, results: Results) -> list[str]:
    """Why this run does not show the logged failure; empty when it does."""
    if reason := _not_run(request, runner, red, results):
        return [reason]
    if request.reproduction and not results.failed:
        return ["the reproduction does not fail on the deployed commit"]
    if red.exit_code == 0 or (request.test_command is None and not results.failed):
        return ["no test fails on the deployed commit, so nothing shows that the change mends anything"]
    if request.exception_type and not _same(request, runner, red.output):
        logged = f"{request.exception_type} in {where(request.trace)} as in the log"
        seen = why(red.output, results.failed[0] if results.failed else "")
        return [f"the tests fail, but not with {logged}: {seen}"]
    return []


def green_reasons(
    request: VerifyRequest, runner: Runner, before: Half, after: Half, *, beside: bool = False
) -> list[str]:
    """Why these tests do not show that the change mends the failure, or what it breaks.

    `beside`: they run beside a reproduction, so that they need not have failed before.
    """
    (_, were), (green, are) = before, after
    if green.limit:
        return [f"the tests were stopped by the {green.limit} limit with the change"]
    if request.test_command is None and not are.ran and (were.ran or not beside):
        return [f"the tests cannot be run with the change: {why(green.output)}"]
    reasons = []
    if newly := [test for test in are.failed if test not in were.failed]:
        reasons.append(f"the change breaks {_names(newly)}: {why(green.output, newly[0])}")
    lost = [test for test in were.passed if test not in are.passed and test not in are.failed]
    if lost and not reasons and request.test_command is None:
        reasons.append(f"with the change these tests are no longer run: {_names(lost)}")
    return reasons if beside else [*reasons, *_still_red(request, runner, before, after)]


def _still_red(request: VerifyRequest, runner: Runner, before: Half, after: Half) -> list[str]:
    (_, were), (green, are) = before, after
    if request.test_command and green.exit_code != 0:
        return [f"{request.test_command} still fails with the change: {why(green.output)}"]
    still = [test for test in were.failed if test in are.failed]
    said = why(green.output, still[0]) if still else ""
    if still and request.reproduction:
        return [f"the reproduction still fails with the change: {said}"]
    if still and len(still) == len(were.failed):
        return [f"the same tests fail with the change as without it: {said}"]
    if still and request.exception_type and _same(request, runner, green.output):
        return [f"the logged error is still raised with the change: {said}"]
    gone = were.failed and not any(_passes(test, are) for test in were.failed)
    if gone and request.test_command is None:
        return ["the tests that failed before are no longer run"]
    return []


def _passes(test: str, are: Results) -> bool:
    """A file, class or package that could not even be read passes with one of its tests."""
    return any(
        each == test or each.startswith((f"{test}::", f"{test}.", f"{test} > ")) for each in are.passed
    )


def _not_run(request: VerifyRequest, runner: Runner, red: TestRun, results: Results) -> str | None:
    if red.limit:
        return f"the tests were stopped by the {red.limit} limit before the change"
    if gap := gap_of(request, runner, red):
        return f"{gap}, so nothing was run: {why(red.output)}"
    if request.test_command is None and not results.ran:
        return f"the tests could not be run: {why(red.output)}"
    return None


def _same(request: VerifyRequest, runner: Runner, output: str) -> bool:
    return same_failure(request.trace, request.exception_type or "", runner.traces(output))


def gap_of(request: VerifyRequest, runner: Runner, run: TestRun) -> str | None:
    """What is not where the tests run, if that kept them from running."""
    if run.exit_code == NOT_FOUND:
        named = _ABSENT.search(run.output)
        tool = request.test_command or (named["name"] if named else runner.tool)
        return f"{tool} is not where the tests run"
    return runner.gap(run.output) if run.exit_code else None


def _names(tests: list[str]) -> str:
    more = f" and {len(tests) - NAMED} more" if len(tests) > NAMED else ""
    return ", ".join(tests[:NAMED]) + more
