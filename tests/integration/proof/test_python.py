"""The proof of a change to Python, on a real tree in a real sandbox."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

from lambda_image.adapters.sandbox.workspace import open_workspace
from lambda_image.adapters.verifier import LocalVerifier, packed, unpacked
from lambda_image.domain.errors import PatchRefused
from lambda_image.domain.patch import FileChange, Patch, Reproduction, VerifyRequest
from lambda_image.steps.repairing.verify import certify
from tests.integration.sandbox.trees import tar_of

BUGGY = b"def mean(values):\n    return sum(values) / len(values)\n"
FIXED = b"def mean(values):\n    return sum(values) / len(values) if values else 0\n"
TRACE = (
    'Traceback (most recent call last):\n  File "/var/task/shop.py", line 2, in mean\n'
    "    return sum(values) / len(values)\nZeroDivisionError: division by zero"
)
REPRODUCTION = Reproduction(
    "tests/test_repro.py", "from shop import mean\n\n\ndef test_empty():\n    assert mean([]) == 0\n"
)


def tree(**files: bytes) -> bytes:
    """A tar of a small repository with a passing test."""
    content = {
        "shop.py": BUGGY,
        "tests/test_shop.py": b"from shop import mean\n\n\ndef test_mean():\n    assert mean([1, 3]) == 2\n",
        **files,
    }
    return tar_of(content)


def patch(content: bytes) -> Patch:
    """A patch that replaces the program."""
    return Patch("team/shop", "c" * 40, "diff", (FileChange("shop.py", content),))


def request(content: bytes | None, reproduction: Reproduction | None = REPRODUCTION) -> VerifyRequest:
    """What is to be proved."""
    return VerifyRequest(
        tree(), patch(content) if content else None, reproduction, TRACE, "ZeroDivisionError"
    )


def test_red_before_and_green_after_is_a_proof() -> None:
    proof = LocalVerifier(open_workspace).prove(request(FIXED))

    assert (proof.verdict, proof.reasons, proof.newly_red) == ("proved", (), ())
    assert proof.red is not None
    assert proof.red.failed == ("tests/test_repro.py::test_empty",)
    assert proof.green is not None
    assert (proof.green.passed, proof.green.failed) == (2, ())
    assert certify(patch(FIXED), proof, REPRODUCTION).proof is proof


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BUGGY + b"# no change\n", "still fails"),
        (b"def mean(values):\n    return 0\n", "breaks tests/test_shop.py::test_mean"),
        (b"def mean(values:\n", "not valid Python"),
    ],
)
def test_a_patch_that_does_not_mend_is_refused(content: bytes, reason: str) -> None:
    proof = LocalVerifier(open_workspace).prove(request(content))

    assert proof.verdict != "proved"
    assert reason in " ".join(proof.reasons)
    with pytest.raises(PatchRefused):
        certify(patch(content), proof, REPRODUCTION)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def test_x():\n    assert 1 == 1\n", "does not fail"),
        ("def test_x():\n    {}['k']\n", "not with ZeroDivisionError"),
        ("def test_x():\n    1 / 0\n", "not with ZeroDivisionError in mean"),
    ],
)
def test_a_reproduction_must_fail_for_the_logged_reason(code: str, reason: str) -> None:
    proof = LocalVerifier(open_workspace).prove(request(None, Reproduction("tests/test_repro.py", code)))

    assert proof.verdict == "not proved"
    assert reason in proof.reasons[0]


def test_without_a_failing_test_nothing_is_proved() -> None:
    assert LocalVerifier(open_workspace).prove(request(FIXED, None)).verdict == "not proved"


@pytest.mark.parametrize(("values", "verdict"), [(b"{'eur': 2}", "proved"), (b"{'usd': 2}", "not proved")])
def test_an_error_at_import_is_proved_by_the_tests_that_can_be_read_then(values: bytes, verdict: str) -> None:
    program = b"RATES = {}\nRATE = RATES['eur']\n"
    trace = TRACE.partition("\n")[0] + (
        '\n  File "/var/task/rates.py", line 2, in <module>\n    RATE = RATES["eur"]\nKeyError: \'eur\''
    )
    archive = tar_of(
        {"rates.py": program, "test_rates.py": b"import rates\n\ndef test(): assert rates.RATE\n"}
    )
    change = FileChange("rates.py", program.replace(b"{}", values))
    asked = VerifyRequest(archive, Patch("team/shop", "c" * 40, "diff", (change,)), None, trace, "KeyError")

    assert LocalVerifier(open_workspace).prove(asked).verdict == verdict


def test_a_test_file_that_cannot_be_read_does_not_keep_the_others_from_running() -> None:
    archive = tree(**{"test_mean.py": REPRODUCTION.code.encode(), "test_old.py": b"import shop, gone\n"})
    found = LocalVerifier(open_workspace).prove(
        VerifyRequest(archive, patch(FIXED), None, TRACE, "ZeroDivisionError")
    )

    assert (found.verdict, found.reasons) == ("proved", ())
    assert found.green is not None
    assert found.green.failed == ("test_old.py",)


def test_a_change_after_which_a_test_file_cannot_be_read_is_no_proof() -> None:
    archive = tree(
        **{
            "test_mean.py": REPRODUCTION.code.encode(),
            "test_other.py": b"from shop import other\n\ndef test(): assert other\n",
            "shop.py": BUGGY + b"other = 1\n",
        }
    )
    found = LocalVerifier(open_workspace).prove(
        VerifyRequest(archive, patch(FIXED), None, TRACE, "ZeroDivisionError")
    )

    assert (found.verdict, found.newly_red) == ("not proved", ("test_other.py",))


def test_the_functions_event_comes_back() -> None:
    assert unpacked(json.loads(packed(request(FIXED)))) == request(FIXED)


def test_links_out_of_the_tree_are_not_followed() -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        info = tarfile.TarInfo("escape")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(info)

    with pytest.raises(PatchRefused), open_workspace(target.getvalue()):
        pass
