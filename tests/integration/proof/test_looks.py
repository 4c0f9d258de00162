"""What the repository's own linter says of a change, and what is not there to say it."""

from __future__ import annotations

import importlib.util
import shutil

import pytest

from lambda_image.adapters.sandbox.workspace import open_workspace
from lambda_image.domain.patch import FileChange, Patch, Proof, Reproduction, VerifyRequest
from lambda_image.steps.repairing.verify import verify
from tests.integration.proof.test_python import BUGGY, FIXED, REPRODUCTION, TRACE
from tests.integration.sandbox.trees import tar_of

ruff = pytest.mark.skipif(importlib.util.find_spec("ruff") is None, reason="needs ruff")


def proof(content: bytes, **files: bytes) -> Proof:
    """Of a change to the shop, in a repository with these files besides."""
    named = {name.replace("_dot_", "."): text for name, text in files.items()}
    change = Patch("team/shop", "c" * 40, "diff", (FileChange("shop.py", content),))
    archive = tar_of({"shop.py": BUGGY, **named})
    request = VerifyRequest(archive, change, REPRODUCTION, TRACE, "ZeroDivisionError")
    return verify(request, open_workspace)


@ruff
def test_a_new_complaint_of_the_linter_is_a_reason() -> None:
    found = proof(b"import os\n" + FIXED, pyproject_dot_toml=b"[tool.ruff]\n")

    assert found.verdict == "not proved"
    assert "ruff complains of shop.py with the change" in found.reasons[0]
    assert "F401" in found.reasons[0]


@ruff
def test_an_old_complaint_is_none() -> None:
    content = b"import os\n" + BUGGY
    change = Patch("team/shop", "c" * 40, "diff", (FileChange("shop.py", b"import os\n" + FIXED),))
    archive = tar_of({"shop.py": content, "ruff.toml": b""})
    trace = TRACE.replace("line 2", "line 3")
    found = verify(VerifyRequest(archive, change, REPRODUCTION, trace, "ZeroDivisionError"), open_workspace)

    assert (found.reasons, found.verdict) == ((), "proved")


@pytest.mark.skipif(importlib.util.find_spec("black") is not None, reason="needs a machine without black")
def test_a_formatter_that_is_not_there_is_a_gap_and_no_reason() -> None:
    found = proof(FIXED, pyproject_dot_toml=b"[tool.black]\n")

    assert (found.reasons, found.verdict) == ((), "proved")
    assert found.gaps == ("black is not here, so shop.py was not checked with it",)


def test_a_language_that_cannot_be_run_here_proves_nothing() -> None:
    change = Patch("team/shop", "c" * 40, "diff", (FileChange("shop.cob", b"x"),))
    found = verify(VerifyRequest(tar_of({"shop.cob": b""}), change), open_workspace)

    assert (found.verdict, found.red) == ("not proved", None)
    assert found.gaps


def test_a_toolchain_that_is_not_there_is_a_gap_and_no_pass() -> None:
    tree = {"shop.php": b"<?php\n", "vendor/bin/phpunit": b"<?php exit(127);\n"}
    change = Patch("team/shop", "c" * 40, "diff", (FileChange("shop.php", b"<?php // new\n"),))
    test = Reproduction("tests/XTest.php", "<?php\n")
    found = verify(VerifyRequest(tar_of(tree), change, test, "", "Error"), open_workspace)

    assert found.verdict == "not proved"
    assert found.gaps == ("php is not where the tests run",)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_typescript_without_a_reader_is_a_gap_unless_node_reads_it() -> None:
    test = "import test from 'node:test';\nimport { total } from './cart.ts';\ntest('none', () => total());\n"
    files = {
        "package.json": b'{"type": "module"}',
        "cart.ts": b"export const total = (cart: any) => cart.items;\n",
    }
    change = FileChange("cart.ts", b"export const total = (cart?: any) => cart?.items;\n")
    log = "TypeError: Cannot read properties of undefined (reading 'items')\n    at total (/app/cart.ts:1:44)"
    patch, shown = Patch("team/shop", "c" * 40, "diff", (change,)), Reproduction("cart.x1.test.ts", test)
    found = verify(VerifyRequest(tar_of(files), patch, shown, log, "TypeError"), open_workspace)

    unread = "this Node reads no TypeScript, and the repository names neither tsx nor ts-node"
    assert (found.verdict, found.gaps) in {("proved", ()), ("not proved", (unread,))}
