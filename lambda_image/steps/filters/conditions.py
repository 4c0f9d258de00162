"""Conditions joined by && and ||, of which && binds more closely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from lambda_image.steps.filters.scanner import Scanner

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class Condition(Protocol[T_contra]):
    """Something that is true of a value or not."""

    def holds(self, value: T_contra) -> bool:
        """Whether it is true of this value."""


@dataclass(frozen=True, slots=True)
class All(Generic[T]):
    """Every part holds."""

    parts: tuple[Condition[T], ...]

    def holds(self, value: T) -> bool:
        """See `Condition.holds`."""
        return all(part.holds(value) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Any(Generic[T]):
    """Some part holds."""

    parts: tuple[Condition[T], ...]

    def holds(self, value: T) -> bool:
        """See `Condition.holds`."""
        return any(part.holds(value) for part in self.parts)


def joined(scanner: Scanner, one: Callable[[], Condition[T]]) -> Condition[T]:
    """The conditions that come next, each read by `one`."""
    options = [_every(scanner, one)]
    while scanner.takes("||"):
        options.append(_every(scanner, one))
    return options[0] if len(options) == 1 else Any(tuple(options))


def _every(scanner: Scanner, one: Callable[[], Condition[T]]) -> Condition[T]:
    parts = [one()]
    while scanner.takes("&&"):
        parts.append(one())
    return parts[0] if len(parts) == 1 else All(tuple(parts))
