"""TOML tables into frozen dataclasses, with every problem kept instead of the first one raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from lambda_image.domain.errors import ConfigurationError

T = TypeVar("T")

NAMES = {str: "a string", bool: "true or false", int: "a whole number", float: "a number", dict: "a table"}


class InvalidConfig(ConfigurationError):
    """A configuration with `problems`, each a sentence that names its key."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("the configuration has problems:\n" + "\n".join(f"- {each}" for each in problems))


class WrongType(Exception):
    """A value that is not what its key takes; the text is a sentence."""


def read(kind: type[T], table: Mapping[str, object], place: str = "") -> tuple[T, list[str]]:
    """A `kind` from the table, and what was wrong; a wrong or missing value is its default here.

    `place` is the table's dotted name. Raises WrongType where a key without a default is missing.
    """
    hints = get_type_hints(kind)
    wrong = [_unknown(name, place, hints) for name in table if name not in hints]
    values: dict[str, Any] = {}
    for name in hints:
        if name not in table:
            continue
        try:
            values[name], inner = _value(hints[name], table[name], f"{place}{name}")
            wrong += inner
        except WrongType as error:
            wrong.append(str(error))
    absent = [name for name in _required(kind) if name not in values]
    if absent:
        raise WrongType("; ".join([f"{place}{name} is missing" for name in absent] + wrong))
    return kind(**values), wrong


def _required(kind: Any) -> list[str]:
    return [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]


def _unknown(name: str, place: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(name, known, 1)
    hint = f"; did you mean {place}{near[0]}?" if near else f"; known are {', '.join(sorted(known))}"
    return f"{place}{name} is not a key{hint}"


def _value(kind: Any, value: object, place: str) -> tuple[Any, list[str]]:
    """The value as its type, and problems inside it. Raises WrongType."""
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        if not isinstance(value, dict):
            raise WrongType(f"{place} is {value!r}, but a table is wanted")
        return read(kind, value, f"{place}.")
    if origin is tuple:
        return _items(inner[0], value, place)
    if origin is dict:
        return _mapping(inner[1], value, place)
    if origin is UnionType:
        return _value(next(each for each in inner if each is not NoneType), value, place)
    if origin is Literal:
        if value not in inner:
            raise WrongType(f"{place} is {value!r}, but one of {', '.join(map(str, inner))} is wanted")
        return value, []
    return _plain(kind, value, place), []


def _plain(kind: type, value: object, place: str) -> object:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise WrongType(f"{place} is {value!r}, but {NAMES[kind]} is wanted")
    return value


def _items(kind: Any, value: object, place: str) -> tuple[tuple[Any, ...], list[str]]:
    if not isinstance(value, list):
        raise WrongType(f"{place} is {value!r}, but a list is wanted")
    found, wrong = [], []
    for number, each in enumerate(value):
        try:
            item, inner = _value(kind, each, f"{place}[{number}]")
        except WrongType as error:
            wrong.append(str(error))
            continue
        found.append(item)
        wrong += inner
    return tuple(found), wrong


def _mapping(kind: Any, value: object, place: str) -> tuple[dict[str, Any], list[str]]:
    if not isinstance(value, dict):
        raise WrongType(f"{place} is {value!r}, but a table is wanted")
    found, wrong = {}, []
    for name, each in value.items():
        try:
            found[name], inner = _value(kind, each, f"{place}.{name}")
            wrong += inner
        except WrongType as error:
            wrong.append(str(error))
    return found, wrong
