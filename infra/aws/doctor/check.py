"""The answer to one question about an account, and how a question is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from infra.aws.config import Config

Client = Callable[[str], Any]
"""A boto3 client of the account, by the service's name."""


@dataclass(frozen=True, slots=True)
class Check:
    """`fix` says what to do about a check that is not `ok`."""

    check: str
    ok: bool
    detail: str
    fix: str = ""


Question = Callable[[Config, Client], Iterator[Check]]
"""Asks AWS and may raise what botocore raises."""


def judged(check: str, detail: str, fix: str, *, ok: bool) -> Check:
    """A check with its remedy only where one is needed."""
    return Check(check, ok, detail, "" if ok else fix)
