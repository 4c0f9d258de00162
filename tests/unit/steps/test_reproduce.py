"""A reproduction calls the program as it is, or it is refused."""

from __future__ import annotations

import pytest

from lambda_image.domain.errors import PatchRefused
from lambda_image.steps.reproduce import read_reproduction

GOOD = "from shop.pricing import mean\n\n\ndef test_empty():\n    assert mean([]) == 0\n"


def test_an_honest_test_is_kept() -> None:
    assert read_reproduction(f"```python\n{GOOD}```", "tests/test_x.py", "mean").code == GOOD


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def test_x(:\n", "not valid Python"),
        ("mean([])\n", "no test function"),
        ("def test_x():\n    assert 1 == 2\n", "does not call"),
        ("def mean(x): return 1 / 0\ndef test_x():\n    mean([])\n", "defines"),
        ("def test_x():\n    mean([])\n    raise ZeroDivisionError\n", "raises or catches"),
        ("def test_x():\n    try:\n        mean([])\n    except E:\n        pass\n", "raises or catches"),
        ("def test_x():\n    with pytest.raises(E):\n        mean([])\n", "expects the error"),
        ("def test_x(monkeypatch):\n    mean([])\n", "replaces"),
        ("def test_x():\n    mean([1])\n    assert False\n", "fails whatever"),
        ('def test_x():\n    assert mean(["<EMAIL_1>"]) == 0\n', "<EMAIL_1> stands for a value"),
    ],
)
def test_a_test_that_proves_nothing_is_refused(code: str, reason: str) -> None:
    with pytest.raises(PatchRefused, match=reason):
        read_reproduction(f"```python\n{code}```", "tests/test_x.py", "mean")
