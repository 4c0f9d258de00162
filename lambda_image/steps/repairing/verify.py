"""The proof: red on the deployed commit for the logged reason, green with the patch, nothing else newly red.

`verify` runs in the function without permissions; `certify` is the only place that builds a `VerifiedPatch`.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from lambda_image.domain.errors import PatchRefused
from lambda_image.domain.patch import Patch, Proof, Reproduction, TestRun, VerifiedPatch, VerifyRequest
from lambda_image.ports import Workspace
from lambda_image.steps.code.places import locate, path_of
from lambda_image.steps.proof.checks import checks, fault, found_by, is_missing, new_complaints
from lambda_image.steps.proof.languages import chosen
from lambda_image.steps.proof.runner import Command, Results, Runner
from lambda_image.steps.proof.touching import touching
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.reading.read_trace import find_trace
from lambda_image.steps.repairing.verify_reasons import gap_of, green_reasons, red_reasons

PROVED, NOT_PROVED, REFUSED = "proved", "not proved", "refused"
OUTPUT_KEPT = 20_000

OpenWorkspace = Callable[[bytes], AbstractContextManager[Workspace]]


@dataclass(frozen=True, slots=True)
class Ran:
    """One run with what its output says of each test."""

    run: TestRun
    results: Results


@dataclass(slots=True)
class _Trial:
    """One proof under way."""

    request: VerifyRequest
    workspace: Workspace
    tree: Tree
    runner: Runner
    own: Command | None
    gaps: list[str] = field(default_factory=list)

    def ran(self, command: Command) -> Ran:
        """One command, read; where it could not be run and another may, that one."""
        run = self.workspace.run(command)
        run = replace(run, output=self.runner.plain(run.output))
        results = self.runner.results(run.exit_code, run.output)
        other = None if results.ran or run.limit else self.runner.again(command, run.output)
        return self.ran(other) if other else Ran(_counted(run, results), results)

    def proof(self, verdict: str, red: TestRun | None, green: TestRun | None, *reasons: str) -> Proof:
        """What came of it; newly failing tests are told by their reason."""
        kept = [replace(run, output=run.output[-OUTPUT_KEPT:]) if run else None for run in (red, green)]
        sandbox = self.workspace.describe()
        return Proof(verdict, kept[0], kept[1], (), tuple(reasons), sandbox, tuple(self.gaps))


def verify(request: VerifyRequest, open_workspace: OpenWorkspace) -> Proof:
    """Run the tests before and after. Without a patch: "proved" means that the failure is shown."""
    try:
        with open_workspace(request.archive) as workspace:
            return _in(workspace, request)
    except PatchRefused as refused:
        return Proof(REFUSED, None, None, (), refused.reasons, "nothing was run")


def certify(patch: Patch, proof: Proof, reproduction: Reproduction | None) -> VerifiedPatch:
    """The patch with its proof. Raises PatchRefused without one."""
    if proof.verdict != PROVED or proof.red is None or proof.green is None:
        raise PatchRefused(*(proof.reasons or ("there is no proof",)))
    return VerifiedPatch(patch, proof, reproduction)


def focus(request: VerifyRequest, tree: Tree) -> tuple[str, ...]:
    """The files that a proof is about: those of the patch, then those of the trace, the raising one first."""
    changed = [change.path for change in request.patch.files] if request.patch else []
    trace = find_trace(request.trace.splitlines()) if request.trace else None
    frames = [frame for frame in trace.frames if frame.in_app] if trace else []
    raised = [file for frame in reversed(frames) if (file := locate(path_of(frame), tree.names))]
    return tuple(dict.fromkeys((*changed, *raised)))


def _in(workspace: Workspace, request: VerifyRequest) -> Proof:
    tree = Tree.of(request.archive)
    files = focus(request, tree)
    runner = chosen(files, tree)
    if runner is None:
        reason = "the tests of no language in this tree can be run here"
        return Proof(NOT_PROVED, None, None, (), (reason,), workspace.describe(), (reason,))
    own = _words(request.test_command) if request.test_command else None
    if own is None:
        own = runner.own(tree, touching(tree, files, runner))
    trial = _Trial(request, workspace, tree, runner, own)
    try:
        return _tried(trial)
    except PatchRefused as refused:
        return trial.proof(REFUSED, None, None, *refused.reasons)


def _tried(trial: _Trial) -> Proof:
    """Red first; then the patch and the looks at it; then both again."""
    alone, own = _before(trial)
    shown = alone or own
    if shown is None:
        reason = trial.runner.missing(trial.tree) or "the repository has no test that could show the failure"
        return trial.proof(NOT_PROVED, None, None, reason)
    if reasons := red_reasons(trial.request, trial.runner, shown.run, shown.results):
        if gap := gap_of(trial.request, trial.runner, shown.run):
            trial.gaps.append(gap)
        return trial.proof(NOT_PROVED, shown.run, None, *reasons)
    if trial.request.patch is None:
        return trial.proof(PROVED, shown.run, None)
    complaints = _patched(trial, trial.request.patch)
    return _after(trial, alone, own, complaints)


def _before(trial: _Trial) -> tuple[Ran | None, Ran | None]:
    """The reproduction alone, then the repository's own tests without it, if it shows the failure."""
    reproduction = trial.request.reproduction
    if reproduction is None or trial.request.test_command:
        if reproduction:
            trial.workspace.write(reproduction.path, reproduction.code.encode())
        return None, trial.ran(trial.own) if trial.own else None
    trial.workspace.write(reproduction.path, reproduction.code.encode())
    alone = trial.ran(trial.runner.alone(trial.tree, reproduction))
    if trial.request.patch is None or red_reasons(trial.request, trial.runner, alone.run, alone.results):
        return alone, None
    trial.workspace.write(reproduction.path, None)
    own = trial.ran(trial.own) if trial.own else None
    trial.workspace.write(reproduction.path, reproduction.code.encode())
    return alone, own


