"""docs/configuration.md says what the code says."""

from __future__ import annotations

from dataclasses import fields

import pytest

from infra.aws import reference
from infra.aws.config import Config
from lambda_image.settings import Settings, variable


def test_the_page_is_what_the_code_says() -> None:
    written = reference.PAGE.read_text(encoding="utf-8")

    assert written == reference.page(written), "run `make docs`, or `python -m infra.aws.reference`"


def test_every_setting_is_listed() -> None:
    assert [name for name, _, _ in reference.settings()] == [variable(each.name) for each in fields(Settings)]


def test_keys_stand_with_their_types_and_defaults() -> None:
    rows = {name: row for name, *row in reference.keys(Config)}

    assert rows["logs.groups"] == ["list", ""]
    assert rows["models.chain"][1] == f"`{Settings().models[0]}`"
    assert rows["repositories.clone_url"] == ["string", reference.REQUIRED]
    assert rows["chat.log_level"] == ["`ERROR`, `INFO`, `NONE`", "`ERROR`"]
    assert rows["concurrency.reserve"] == ["true or false", "`true`"]
    assert rows["tuning.temperature"] == ["number", ""]


def test_what_is_changed_by_hand_is_written_over() -> None:
    written = reference.PAGE.read_text(encoding="utf-8")
    changed = written.replace("| `name` | string |", "| `nmae` | string |")

    assert changed != written
    assert reference.page(changed) == written


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(KeyError, match="needs one table"):
        reference.page("# Configuration\n")
