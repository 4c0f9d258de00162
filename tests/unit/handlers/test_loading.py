import importlib
import sys

import pytest

from lambda_image.wiring.loading import UNUSED, once


def test_a_function_is_built_as_if_pyopenssl_were_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, UNUSED, raising=False)

    assert not once(_is_there)()
    assert UNUSED not in sys.modules


def test_what_is_loaded_stays_when_a_function_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, UNUSED, sys)

    assert once(_is_there)()
    assert sys.modules[UNUSED] is sys


def _is_there() -> bool:
    try:
        importlib.import_module(UNUSED)
    except ImportError:
        return False
    return True
