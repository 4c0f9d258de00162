"""Secrets of sources, by host."""

from __future__ import annotations

import pytest

from knowledge.errors import SourceUnusable
from knowledge.sources.secrets import accesses, host_of


def test_each_host_has_its_own() -> None:
    found = accesses('{"Wiki.example.com": {"bearer": "t"}, "git.example.com": {"basic": "u:p"}}')

    assert {host: each.kind for host, each in found.items()} == {
        "wiki.example.com": "bearer",
        "git.example.com": "basic",
    }
    assert accesses(" \n") == {}


@pytest.mark.parametrize(
    "text", ["hunter2", '["hunter2"]', '{"bearer": "hunter2"}', '{"h": {"x": "hunter2"}}']
)
def test_what_is_not_understood_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(SourceUnusable) as error:
        accesses(text)

    assert "hunter2" not in str(error.value)
    assert error.value.__cause__ is None


def test_the_host_of_every_kind_of_address() -> None:
    addresses = ("https://W.example.com:8443/x", "confluence+https://w.example.com/wiki?space=A", "./docs")

    assert [host_of(each) for each in addresses] == ["w.example.com", "w.example.com", ""]
