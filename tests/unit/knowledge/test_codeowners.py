"""Whose a file is, as code hosts read CODEOWNERS."""

from __future__ import annotations

import pytest

from knowledge.sources.codeowners import codeowners

FILE = """
# whoever nobody else is
*                 @acme/all
*.md              @acme/writers docs@example.com
/runbooks/        @acme/on-call  # by day
docs/*            @acme/docs
apps/             @octocat
**/payments/**    @acme/payments
/runbooks/drafts
[Section of GitLab][2] @acme/section
two\\ words.md   @spaced
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("main.py", "@acme/all"),
        ("guide/README.md", "@acme/writers, docs@example.com"),
        ("runbooks/disk.md", "@acme/on-call"),
        ("runbooks/db/disk.md", "@acme/on-call"),
        ("old/runbooks/disk.md", "@acme/writers, docs@example.com"),
        ("docs/start.md", "@acme/docs"),
        ("docs/deep/start.md", "@acme/writers, docs@example.com"),
        ("any/apps/x.md", "@octocat"),
        ("a/payments/b/c.md", "@acme/payments"),
        ("payments/c.md", "@acme/payments"),
        ("runbooks/drafts/new.md", ""),
        ("two words.md", "@spaced"),
    ],
)
def test_the_last_pattern_that_fits_counts(path: str, owners: str) -> None:
    assert codeowners(FILE.replace("\\\\ ", "\\ ")).of(path) == owners


@pytest.mark.parametrize("text", ["", "\n\n# nothing\n", "[Section]\n"])
def test_where_nobody_is_named_nobody_owns(text: str) -> None:
    assert codeowners(text).of("a.md") == ""


def test_no_pattern_takes_long() -> None:
    owners = codeowners("**/" * 30 + "a" + "*b" * 30 + " @x\n")

    assert owners.of("a/" * 100 + "c") == ""
