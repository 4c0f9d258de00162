"""A reproduction calls the program as it is, or it is refused."""

from __future__ import annotations

import pytest

from lambda_image.domain.errors import PatchRefused
from lambda_image.steps.proof.runner import Asked
from lambda_image.steps.repairing.reproduce import read_reproduction

GOOD = "from shop.pricing import mean\n\n\ndef test_empty():\n    assert mean([]) == 0\n"


def asked(framework: str) -> Asked:
    """A test of `mean`."""
    return Asked("tests/test_x.py", "mean", framework, "", "")


def test_an_honest_test_is_kept() -> None:
    assert read_reproduction(f"```python\n{GOOD}```", asked("pytest")).code == GOOD


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
        ("import os\ndef test_x():\n    os.system('id')\n    mean([])\n", "reaches beyond the program"),
        ("def test_x():\n    __import__('os')\n    mean([])\n", "reaches beyond the program"),
        ('def test_x():\n    assert mean(["<EMAIL_1>"]) == 0\n', "<EMAIL_1> stands for a value"),
    ],
)
def test_a_test_that_proves_nothing_is_refused(code: str, reason: str) -> None:
    with pytest.raises(PatchRefused, match=reason):
        read_reproduction(f"```python\n{code}```", asked("pytest"))


@pytest.mark.parametrize(
    ("framework", "code"),
    [
        ("node:test", "const test = require('node:test');\ntest('x', () => assert.equal(mean([]), 0));\n"),
        (
            "Go",
            'package shop\n\nfunc TestNone(t *testing.T) {\n\tif Mean() != 0 { t.Fatal("mean") }; mean()\n}\n',
        ),
        ("Rust", "#[test]\nfn none() {\n    assert_eq!(shop::mean(&[]), 0); // no panic!\n}\n"),
        ("JUnit 5", "class XTest {\n  @Test void none() { assertEquals(0, Shop.mean()); }\n}\n"),
        ("PHPUnit", "<?php class XTest extends TestCase { function testNone() { mean([]); } }\n"),
    ],
)
def test_an_honest_test_of_another_language_is_kept(framework: str, code: str) -> None:
    assert read_reproduction(f"```\n{code}```", asked(framework)).code == code


@pytest.mark.parametrize(
    ("framework", "code", "reason"),
    [
        ("node:test", "mean([]);\n", "no test as node:test"),
        ("node:test", "test('mean', () => {});\n", "does not call mean"),
        ("node:test", "test('x', () => assert.throws(() => mean([])));\n", "throws"),
        ("node:test", "test.skip('x', () => mean([]));\n", "no test as|skip"),
        ("Go", "func TestX(t *testing.T) {\n\tdefer func() { recover() }()\n\tmean()\n}\n", "recover"),
        ("Go", 'func TestX(t *testing.T) {\n\tmean()\n\tpanic("no")\n}\n', "panic"),
        ("Rust", "#[test]\n#[should_panic]\nfn x() { mean(); }\n", "should_panic"),
        ("JUnit 4", "@Test(expected = E.class) public void x() { mean(); }\n", "expected"),
        ("PHPUnit", "function testX() { $this->expectException(E::class); mean(); }\n", "expectException"),
    ],
)
def test_a_test_of_another_language_that_proves_nothing_is_refused(
    framework: str, code: str, reason: str
) -> None:
    with pytest.raises(PatchRefused, match=reason):
        read_reproduction(f"```\n{code}```", asked(framework))
