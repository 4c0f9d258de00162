"""Edits become patches or are refused with a reason; a wrong place is never an answer."""

from __future__ import annotations

import pytest

from lambda_image.domain.errors import PatchRefused
from lambda_image.steps.editing.paths import PathPolicy
from lambda_image.steps.repairing.apply import make_patch
from tests.fakes.files import HERE, Files

TEXT = '''def total(lines):
    """Sum of all."""
    return sum(line["price"] for line in lines)


def mean(lines):
    return total(lines) / len(lines)
'''
PATH = "shop/pricing.py"


def shop(content: bytes = TEXT.encode(), *runnable: str) -> Files:
    """A repository with one module that is shown and one that is not."""
    return Files({PATH: content, "shop/secret.py": MEAN.encode()}, runnable)


def blocks(search: str, replace: str, path: str = "shop/pricing.py") -> str:
    """A search/replace answer."""
    return f"{path}\n<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n"


MEAN = "    return total(lines) / len(lines)\n"
SAFE = "    return total(lines) / len(lines) if lines else 0\n"


def only(answer: str, files: Files | None = None) -> bytes:
    """The one changed file's new content."""
    (change,) = make_patch(answer, HERE, files or shop(), ("shop/pricing.py",)).files
    assert change.content is not None
    return change.content


def test_a_whole_file_in_a_fence_gives_a_minimal_diff() -> None:
    patch = make_patch(
        f"Here it is:\n```python\n{TEXT.replace(MEAN, SAFE)}```\nDone.", HERE, shop(), ("shop/pricing.py",)
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
        only(answer, shop())


def test_a_failed_search_names_the_nearest_lines() -> None:
    with pytest.raises(PatchRefused, match=r"return total\(lines\) / len\(lines\)"):
        only(blocks("    return total(lines) / length(lines)\n", SAFE))


def test_line_ends_and_byte_order_mark_come_back() -> None:
    windows = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    changed = only(blocks(MEAN, SAFE), shop(windows))

    assert changed == b"\xef\xbb\xbf" + TEXT.replace(MEAN, SAFE).replace("\n", "\r\n").encode()


def test_a_missing_final_newline_stays_missing() -> None:
    bare = TEXT.rstrip("\n").encode()
    changed = only(f"```python\n{TEXT.replace(MEAN, SAFE)}```", shop(bare))

    assert changed == TEXT.replace(MEAN, SAFE).rstrip("\n").encode()


def test_a_blank_line_at_the_end_is_no_newline() -> None:
    answer = blocks(MEAN.rstrip("\n") + "\n\n", SAFE + "\n\n")

    assert only(answer, shop(TEXT.rstrip("\n").encode())).decode() == TEXT.replace(MEAN, SAFE).rstrip("\n")


def test_a_unified_diff_is_taken_from_people() -> None:
    diff = make_patch(blocks(MEAN, SAFE), HERE, shop()).diff

    assert make_patch(diff, HERE, shop()).diff == diff


@pytest.mark.parametrize("content", [b"\x00binary", b"a\n\0b\n", b"x\n" * 300_000])
def test_files_that_are_no_text_or_too_large_are_left_alone(content: bytes) -> None:
    with pytest.raises(PatchRefused):
        only(blocks("x\n", "b\n"), shop(content))


def test_a_placeholder_is_never_written_into_a_program() -> None:
    with pytest.raises(PatchRefused, match="<EMAIL_1> stands for a value that was hidden"):
        only(blocks(MEAN, '    return total(lines) / len(lines) if lines != ["<EMAIL_1>"] else 0\n'))


def test_what_looks_like_a_placeholder_and_was_there_before_may_stay() -> None:
    files = shop((TEXT + 'KIND = "<EMAIL_1>"\n').encode())

    assert b"if lines else 0" in only(blocks(MEAN, SAFE), files)


def test_mixed_line_ends_come_back_and_a_new_line_ends_as_the_one_it_replaces() -> None:
    mixed = b"a = 1\r\nb = 2\nc = 3\r\nd = 4\n"

    assert only(blocks("c = 3\n", "c = 30\nx = 5\n"), shop(mixed)) == (
        b"a = 1\r\nb = 2\nc = 30\r\nx = 5\nd = 4\n"
    )


def test_bytes_that_are_no_utf8_come_back_where_nothing_changes() -> None:
    latin = b"# caf\xe9\n\n\n\n\n\n" + TEXT.encode()

    assert only(blocks(MEAN, SAFE), shop(latin)) == latin.replace(MEAN.encode(), SAFE.encode())


@pytest.mark.parametrize(
    ("before", "search", "replace"),
    [
        (b"# caf\xe9\n", "\n\n\ndef total(lines):\n", "\n\ndef total(rows):\n"),
        (b"# caf\xe9\n\n\n\n\n\n", MEAN, SAFE.replace("0", '"\u20ac"')),
    ],
    ids=["they stand beside the change", "a letter that their encoding may not have"],
)
def test_what_is_no_utf8_is_not_guessed(before: bytes, search: str, replace: str) -> None:
    with pytest.raises(PatchRefused, match="not UTF-8"):
        only(blocks(search, replace), shop(before + b"\n\n\n" + TEXT.encode()))


def test_a_byte_that_was_shown_as_unreadable_is_never_written() -> None:
    with pytest.raises(PatchRefused, match="could not be shown"):
        only(blocks(MEAN, SAFE.replace("0", '"\ufffd"')))


def test_a_file_that_may_be_run_stays_so() -> None:
    files = shop(TEXT.encode(), PATH)

    assert make_patch(blocks(MEAN, SAFE), HERE, files).files[0].mode == "100755"
    assert make_patch(blocks(MEAN, SAFE), HERE, shop()).files[0].mode == "100644"


def test_the_team_s_lists_hold() -> None:
    for policy in (PathPolicy(deny=("shop/*",)), PathPolicy(allow=("docs/*",))):
        with pytest.raises(PatchRefused, match="the settings"):
            make_patch(blocks(MEAN, SAFE), HERE, shop(), (PATH,), policy)

    assert make_patch(blocks(MEAN, SAFE), HERE, shop(), (PATH,), PathPolicy(allow=("shop/*.py",))).diff


def test_a_change_of_too_many_lines_or_files_is_refused() -> None:
    many = {f"shop/m{number}.py": TEXT.encode() for number in range(11)}
    with pytest.raises(PatchRefused, match="11 files"):
        make_patch("".join(blocks(MEAN, SAFE, path) for path in many), HERE, Files(many))
    with pytest.raises(PatchRefused, match="1001 lines"):
        only(blocks(MEAN, MEAN + "    # why\n" * 1_001))
