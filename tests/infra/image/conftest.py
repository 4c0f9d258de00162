"""The image, built once for all its tests, and a cloud for each file of them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.infra.image.build import Variants, build, missing
from tests.infra.image.cloud import Cloud, open_cloud


@pytest.fixture(scope="session")
def image() -> Variants:
    """Both variants; where they cannot be built the tests say what is missing: skipped, or failed in CI."""
    if reason := missing():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return build()


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One for all tests of a file."""
    with open_cloud(tmp_path_factory.mktemp("git")) as opened:
        yield opened
