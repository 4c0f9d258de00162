"""One incident after another with a secret of every form: none is in what the functions send or log."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.local.bedrock.engines.engine import Completion, Prompt
from infra.local.bedrock.server import BedrockServer
from infra.local.demo import driver
from infra.local.demo.history import create_repository, git
from infra.local.functions import tap
from infra.local.functions.faults import FaultPlan
from infra.local.githost.pulls import Pulls
from infra.local.resources import TABLE, TRACES
from infra.local.system import REPOSITORY, LocalSystem, SystemConfig, repositories
from lambda_image.settings import variable
from tests.fakes.engine import KnowingEngine
from tests.integration.crashes.system import error
from tests.unit.steps.redaction.samples import SECRETS

# With so many lines before it, an error keeps all of them as context.
AT_ONCE = 18
CUSTOMER = "C-20260301"


class ListeningEngine(KnowingEngine):
    """The engine that knows the bug, and all that it was asked."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def complete(self, prompt: Prompt) -> Completion:
        self.heard += [prompt.system, *(text for _, text in prompt.turns)]
        return super().complete(prompt)


@pytest.mark.loopback
@pytest.mark.timeout(500)
def test_no_secret_of_any_form_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    read = tap._TapHandler.body

    def heard(handler: Any) -> bytes:
        sent.append(read(handler))
        return sent[-1]

    monkeypatch.setattr(tap._TapHandler, "body", heard)
    bare = tmp_path / "git" / REPOSITORY[0] / f"{REPOSITORY[1]}.git"
    bare.parent.mkdir(parents=True)
    create_repository(bare)
    engine = ListeningEngine()
    with BedrockServer(engine) as bedrock, LocalSystem(_config(tmp_path, bedrock.url, bare)) as system:
        for number, begin in enumerate(range(0, len(SECRETS), AT_ONCE)):
            lines = [f"INFO customer {CUSTOMER}", *(line for line, _ in SECRETS[begin : begin + AT_ONCE])]
            last = error(number, repaired=number == 0)
            system.logs.put(driver.CHECKOUT, f"s{number}", [*lines, f"{last}\n{lines[-1]}"])
        assert system.wait_idle(300)
        places = {
            "prompts": engine.heard,
            "calls": [_readable(body) for body in sent],
            "cards": [repr(message) for message in system.channel.messages],
            "traces": _objects(system.client("s3")),
            "ledger": [repr(item) for item in system.client("dynamodb").scan(TableName=TABLE)["Items"]],
            "own logs": _own_logs(system.client("logs")),
            "pull requests": [json.dumps(pull) for pull in Pulls(bare).all()],
            "branches": [git(bare, "log", "--all", "--patch", "--not", "main")],
        }

    assert not [name for name, texts in places.items() if not any(texts)]
    found = {
        (name, secret)
        for name, texts in places.items()
        for secret in (CUSTOMER, *(secret for _, secret in SECRETS))
        for text in texts
        if secret in text
    }
    assert found == set()


def _config(folder: Path, bedrock: str, bare: Path) -> SystemConfig:
    own = [{"name": "CUSTOMER", "pattern": "C-[0-9]{8}"}]
    return SystemConfig(
        folder=folder,
        bedrock_url=bedrock,
        log_groups=(driver.CHECKOUT,),
        settings={
            variable("repositories"): repositories(str(bare), driver.CHECKOUT),
            variable("redact"): json.dumps(own),
        },
        faults=FaultPlan(),
    )


def _readable(body: bytes) -> str:
    """The body, and behind it what is packed inside: what is sent to `verify` is gzip in base64."""
    text = body.decode("utf-8", "replace")
    packed = re.findall(r'"(H4sI[A-Za-z0-9+/=]+)"', text)
    return "\n".join([text, *(gzip.decompress(base64.b64decode(each)).decode() for each in packed)])


def _objects(s3: Any) -> list[str]:
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=TRACES)["Contents"]]
    return [s3.get_object(Bucket=TRACES, Key=key)["Body"].read().decode() for key in keys]


def _own_logs(logs: Any) -> list[str]:
    groups = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/tracemend")["logGroups"]
    names = [each["logGroupName"] for each in groups]
    return [
        event["message"] for name in names for event in logs.filter_log_events(logGroupName=name)["events"]
    ]
