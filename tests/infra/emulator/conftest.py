"""One emulator for all tests of the folder, and a model behind it that knows the demo's bug."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from infra.local.bedrock.server import BedrockServer
from tests.fakes.engine import KnowingEngine
from tests.infra.emulator.server import Emulator, missing


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Where it cannot run the tests say what is missing: skipped, or failed in CI."""
    if reason := missing():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("emulator")
    with BedrockServer(KnowingEngine()) as bedrock:
        models = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock.url}
        with Emulator(folder, models) as started:
            yield started
