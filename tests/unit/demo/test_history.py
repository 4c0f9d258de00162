"""The service's repository is made by git; what git could not do is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.demo.history import create_repository
from lambda_image.domain.errors import PermanentError


def test_what_git_refused_is_said_in_its_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(PermanentError, match=r"git init failed: .*file/checkout"):
        create_repository(tmp_path / "file" / "checkout.git")
