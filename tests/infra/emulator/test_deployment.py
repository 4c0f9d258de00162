"""A deployment comes, answers an error with the rights that it was given, and goes without a trace."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.aws.config import CodeHost, Config
from infra.aws.config_file import load
from infra.local.demo.history import create_repository
from infra.local.githost.pulls import Pulls
from infra.local.githost.server import GitHost
from infra.local.system import REPOSITORY
from lambda_image.domain.evidence import RepositoryMapping
from lambda_image.wiring.operators import ledger_at
from tests.fakes.git_http import GitHttp
from tests.infra.configs import CHANNELS, PULL_REQUESTS, SLACK, config
from tests.infra.emulator.deployment import Deployment
from tests.infra.emulator.emulated import Body
from tests.infra.emulator.inventory import inventory
from tests.infra.emulator.server import ROOT, Emulator
from tests.infra.template import synthesized

pytestmark = [pytest.mark.loopback, pytest.mark.timeout(300)]
GROUP = "/aws/lambda/checkout"
EVENT = ROOT / "tests" / "events" / "checkout_error.json"
HOST: dict[str, Any] = PULL_REQUESTS["code_hosts"][0]
TOKEN = "token-of-the-emulator-test"
WIKI = {"sources": ["https://wiki.example.com/runbooks"], "size": "fargate"}
PATIENCE = 120.0
NOT_AUTHORIZED = "not authorized to perform"
REFUSED = f"tracemend-prod-respond is {NOT_AUTHORIZED}: sns:Publish"
OTHERS: dict[str, dict[str, Any]] = {
    "stream, task, networks": {
        "logs": {"groups": [GROUP], "transport": "stream"},
        "wiki": WIKI,
        **PULL_REQUESTS,
        "budget": {"monthly_usd": 50, "counts": "account"},
    },
    "all kept, channels": {
        "keep": ["ledger", "traces", "audit", "index", "logs"],
        "wiki": {**WIKI, "size": "function"},
        "chat": {"slack": SLACK, "slack_secret": CHANNELS[2]["secret"]},
        "channels": CHANNELS[:3],
    },
}


def test_the_example_turns_an_error_into_a_card_and_goes(emulator: Emulator, tmp_path: Path) -> None:
    chosen, body = example(tmp_path)
    with deployed(emulator, chosen, body) as deployment:
        deployment.log(GROUP, "INFO all is well", *errors())
        card = deployment.card()
        (fingerprint,) = confirmed(deployment)
        tally = ledger(deployment).tally()

        assert "ZeroDivisionError" in card["content"]["title"]
        assert card["metadata"]["additionalContext"]["fingerprint"] == fingerprint
        assert (tally.records, tally.shown, sum(tally.suppressed.values())) == (2, 1, 1)
        assert deployment.waiting() == {}
        assert refusals(json.dumps(card) + deployment.told()) == []


def test_rights_suffice_from_the_log_to_a_proved_pull_request(emulator: Emulator, tmp_path: Path) -> None:
    bare = tmp_path / f"{'/'.join(REPOSITORY)}.git"
    bare.parent.mkdir(parents=True)
    create_repository(bare)
    allowed = f"Basic {base64.b64encode(f'x-access-token:{TOKEN}'.encode()).decode()}"
    with GitHost(tmp_path, token=TOKEN) as host, GitHttp(tmp_path, allowed) as clones, secrets(emulator):
        chosen = on_loopback(config(**PULL_REQUESTS), host, clones)
        with deployed(emulator, chosen, synthesized(chosen).body) as deployment:
            deployment.log(GROUP, *errors())
            card, reply = deployment.card(), deployment.card()
            confirmed(deployment)
            (pull,) = Pulls(bare).all()

            assert (pull["draft"], pull["state"]) == (True, "open")
            assert reply["metadata"]["threadId"] == card["metadata"]["threadId"]
            assert deployment.waiting() == {}
            assert refusals(json.dumps((card, reply)) + deployment.told()) == []


@pytest.mark.parametrize("changes", OTHERS.values(), ids=OTHERS)
def test_other_choices_come_and_go(emulator: Emulator, changes: dict[str, Any]) -> None:
    chosen = config(**changes)
    with deployed(emulator, chosen, synthesized(chosen).body) as deployment:
        assert deployment.of("Lambda::Function")


def test_what_is_not_allowed_is_refused(emulator: Emulator) -> None:
    """Else the rights of the other tests would say nothing."""
    chosen = config()
    body = synthesized(chosen).body
    for name, each in body["Resources"].items():
        if name.startswith("RespondRole"):
            statements = each["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
            statements[:] = [one for one in statements if one["Action"] != "sns:Publish"]
    with deployed(emulator, chosen, body) as deployment:
        deployment.log(GROUP, *errors())
        wait_for(lambda: REFUSED in deployment.told(), deployment)


@contextmanager
def deployed(emulator: Emulator, chosen: Config, body: Body) -> Iterator[Deployment]:
    """A deployment; when it has gone, nothing is left in the account but what `keep` names."""
    before = inventory(emulator.client)
    with Deployment(emulator, chosen, body) as deployment:
        yield deployment
    assert inventory(emulator.client) - before == kept(deployment, chosen)


def kept(deployment: Deployment, chosen: Config) -> set[tuple[str, str]]:
    """What `keep` names, as the inventory writes it."""
    found = {("dynamodb", each) for each in deployment.of("DynamoDB::Table") if "ledger" in chosen.keep}
    found |= {("logs", each) for each in deployment.of("Logs::LogGroup") if "logs" in chosen.keep}
    for name, (kind, bucket) in deployment.resources.items():
        holds = next((each for each in ("traces", "audit") if name.startswith(each.title())), "index")
        if kind == "AWS::S3::Bucket" and holds in chosen.keep:
            found.add(("s3", bucket))
    return found


def example(folder: Path) -> tuple[Config, Body]:
    """The example's configuration, and what `make synth` makes of it."""
    path = ROOT / "tracemend.example.toml"
    done = subprocess.run(
        [sys.executable, "-m", "infra.aws.synth", str(path)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return load(path), json.loads((folder / "build" / "tracemend.template.json").read_text())


def errors() -> list[str]:
    """The demo's error as its service logs it."""
    (record,) = json.loads(EVENT.read_bytes())
    batch = json.loads(gzip.decompress(base64.b64decode(record["data"])))
    return [str(each["message"]) for each in batch["logEvents"]]


def on_loopback(chosen: Config, host: GitHost, clones: GitHttp) -> Config:
    """The configuration with a code host that a file could not name: it has no https."""
    mapping = RepositoryMapping(
        log_group=GROUP,
        clone_url=f"http://127.0.0.1:{clones.port}/{'/'.join(REPOSITORY)}.git",
        name="/".join(REPOSITORY),
    )
    return replace(chosen, code_hosts=(CodeHost(**HOST, url=host.url),), repositories=(mapping,))


@contextmanager
def secrets(emulator: Emulator) -> Iterator[None]:
    """The tokens, which a team makes and no stack."""
    manager = emulator.client("secretsmanager")
    for name in (HOST["token_secret"], HOST["read_token_secret"]):
        manager.create_secret(Name=name, SecretString=TOKEN)
    yield
    for name in (HOST["token_secret"], HOST["read_token_secret"]):
        manager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def ledger(deployment: Deployment) -> Any:
    """What the deployed table says."""
    (table,) = deployment.of("DynamoDB::Table")
    return ledger_at(deployment.client("dynamodb"), table)


def refusals(text: str) -> list[str]:
    """What IAM did not allow, as cards, logs and the emulator tell it.

    The emulator asks for GetLogEvents on a log group. On AWS it is a right to log streams (Service
    Authorization Reference, CloudWatch Logs), and so the roles have it.
    """
    found = re.findall(rf"[^/]+ is {NOT_AUTHORIZED}[^\n\"]{{1,200}}", text)
    return [each for each in found if "logs:GetLogEvents" not in each]


def confirmed(deployment: Deployment) -> list[str]:
    """Wait until all cards have their receipts and no queue has work; the fingerprints of the problems."""
    report = ledger(deployment)
    wait_for(
        lambda: (
            all(report.delivered(each.fingerprint) for each in report.problems()) and not deployment.waiting()
        ),
        deployment,
    )
    return [each.fingerprint for each in report.problems()]


def wait_for(met: Any, deployment: Deployment) -> None:
    """Look again until it is so."""
    deadline = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < deadline, deployment.told()
        time.sleep(0.5)