def _after(trial: _Trial, alone: Ran | None, own: Ran | None, complaints: list[str]) -> Proof:
    request, runner = trial.request, trial.runner
    reasons = list(complaints)
    again: Ran | None = None
    if alone and request.reproduction:
        again = trial.ran(runner.alone(trial.tree, request.reproduction))
        reasons += green_reasons(request, runner, (alone.run, alone.results), (again.run, again.results))
        trial.workspace.write(request.reproduction.path, None)
    rest = trial.ran(trial.own) if trial.own and own and not reasons else None
    newly_red: tuple[str, ...] = ()
    if rest and own:
        newly_red = tuple(test for test in rest.results.failed if test not in own.results.failed)
        reasons += green_reasons(
            request, runner, (own.run, own.results), (rest.run, rest.results), beside=alone is not None
        )
    elif alone and own is None and (gap := runner.missing(trial.tree)):
        reasons.append(f"{gap}, so nothing shows that the change breaks none of them")
    proof = trial.proof(NOT_PROVED if reasons else PROVED, _both(alone, own), _both(again, rest), *reasons)
    return replace(proof, newly_red=newly_red)


def _patched(trial: _Trial, patch: Patch) -> list[str]:
    """Write the change and let its language and its repository look at it. Raises PatchRefused."""
    complaints: list[str] = []
    for change in patch.files:
        if change.content is not None and (wrong := fault(change.path, change.content)):
            raise PatchRefused(wrong)
        trial.workspace.write(change.path, change.content)
    for change in patch.files:
        if change.content is not None:
            complaints += _looked_at(trial, change.path, change.content)
    return complaints


def _looked_at(trial: _Trial, path: str, content: bytes) -> list[str]:
    """What is newly wrong with one changed file; a program that is not there is a gap."""
    complaints: list[str] = []
    for check in checks(trial.tree, path):
        run = trial.workspace.run(check.command)
        if is_missing(run.exit_code, run.output):
            trial.gaps.append(f"{check.name} is not here, so {path} was not checked with it")
            continue
        after = found_by(check, run.exit_code, run.output)
        if after is None:
            continue
        before = None
        if (old := trial.tree.read(path)) is not None:
            trial.workspace.write(path, old)
            was = trial.workspace.run(check.command)
            before = found_by(check, was.exit_code, was.output)
            trial.workspace.write(path, content)
        # What a parser could not read before either is in a dialect that it does not know.
        if check.parser and before is not None:
            continue
        if new := new_complaints(before or "", after):
            said = f"{check.name} complains of {path} with the change: {'; '.join(new[:5])}"[:600]
            if check.parser:
                raise PatchRefused(said)
            complaints.append(said)
    return complaints


def _words(command: str) -> Command:
    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        raise PatchRefused(f"the test command {command!r} cannot be read: {error}") from error


def _counted(run: TestRun, results: Results) -> TestRun:
    return replace(run, passed=len(results.passed), failed=results.failed)


def _both(one: Ran | None, other: Ran | None) -> TestRun | None:
    """Two runs as one: the reproduction's first."""
    runs = [each.run for each in (one, other) if each]
    if len(runs) < 2:
        return runs[0] if runs else None
    first, second = runs
    return TestRun(
        command=f"{first.command} && {second.command}",
        exit_code=None
        if None in (first.exit_code, second.exit_code)
        else first.exit_code or second.exit_code,
        passed=first.passed + second.passed,
        failed=tuple(dict.fromkeys((*first.failed, *second.failed))),
        output=f"{first.output[-OUTPUT_KEPT // 2 :]}\n{second.output[-OUTPUT_KEPT // 2 :]}",
        seconds=first.seconds + second.seconds,
        limit=first.limit or second.limit,
    )
