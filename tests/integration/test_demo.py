"""The demo, from the service's own failure to the summary, with an engine that knows the bug."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from infra.local.bedrock.server import BedrockServer
from infra.local.channel.terminal import Terminal
from infra.local.demo import driver
from infra.local.demo.folder import LOCK, results_folder
from infra.local.demo.run import made_index, play
from infra.local.system import SystemConfig
from lambda_image.settings import variable
from tests.fakes.engine import KnowingEngine


@pytest.mark.loopback
@pytest.mark.timeout(500)
def test_every_event_is_accounted_for_and_the_bug_is_fixed_once(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=100)
    with results_folder(tmp_path), BedrockServer(KnowingEngine()) as bedrock:
        settings = {variable("index"): str(made_index(tmp_path))}
        config = SystemConfig(tmp_path, bedrock.url, driver.LOG_GROUPS, settings=settings)
        told = play(config, "openai", Terminal(console), console).as_json()

    assert told["events_in"] == told["shown"] + sum(told["suppressed"].values())
    assert (told["complete"], told["dropped"], told["notes"]) == (True, [], [])
    (pull,) = told["pull_requests"]
    assert pull["files"][0] == "checkout/pricing.py"
    assert pull["proof"]["verdict"] == "proved"
    assert "checkout" in (tmp_path / "channel.html").read_text("utf-8")
    assert pull["url"] in (tmp_path / "channel.html").read_text("utf-8")
    # All that a demo leaves is known as a demo's, so that the next one may have the folder.
    with results_folder(tmp_path) as folder:
        assert [entry.name for entry in folder.iterdir()] == [LOCK]
