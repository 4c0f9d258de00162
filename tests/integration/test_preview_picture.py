"""What people will see, as a picture that a real browser takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.local.preview.browser import browser, picture
from infra.local.preview.page import page
from infra.local.preview.reading import told_in
from lambda_image.commands.explain import Explained
from tests.fakes.situations import situations


@pytest.mark.skipif(browser() is None, reason="no Chromium on PATH")
def test_chromium_takes_a_picture_of_the_whole_page(tmp_path: Path) -> None:
    picture(
        page(told_in(json.dumps(Explained(*situations()["fixed"]).row())), "slack"),
        tmp_path / "card.png",
        width=500,
    )
    taken = (tmp_path / "card.png").read_bytes()
    width, height = (int.from_bytes(taken[at : at + 4], "big") for at in (16, 20))

    assert taken.startswith(b"\x89PNG")
    assert width == 500
    assert 600 < height < 3_000
