"""True fixes as answers, and the ways in which models and mail spoil them.

Each takes the hunk, or the file, and gives the answer. Those in MUST_REFUSE say something else than the fix.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence

from tests.evals.editing.failed import block

Hunks = Sequence[tuple[list[str], list[str]]]
Mutation = Callable[[str, Hunks], str]


def _each(change: Callable[[str], str], sides: str = "both") -> Mutation:
    """A block for each hunk, its lines changed."""

    def mutated(path: str, hunks: Hunks) -> str:
        done = []
        for old, new in hunks:
            put = [change(line) for line in new] if sides == "both" else new
            done.append(block(path, "\n".join(map(change, old)), "\n".join(put)))
        return "\n".join(done)

    return mutated


def plain(path: str, hunks: Hunks) -> str:
    """As it should be."""
    return _each(lambda line: line)(path, hunks)


def _dedented(path: str, hunks: Hunks) -> str:
    """All indentation that the lines of a hunk share is gone."""
    done = []
    for old, new in hunks:
        shared = min((len(line) - len(line.lstrip()) for line in [*old, *new] if line.strip()), default=0)
        done.append(([line[shared:] for line in old], [line[shared:] for line in new]))
    return plain(path, done)


def _first_trimmed(path: str, hunks: Hunks) -> str:
    return plain(
        path, [([old[0].lstrip(), *old[1:]], [new[0].lstrip(), *new[1:]]) for old, new in hunks if new]
    )


def _no_blanks(path: str, hunks: Hunks) -> str:
    return plain(path, [([x for x in old if x.strip()], [x for x in new if x.strip()]) for old, new in hunks])


def _elided(path: str, hunks: Hunks) -> str:
    """The middle of the searched lines is left out."""
    return plain(path, [([*old[:1], "    ...", *old[-1:]], new) for old, new in hunks])


def _wrong_line(path: str, hunks: Hunks) -> str:
    """One of the searched lines is made up."""
    return plain(path, [([*old[:-1], "    result = self._prepared_by_nobody()"], new) for old, new in hunks])


def _invented(path: str, hunks: Hunks) -> str:
    """Every longer word of the searched lines is another."""
    return plain(
        path,
        [
            ([re.sub(r"[A-Za-z_]{3,}", lambda word: f"{word[0]}_old", x) for x in old], new)
            for old, new in hunks
        ],
    )


def _quotes(line: str) -> str:
    """The other quotes, where a line has one kind only."""
    pair = {"'": '"', '"': "'"}
    if (
        ("'" in line) == ('"' in line)
        or "\\" in line
        or re.search(r"\w'\w", line)
        or line.count("'") % 2
        or line.count('"') % 2
    ):
        return line
    return "".join(pair.get(each, each) for each in line)


def _unit(line: str) -> str:
    body = line.lstrip(" ")
    spaces = len(line) - len(body)
    return "\t" * (spaces // 4) + " " * (spaces % 4) + body


BLOCKS: dict[str, Mutation] = {
    "plain": plain,
    "trailing white space": _each(lambda line: f"{line}  ", sides="search"),
    "dedented": _dedented,
    "indented": _each(lambda line: f"    {line}" if line.strip() else line),
    "indented by one": _each(lambda line: f" {line}" if line.strip() else line),
    "two spaces for four": _each(lambda line: re.sub(r"^( +)", lambda found: found[1][::2], line)),
    "tabs for spaces": _each(_unit),
    "first line trimmed": _first_trimmed,
    "inner white space": _each(lambda line: re.sub(r"(?<=\S) = ", "  =  ", line), sides="search"),
    "blank lines dropped": _no_blanks,
    "other quotes": _each(_quotes),
    "fenced": lambda path, hunks: f"Sure.\n\n`{path}`\n\n```python\n{plain('', hunks).strip()}\n```\n",
    "path decorated": lambda path, hunks: plain(f"**File: `{path}`**", hunks),
    "no path": lambda _path, hunks: plain("Here is the change:", hunks),
    "six marks": lambda path, hunks: re.sub(
        r"^([<=>])\1{6}", r"\1" * 6, plain(path, hunks), flags=re.MULTILINE
    ),
    "carriage returns": lambda path, hunks: plain(path, hunks).replace("\n", "\r\n"),
    "said twice": lambda path, hunks: plain(path, hunks) * 2,
    "one line wrong": _wrong_line,
    "invented": _invented,
    "elided": _elided,
    "cut off": lambda path, hunks: plain(path, hunks).rstrip()[: -len("REPLACE") - 12],
    "no divider": lambda path, hunks: plain(path, hunks).replace("\n=======\n", "\n"),
    "no change": lambda path, hunks: plain(path, [(old, old) for old, _ in hunks]),
    "placeholder": lambda path, hunks: plain(
        path, [(old, [*new, "# ... rest of the code"]) for old, new in hunks]
    ),
}
WHOLE: dict[str, Callable[[str, str], str]] = {
    "plain": lambda path, text: f"{path}\n```python\n{text}```\n",
    "no name": lambda _path, text: f"The corrected file:\n```\n{text}```",
    "carriage returns": lambda _path, text: f"```python\n{text}```\n".replace("\n", "\r\n"),
    "no end mark": lambda _path, text: f"```python\n{text}",
    "more blank lines": lambda _path, text: f"```python\n{text}\n\n```",
    "cut off": lambda _path, text: f"```python\n{text[: len(text) * 3 // 5]}",
    "cut off and closed": lambda _path, text: f"```python\n{_half(text)}\n```",
    "rest unchanged": lambda _path, text: f"```python\n{_half(text)}\n# rest of the file unchanged\n```",
    "three dots": lambda _path, text: f"```python\n{_half(text)}\n    ...\n```",
}
DIFFS: dict[str, Callable[[str], str]] = {
    "plain": lambda diff: diff,
    "wrong line numbers": lambda diff: re.sub(
        r"^@@ -\d+,(\d+) \+\d+,", r"@@ -1,\1 +1,", diff, flags=re.MULTILINE
    ),
    "no line numbers": lambda diff: re.sub(r"^@@ -.*?@@.*$", "@@ ... @@", diff, flags=re.MULTILINE),
    "wrong counts": lambda diff: re.sub(
        r"^(@@ -\d+),\d+ (\+\d+),\d+", r"\1,2 \2,2", diff, flags=re.MULTILINE
    ),
    "blank lines bare": lambda diff: re.sub(r"^ $", "", diff, flags=re.MULTILINE),
    "no git header": lambda diff: re.sub(r"^(?:diff --git|index) .*\n", "", diff, flags=re.MULTILINE),
    "no a and b": lambda diff: re.sub(r"^(---|\+\+\+) [ab]/", r"\1 ", diff, flags=re.MULTILINE),
    "context indented": lambda diff: re.sub(r"^ (?=\S|  )", "  ", diff, flags=re.MULTILINE),
    "carriage returns": lambda diff: diff.replace("\n", "\r\n"),
    "fenced": lambda diff: f"Here is the fix:\n\n```diff\n{diff}```\n\nIt adds a check.\n",
    "context invented": lambda diff: re.sub(
        r"^ (\s*)\w.*$", r" \1was_never_here = True", diff, flags=re.MULTILINE
    ),
    "cut off": lambda diff: "\n".join(diff.rstrip("\n").split("\n")[:-2]),
}
MUST_REFUSE = {
    "block": {"one line wrong", "invented", "elided", "cut off", "no divider", "no change", "placeholder"},
    "whole": {"cut off", "cut off and closed", "rest unchanged", "three dots"},
    "diff": {"context invented", "cut off"},
}


def _half(text: str) -> str:
    """The first half of the code; what is said behind it does not count."""
    try:
        code = [
            each for each in ast.parse(text).body if not (isinstance(each, ast.Expr) and each.col_offset == 0)
        ]
        end = code[-1].end_lineno or 0
    except (SyntaxError, IndexError):
        end = text.count("\n")
    return "\n".join(text.split("\n")[: max(end // 2, 1)])
