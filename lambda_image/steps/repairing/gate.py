"""How far a repair may go, by rules: diagnosis only, a suggestion in the thread, a draft pull request."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_image.domain.card import words
from lambda_image.domain.diagnosis import Confidence, Diagnosis
from lambda_image.domain.gate import Level, RepairPolicy, Verdict
from lambda_image.domain.patch import Patch, Proposal
from lambda_image.steps.editing.diff import changed_lines
from lambda_image.steps.repairing import areas
from lambda_image.steps.repairing.reach import new_reach
from lambda_image.steps.words import gate_words, messages

MOST_FILES = 5


def judge(diagnosis: Diagnosis, proposal: Proposal, policy: RepairPolicy) -> Verdict:
    """The furthest that all rules allow. Without a proof that is never a pull request."""
    verified = proposal.verified
    limits = (
        [*_limits(diagnosis, verified.patch, policy)]
        if verified
        else [(Level.SUGGESTION, gate_words.NO_PROOF)]
    )
    if diagnosis.confidence is Confidence.NOT_KNOWN:
        limits.append((Level.DIAGNOSIS, gate_words.NO_CAUSE))
    limits.append((policy.most, gate_words.CAPPED.format(most=policy.most)))
    level = min((each for each, _ in limits), key=lambda each: each.rank)
    held = tuple(reason for each, reason in limits if each.rank < Level.PULL_REQUEST.rank)
    return Verdict(level, held, tuple(_risks(diagnosis, verified.patch, policy)) if verified else ())


def _limits(diagnosis: Diagnosis, patch: Patch, policy: RepairPolicy) -> Iterator[tuple[Level, str]]:
    paths = [change.path for change in patch.files]
    if what := new_reach(patch.diff):
        yield Level.SUGGESTION, gate_words.REACHES.format(what=", ".join(what))
    for area in areas.unprovable(paths):
        yield Level.SUGGESTION, gate_words.UNPROVABLE.format(area=area)
    if diagnosis.confidence is not Confidence.HIGH:
        for area in areas.careful(paths, policy.careful):
            yield Level.SUGGESTION, gate_words.CAREFUL.format(area=area, confidence=diagnosis.confidence)
    if (lines := changed_lines(patch.diff)) > policy.lines:
        yield (
            Level.SUGGESTION,
            gate_words.TOO_LARGE.format(size=gate_words.counted(lines, "line"), most=policy.lines),
        )
    if len(paths) > MOST_FILES:
        yield Level.SUGGESTION, gate_words.TOO_LARGE.format(size=f"{len(paths)} files", most=MOST_FILES)


def _risks(diagnosis: Diagnosis, patch: Patch, policy: RepairPolicy) -> Iterator[str]:
    paths = [change.path for change in patch.files]
    size = gate_words.counted(changed_lines(patch.diff), "line"), gate_words.counted(len(paths), "file")
    yield gate_words.SIZE.format(lines=size[0], files=size[1])
    touched = (*areas.unprovable(paths), *areas.careful(paths, policy.careful))
    yield gate_words.AREAS.format(areas=", ".join(touched)) if touched else gate_words.NO_AREA
    said = messages.judged(messages.english(), diagnosis.confidence, diagnosis.fault, len(diagnosis.dropped))
    yield words(said)
