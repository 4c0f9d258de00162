"""docs/configuration.md out of the code: `python -m infra.aws.reference` writes its tables anew.

Names, types and defaults are those of `Config` and `Settings`; what each one is stands in reference.toml.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from infra.aws.config import Config
from lambda_image.domain.gate import Level
from lambda_image.settings import Settings, variable

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
WORDS = Path(__file__).with_name("reference.toml")
TYPES = {str: "string", bool: "true or false", int: "whole number", float: "number", dict: "table"}
REQUIRED = "required"


def page(before: str) -> str:
    """The page with its tables as the code has them; what stands outside their marks is kept.

    Raises KeyError naming what reference.toml does not explain, or explains though it is not there.
    """
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    tables = {"keys": _table("key", keys(Config), words["keys"])}
    tables["settings"] = _table("variable", settings(), words["settings"])
    for name, table in tables.items():
        marks = f"<!-- {name} -->", f"<!-- end of {name} -->"
        pattern = re.compile(f"(?<={re.escape(marks[0])}\n).*?(?={re.escape(marks[1])})", re.DOTALL)
        before, count = pattern.subn(lambda _, text=table: text, before)  # type: ignore[misc]
        if count != 1:
            raise KeyError(f"{PAGE.name} needs one table between {marks[0]} and {marks[1]}")
    return before


def keys(kind: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Dotted name, type and default of every key of `tracemend.toml`, in the order of the code."""
    hints = get_type_hints(kind)
    for each in fields(kind):
        inner = next(
            (part for part in (hints[each.name], *get_args(hints[each.name])) if is_dataclass(part)), None
        )
        if inner is None:
            yield f"{place}{each.name}", _type(hints[each.name]), _default(each)
        else:
            yield from keys(inner, f"{place}{each.name}.")


def settings() -> Iterator[tuple[str, str, str]]:
    """Variable, type and default of every setting of the functions."""
    for each in fields(Settings):
        yield variable(each.name), WRITTEN.get(str(each.type), str(each.type)), _default(each)


WRITTEN = {
    "str": "string",
    "int": "whole number",
    "Level": ", ".join(f"`{each}`" for each in Level),
    "float | None": "number",
    "tuple[str, ...]": "words, comma separated",
    "bool": "true or false",
    "tuple[RepositoryMapping, ...]": "JSON list",
    "tuple[ServiceMapping, ...]": "JSON list",
    "tuple[HostAccess, ...]": "JSON list",
    "tuple[Channel, ...]": "JSON list",
    "Patterns": "JSON list",
    "PatternsByGroup": "JSON object",
    "tuple[UserRule, ...]": "JSON list",
    "tuple[FingerprintRule, ...]": "JSON list",
}


def _type(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return ", ".join(f"`{each}`" for each in get_args(hint))
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return "list" if inner is str else f"list of {_type(inner)}"
    if get_origin(hint) is dict:
        return "table"
    parts = [each for each in get_args(hint) if each is not NoneType]
    return _type(parts[0]) if parts else TYPES[hint]


def _default(of: Field[Any]) -> str:
    """As it would be written; nothing for what is empty."""
    if of.default is MISSING and of.default_factory is MISSING:
        return REQUIRED
    value = of.default_factory() if of.default_factory is not MISSING else of.default
    if value is None or value in ("", (), {}):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{','.join(value) if isinstance(value, tuple) else value}`"


def _table(head: str, rows: Iterator[tuple[str, str, str]], words: Mapping[str, str]) -> str:
    listed = list(rows)
    odd = {name for name, _, _ in listed} ^ set(words)
    if odd:
        raise KeyError(
            f"{WORDS.name} and the code differ in {', '.join(sorted(odd))}: add or remove them there"
        )
    lines = [f"| {head} | type | default | what it is |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {kind} | {default} | {words[name]} |" for name, kind, default in listed]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page; says so on standard output when it changed."""
    before = PAGE.read_text(encoding="utf-8")
    after = page(before)
    if after != before:
        PAGE.write_text(after, encoding="utf-8")
        sys.stdout.write(f"{PAGE.name} was written anew\n")


if __name__ == "__main__":
    main()
