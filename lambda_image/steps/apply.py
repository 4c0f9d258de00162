"""A model's edit to a checked patch: it is parsed, matched and held to the path policy; the diff is ours.

Three forms: a whole file in one fenced block, search/replace blocks, and a unified diff (for people).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from lambda_image.domain.errors import EvidenceUnavailable, PatchRefused
from lambda_image.domain.evidence import Revision
from lambda_image.domain.patch import FileChange, Patch
from lambda_image.domain.redaction import PLACEHOLDER
from lambda_image.ports import SourceCode
from lambda_image.steps.edits import Edit, parse_edits
from lambda_image.steps.matching import replaced

LARGEST_FILE = 500_000
MOST_FILES = 10
# Files that decide what runs with rights, or that machines write.
FORBIDDEN = re.compile(
    r"(?:^|/)(?:\.git|\.github|\.gitlab|\.circleci|\.buildkite|node_modules|vendor)(?:/|$)"
    r"|(?:^|/)(?:\.gitlab-ci\.yml|bitbucket-pipelines\.yml|buildspec[\w.-]*\.ya?ml|Jenkinsfile|Dockerfile[\w.-]*)$"
    r"|(?:^|/)(?:[\w.-]+\.lock|package-lock\.json|pnpm-lock\.yaml|go\.sum|\.env[\w.-]*|[\w.-]+\.(?:pem|key|p12))$"
)
LEFT_OUT = re.compile(
    r"^\s*(?:#|//|--|/\*)?\s*(?:\.\.\.|…)?\s*"
    r"\(?(?:the\s+)?(?:rest of|remaining|existing|previous|unchanged|same as)\b"
    r".{0,60}(?:code|file|function|unchanged|before|above|same|here)?.*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Text:
    """A file's text with what has to come back: byte order mark and line ending."""

    text: str
    mark: bool
    ending: str

    def encoded(self, text: str) -> bytes:
        """The new text in the file's own form."""
        body = text.replace("\n", self.ending)
        return (b"\xef\xbb\xbf" if self.mark else b"") + body.encode("utf-8")


def make_patch(
    answer: str, revision: Revision, source: SourceCode, only: Collection[str] | None = None
) -> Patch:
    """The patch that an answer asks for, against a commit.

    `only` are the files that may be edited (those that were shown); the first of them is what a whole
    file without a name replaces. Raises PatchRefused with sentences that the author can act on.
    """
    files = source.files(revision)
    edits = parse_edits(answer, next(iter(only), None) if only else None)
    if not edits:
        raise PatchRefused("the answer holds no edit: give one fenced block with the whole corrected file")
    grouped: dict[str, list[Edit]] = {}
    for edit in edits:
        grouped.setdefault(_allowed(edit.path, files, only), []).append(edit)
    if len(grouped) > MOST_FILES:
        raise PatchRefused(f"the edit touches {len(grouped)} files, at most {MOST_FILES} are allowed")
    changes: list[FileChange] = []
    diffs: list[str] = []
    for path, several in grouped.items():
        before = _read(revision, source, path)
        after = before.text
        for edit in several:
            after = _edited(edit, path, after)
        if invented := set(PLACEHOLDER.findall(after)) - set(PLACEHOLDER.findall(before.text)):
            raise PatchRefused(f"{min(invented)} stands for a value that was hidden: no program ever sees it")
        if after == before.text:
            raise PatchRefused(f"the edit leaves {path} unchanged: change the line that raises the error")
        changes.append(FileChange(path, before.encoded(after)))
        diffs.append(unified(path, before.text, after))
    return Patch(revision.repository, revision.commit, "".join(diffs), tuple(changes))


def unified(path: str, before: str, after: str) -> str:
    """A minimal unified diff with git's headers, which `git apply` takes."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}", n=3)
    body = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
    return f"diff --git a/{path} b/{path}\n{body}"


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _edited(edit: Edit, path: str, text: str) -> str:
    if edit.search is not None:
        return replaced(text, edit.search, edit.replace, path)
    if any(LEFT_OUT.match(line) and line not in text.split("\n") for line in edit.replace.split("\n")):
        raise PatchRefused(
            f"parts of {path} are left out of the answer: give it from the first to the last line"
        )
    if len(edit.replace) < len(text) / 3:
        raise PatchRefused(f"the answer is much shorter than {path}: give the whole file")
    ends = text.endswith("\n")
    return edit.replace.rstrip("\n") + ("\n" if ends else "")


def _allowed(path: str, files: Collection[str], only: Collection[str] | None) -> str:
    """The path, if the policy lets it be edited."""
    parts = PurePosixPath(path).parts
    if path.startswith(("/", "~")) or ".." in parts or "\\" in path or "\0" in path or ":" in parts[0]:
        raise PatchRefused(f"{path} leads out of the repository")
    clean = str(PurePosixPath(path))
    if FORBIDDEN.search(clean):
        raise PatchRefused(f"{clean} must not be changed by a machine")
    if clean not in files:
        raise PatchRefused(f"there is no file {clean} at this commit, or it is a link")
    if only is not None and clean not in only:
        raise PatchRefused(f"{clean} was not shown; only {', '.join(only)} may be changed")
    return clean


def _read(revision: Revision, source: SourceCode, path: str) -> _Text:
    try:
        content = source.read(revision, path)
    except EvidenceUnavailable as error:
        raise PatchRefused(f"{path} cannot be read: {error}") from error
    if len(content) > LARGEST_FILE or b"\0" in content:
        raise PatchRefused(f"{path} is binary or larger than {LARGEST_FILE} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PatchRefused(f"{path} is not UTF-8") from error
    mark = text.startswith("\ufeff")
    ending = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    if ending == "\r\n" and text.count("\r\n") != text.count("\n"):
        raise PatchRefused(f"{path} mixes line endings")
    return _Text(text.removeprefix("\ufeff").replace(ending, "\n"), mark, ending)
