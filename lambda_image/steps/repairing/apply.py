"""A model's edit to a checked patch: it is parsed, matched and held to the path policy; the diff is ours.

Three forms: whole files in fenced blocks, search/replace blocks, and a unified diff (for people).
"""

from __future__ import annotations

from collections.abc import Collection

from lambda_image.domain.errors import EvidenceUnavailable, PatchRefused
from lambda_image.domain.evidence import Revision
from lambda_image.domain.patch import FileChange, Patch
from lambda_image.domain.redaction import PLACEHOLDER
from lambda_image.ports import Tree
from lambda_image.steps.editing.answer import Edit, parse_edits
from lambda_image.steps.editing.diff import changed_lines, unified
from lambda_image.steps.editing.left_out import left_out
from lambda_image.steps.editing.lines import UNREADABLE, Text, is_raw, read_text
from lambda_image.steps.editing.matching import locate
from lambda_image.steps.editing.paths import ANY_PATH, PathPolicy
from lambda_image.steps.editing.whole import rewritten

LARGEST_FILE = 500_000
MOST_FILES = 10
MOST_LINES = 1_000


def make_patch(
    answer: str,
    revision: Revision,
    source: Tree,
    only: Collection[str] | None = None,
    paths: PathPolicy = ANY_PATH,
) -> Patch:
    """The patch that an answer asks for, against a commit.

    `only` are the files that may be edited (those that were shown); the first of them is what a whole
    file without a name replaces. Raises PatchRefused with sentences that the author can act on.
    """
    files = source.files(revision)
    edits = parse_edits(answer, files, next(iter(only), None) if only else None)
    if not edits:
        raise PatchRefused("the answer holds no edit: give one fenced block with the whole corrected file")
    grouped: dict[str, list[Edit]] = {}
    for edit in edits:
        grouped.setdefault(paths.check(edit.path, files, only), []).append(edit)
    if len(grouped) > MOST_FILES:
        raise PatchRefused(f"the edit touches {len(grouped)} files, at most {MOST_FILES} are allowed")
    runnable = source.runnable(revision)
    changes, diffs = [], []
    for path, several in grouped.items():
        before = _read(revision, source, path)
        after = before
        for edit in several:
            after = _edited(edit, after)
        diffs.append(_diff(path, before, after))
        changes.append(FileChange(path, after.encoded(), "100755" if path in runnable else "100644"))
    diff = "".join(diffs)
    if (size := changed_lines(diff)) > MOST_LINES:
        raise PatchRefused(f"the edit changes {size} lines, at most {MOST_LINES} are allowed")
    return Patch(revision.repository, revision.commit, diff, tuple(changes))


def _edited(edit: Edit, text: Text) -> Text:
    known = text.bodies if edit.search is None else edit.search.split("\n")
    if edit.search is not None and (gap := left_out(known, text.bodies)):
        raise PatchRefused(f"the searched text leaves lines out ({gap.strip()}): copy all of them")
    if gap := left_out(edit.replace.split("\n"), known):
        raise PatchRefused(
            f"the new text for {edit.path} leaves lines out ({gap.strip()}): write all of them"
        )
    splice = locate(text.bodies, edit) if edit.search is not None else rewritten(text.bodies, edit)
    return text.spliced(splice.start, splice.stop, splice.new)


def _diff(path: str, before: Text, after: Text) -> str:
    """The diff. Raises PatchRefused for a change that is none, or that cannot be told."""
    old, new = str(before), str(after)
    if old == new:
        raise PatchRefused(f"the edit leaves {path} unchanged: change the line that raises the error")
    if invented := set(PLACEHOLDER.findall(new)) - set(PLACEHOLDER.findall(old)):
        raise PatchRefused(f"{min(invented)} stands for a value that was hidden: no program ever sees it")
    added = set(after.bodies) - set(before.bodies)
    if any(UNREADABLE in line for line in added):
        raise PatchRefused(
            f"a new line for {path} holds a byte that could not be shown: leave that line alone"
        )
    if not before.plain and not all(line.isascii() for line in added):
        raise PatchRefused(f"{path} is not UTF-8: use letters of ASCII only in new lines")
    if any("\0" in line for line in added):
        raise PatchRefused(f"the new text for {path} is binary")
    diff = unified(path, old, new)
    if is_raw(diff):
        raise PatchRefused(f"{path} is not UTF-8 where it is to be changed: change other lines")
    return diff


def _read(revision: Revision, source: Tree, path: str) -> Text:
    try:
        content = source.read(revision, path)
    except EvidenceUnavailable as error:
        raise PatchRefused(f"{path} cannot be read: {error}") from error
    if len(content) > LARGEST_FILE:
        raise PatchRefused(f"{path} is larger than {LARGEST_FILE} bytes")
    try:
        return read_text(content)
    except ValueError as error:
        raise PatchRefused(f"{path} cannot be edited: {error}") from error
