"""`tracemend.toml`, found, read and held against the rules."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from infra.aws.config import Config
from infra.aws.config_reader import InvalidConfig, read
from infra.aws.config_rules import problems

OWN, EXAMPLE = Path("tracemend.toml"), Path("tracemend.example.toml")


def load(path: Path) -> Config:
    """The configuration in this file. Raises InvalidConfig naming everything that is wrong at once."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidConfig(
            [f"{path} cannot be read: {error.strerror}. Copy tracemend.example.toml and fill it in"]
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidConfig([f"{path} is not TOML: {error}"]) from error
    return checked(tables)


def chosen(arguments: Sequence[str]) -> Config:
    """The configuration named on the command line, else tracemend.toml, else the example.

    Ends the process with all problems where there are any.
    """
    path = Path(arguments[0]) if arguments else OWN if OWN.exists() else EXAMPLE
    try:
        return load(path)
    except InvalidConfig as error:
        sys.exit(f"{path}: {error}")


def checked(tables: dict[str, object]) -> Config:
    """The configuration in these tables. Raises InvalidConfig naming everything that is wrong at once."""
    config, wrong = read(Config, tables)
    wrong += problems(config)
    if wrong:
        raise InvalidConfig(wrong)
    return config
