"""Edits become patches or are refused with a reason; a wrong place is never an answer."""

from __future__ import annotations

import pytest

from lambda_image.domain.errors import EvidenceUnavailable, PatchRefused
from lambda_image.domain.evidence import Change, Revision
from lambda_image.steps.apply import make_patch

TEXT = '''def total(lines):
    """Sum of all."""
    return sum(line["price"] for line in lines)


def mean(lines):
    return total(lines) / len(lines)
'''
HERE = Revision("team/shop", "c" * 40, "test")


class Files:
    """Implements `Repository` over a dictionary."""

    def __init__(self, **files: bytes) -> None:
        self.content = {"shop/pricing.py": TEXT.encode(), **files}

    def revision(self, log_group: str) -> Revision:
        """Always the same."""
        return HERE

    def files(self, revision: Revision) -> tuple[str, ...]:
        """All."""
        return tuple(sorted(self.content))

    def read(self, revision: Revision, path: str) -> bytes:
        """One."""
        if path not in self.content:
            raise EvidenceUnavailable("source", f"no {path}", "")
        return self.content[path]

    def archive(self, revision: Revision) -> bytes:
        """Nothing."""
        return b""

    def runnable(self, revision: Revision) -> frozenset[str]:
        """The script."""
        return frozenset({"shop/run.py"})

    def changes(self, revision: Revision, path: str, lines: tuple[int, int]) -> tuple[Change, ...]:
        """None."""
        return ()


def blocks(search: str, replace: str, path: str = "shop/pricing.py") -> str:
    """A search/replace answer."""
    return f"{path}\n<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n"


MEAN = "    return total(lines) / len(lines)\n"
SAFE = "    return total(lines) / len(lines) if lines else 0\n"


def only(answer: str, files: Files | None = None) -> bytes:
    """The one changed file's new content."""
    (change,) = make_patch(answer, HERE, files or Files(), ("shop/pricing.py",)).files
    assert change.content is not None
    return change.content


def test_a_whole_file_in_a_fence_gives_a_minimal_diff() -> None:
    patch = make_patch(
        f"Here it is:\n```python\n{TEXT.replace(MEAN, SAFE)}```\nDone.", HERE, Files(), ("shop/pricing.py",)
    )

    assert patch.diff.count("\n-") == 1 + 1
    assert "-" + MEAN in patch.diff
    assert "+" + SAFE in patch.diff


@pytest.mark.parametrize(
    "search",
    [MEAN, "  return total(lines)  /  len(lines)\n", MEAN.rstrip("\n") + "   \n"],
    ids=["exact", "white space", "trailing"],
)
def test_search_and_replace_finds_its_one_place(search: str) -> None:
    assert only(blocks(search, SAFE if search.startswith("    ") else SAFE[2:])).decode() == TEXT.replace(
        MEAN, SAFE
    )


def test_quotes_that_a_model_turned_are_tolerated() -> None:
    wanted = "    return sum(line['price'] for line in lines)\n"

    assert b"0.0" in only(blocks(wanted, "    return sum((l['price'] for l in lines), 0.0)\n"))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("I would add a check.", "no edit"),
        (f"```python\n{TEXT}```", "unchanged"),
        ("```python\ndef total(lines):\n    return 0\n```", "much shorter"),
        (
            f"```python\n{TEXT.replace(MEAN, '    # ... rest of the code unchanged' + chr(10))}```",
            "leaves lines out",
        ),
        (blocks("    return 1\n", SAFE), "does not stand in"),
        (blocks("\n\n", SAFE), "empty"),
        (blocks("", SAFE), "empty"),
        (blocks(MEAN, SAFE, "../other.py"), "leads out"),
        (blocks(MEAN, SAFE, "/etc/passwd.py"), "leads out"),
        (blocks(MEAN, SAFE, ".github/workflows/deploy.yml"), "must not"),
        (blocks(MEAN, SAFE, "poetry.lock"), "must not"),
        (blocks(MEAN, SAFE, "shop/missing.py"), "no file"),
        (blocks(MEAN, SAFE, "shop/secret.py"), "was not shown"),
    ],
)
def test_what_is_no_edit_is_refused_with_a_reason(answer: str, reason: str) -> None:
    with pytest.raises(PatchRefused, match=reason):
        only(answer, Files(**{"shop/secret.py": MEAN.encode()}))


def test_a_failed_search_names_the_nearest_lines() -> None:
    with pytest.raises(PatchRefused, match=r"return total\(lines\) / len\(lines\)"):
        only(blocks("    return total(lines) / length(lines)\n", SAFE))


def test_line_ends_and_byte_order_mark_come_back() -> None:
    windows = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    changed = only(blocks(MEAN, SAFE), Files(**{"shop/pricing.py": windows}))

    assert changed == b"\xef\xbb\xbf" + TEXT.replace(MEAN, SAFE).replace("\n", "\r\n").encode()


def test_a_missing_final_newline_stays_missing() -> None:
    bare = TEXT.rstrip("\n").encode()
    changed = only(f"```python\n{TEXT.replace(MEAN, SAFE)}```", Files(**{"shop/pricing.py": bare}))

    assert changed == TEXT.replace(MEAN, SAFE).rstrip("\n").encode()


def test_a_unified_diff_is_taken_from_people() -> None:
    diff = make_patch(blocks(MEAN, SAFE), HERE, Files()).diff

    assert make_patch(diff, HERE, Files()).diff == diff


@pytest.mark.parametrize("content", [b"\x00binary", b"\xff\xfe latin", b"a\r\nb\nc\r\nd\r\n"])
def test_files_that_are_no_plain_text_are_left_alone(content: bytes) -> None:
    with pytest.raises(PatchRefused):
        only(blocks("a", "b"), Files(**{"shop/pricing.py": content}))


def test_a_placeholder_is_never_written_into_a_program() -> None:
    with pytest.raises(PatchRefused, match="<EMAIL_1> stands for a value that was hidden"):
        only(blocks(MEAN, '    return total(lines) / len(lines) if lines != ["<EMAIL_1>"] else 0\n'))


def test_what_looks_like_a_placeholder_and_was_there_before_may_stay() -> None:
    files = Files(**{"shop/pricing.py": (TEXT + 'KIND = "<EMAIL_1>"\n').encode()})

    assert b"if lines else 0" in only(blocks(MEAN, SAFE), files)
