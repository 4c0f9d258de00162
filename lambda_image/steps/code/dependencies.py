"""Where a repository says which version it uses of the library that raised."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambda_image.domain.code import REST, Part
from lambda_image.domain.events import RedactedEvent
from lambda_image.steps.code.trail import Shown
from lambda_image.steps.code.tree import Tree

_PACKAGE = re.compile(
    r".*/(?:site|dist)-packages/(?P<python>\w+)|.*/node_modules/(?P<node>(?:@[\w.-]+/)?[\w.-]+)|"
    r".*/pkg/mod/(?P<go>[\w.-]+/[\w.-]+(?:/[\w.-]+)?)@|.*/gems/(?P<ruby>[\w-]+?)-\d|.*/vendor/(?P<php>[\w.-]+/[\w.-]+)/"
)
_MANIFEST = re.compile(
    r"(?:.*/)?(?:[\w.-]*requirements[\w.-]*\.(?:txt|lock|in)|pyproject\.toml|setup\.(?:cfg|py)|Pipfile(?:\.lock)?|"
    r"poetry\.lock|uv\.lock|package(?:-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|go\.mod|Gemfile(?:\.lock)?|"
    r"composer\.(?:json|lock))"
)
WORTH = 0.6
FILES = 6
AROUND = 1


def pinned(event: RedactedEvent, tree: Tree) -> Iterator[Shown]:
    """The lines of manifests and lock files that name the library in which the error was raised."""
    raised = event.frames[-1] if event.frames and not event.frames[-1].in_app else None
    found = _PACKAGE.match(raised.file.replace("\\", "/")) if raised else None
    if found is None:
        return
    name = next(filter(None, found.groups()))
    # Python's distributions are written with either, and in any case.
    named = re.compile(rf"(?i)(?<![\w./-]){re.escape(name).replace('_', '[-_.]')}(?![\w-])")
    manifests = sorted(
        (file for file in tree.files if _MANIFEST.fullmatch(file)), key=lambda file: file.count("/")
    )
    for file in manifests[:FILES]:
        lines = (tree.text(file) or "").split("\n")
        at = next((number for number, line in enumerate(lines, start=1) if named.search(line)), None)
        if at:
            part = Part(file, "", max(at - AROUND, 1), min(at + AROUND, len(lines)), REST)
            yield Shown(part, WORTH, f"tells the version of {name}, which raised the error")
