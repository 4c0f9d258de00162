"""Whatever the answer: it is refused, or `git apply` makes of the patch exactly the patch's files."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as some

from lambda_image.domain.errors import PatchRefused
from lambda_image.domain.patch import Patch
from lambda_image.steps.editing.diff import unified
from lambda_image.steps.repairing.apply import make_patch
from tests.fakes.files import HERE, Files

PATHS = ("a.py", "src/b.js", "with space/c.txt")
# Each of these ends somebody's lines or stands for something in a diff, a fence or an edit.
PIECES = [
    *("x = 1", "  y", "\ty", "", "...", "-- z", "++ z", "@@ -1 +1 @@", "\\ No newline", "```", "======="),
    *("é", "a\x0cb", "a\u2028b", "a\x85b", "a\rb", "'q'", '"q"'),
]
some_line = some.sampled_from(PIECES)
ending = some.sampled_from(("\n", "\n", "\r\n"))
content = some.builds(
    lambda mark, lines, end: mark + "".join(f"{body}{tail}" for body, tail in lines) + end,
    some.sampled_from(("", "\ufeff")),
    some.lists(some.tuples(some_line, ending), max_size=12),
    some.sampled_from(("", "end")),
)
files = some.fixed_dictionaries(dict.fromkeys(PATHS, content))
text = some.lists(some_line, max_size=5).map(lambda lines: "".join(f"{line}\n" for line in lines))


@some.composite
def answers(draw: some.DrawFn, of: dict[str, str]) -> str:
    """Blocks that quote the file or not, whole files, diffs, and what only looks so."""
    path = draw(some.sampled_from(PATHS))
    lines = of[path].replace("\ufeff", "").replace("\r\n", "\n").split("\n")
    start = draw(some.integers(0, len(lines) - 1))
    stop = draw(some.integers(start, min(start + 4, len(lines))))
    quoted = "".join(f"{line}\n" for line in lines[start:stop])
    search, put = draw(some.one_of(some.just(quoted), text)), draw(text)
    form = draw(some.sampled_from(("block", "whole", "diff", "loose")))
    if form == "block":
        return f"{path}\n<<<<<<< SEARCH\n{search}=======\n{put}>>>>>>> REPLACE\n"
    if form == "whole":
        return f"{path}\n````\n{''.join(f'{line}{chr(10)}' for line in lines[:start])}{put}{quoted}````\n"
    if form == "diff":
        return unified(path, quoted, put)
    return draw(some.text(max_size=60)) + put


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(some.data(), files)
@example(None, dict.fromkeys(PATHS, "x = 1\n"))
def test_refused_or_exactly_what_git_makes_of_it(data: some.DataObject | None, of: dict[str, str]) -> None:
    answer = (
        data.draw(answers(of)) if data else f"{PATHS[2]}\n<<<<<<< SEARCH\nx = 1\n=======\n>>>>>>> REPLACE\n"
    )
    before = {path: body.encode() for path, body in of.items()}
    try:
        patch = make_patch(answer, HERE, Files(before))
    except PatchRefused as refused:
        event(refused.reasons[0].partition(".")[0][:60])
        return
    assert applied(patch, before) == before | {change.path: change.content for change in patch.files}
    assert any(before[change.path] != change.content for change in patch.files)


@settings(max_examples=200)
@given(content, content)
def test_a_diff_says_exactly_what_changes(old: str, new: str) -> None:
    if old != new and old and new:
        patch = Patch("r", "c", unified("a.py", old, new), ())

        assert applied(patch, {"a.py": old.encode()}) == {"a.py": new.encode()}


@given(content, some.lists(some.integers(0, 30), min_size=1, max_size=3))
def test_lines_that_are_kept_keep_their_bytes(of: str, picked: list[int]) -> None:
    lines = of.encode().split(b"\n")
    at = picked[0] % len(lines)
    body = lines[at].removesuffix(b"\r").removeprefix(b"\xef\xbb\xbf").decode()
    answer = f"a.py\n<<<<<<< SEARCH\n{body}\n=======\n{body} # so\n>>>>>>> REPLACE\n"
    try:
        patch = make_patch(answer, HERE, Files({"a.py": of.encode()}))
    except PatchRefused:
        return
    after = (patch.files[0].content or b"").split(b"\n")

    assert after[:at] + after[at + 1 :] == lines[:at] + lines[at + 1 :]
    assert after[at] == lines[at].removesuffix(b"\r") + b" # so" + b"\r" * lines[at].endswith(b"\r")


def applied(patch: Patch, before: dict[str, bytes]) -> dict[str, bytes]:
    """The files after `git apply`; fails the test where git refuses."""
    with TemporaryDirectory() as folder:
        for path, body in before.items():
            Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, path).write_bytes(body)
        command = ["git", "apply", "--whitespace=nowarn", "-"]
        run = subprocess.run(command, cwd=folder, input=patch.diff.encode(), capture_output=True, check=False)
        if run.returncode:
            pytest.fail(f"git refused: {run.stderr.decode()}\n{patch.diff}")
        return {path: Path(folder, path).read_bytes() for path in before}
