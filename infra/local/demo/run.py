"""`tracemend demo`: build the system, let the service fail, wait until all is answered, and add it up."""

from __future__ import annotations

import json
import shlex
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from infra.local.channel.inbox import Arrival
from infra.local.channel.page import write_page
from infra.local.channel.terminal import Terminal
from infra.local.demo import driver
from infra.local.demo.folder import INDEX, PAGE, results_folder
from infra.local.demo.history import check_out, create_repository
from infra.local.demo.summary import Summary
from infra.local.endpoint import EngineChoice, bedrock_on_loopback
from infra.local.functions.spec import FunctionSpec
from infra.local.resources import REGION, TABLE, TRACES
from infra.local.system import REPOSITORY, LocalSystem, SystemConfig, repositories
from knowledge.ingest import ingest
from knowledge.sources.folder import Folder
from lambda_image import wire
from lambda_image.domain.notification import Outcome
from lambda_image.settings import variable
from lambda_image.wiring.operators import ledger_at

PAGES = Path(__file__).parent / "pages"
PATIENCE = {"extractive": 180.0, "llama": 3_600.0, "openai": 3_600.0}


def run_demo(choice: EngineChoice, folder: Path, console: Console) -> Summary:
    """The whole demo; what it made stays in `folder`. Raises what its parts raise."""
    started = time.monotonic()
    with results_folder(folder) as place:
        summary = _run_in(place, choice, console)
    return replace(summary, seconds=time.monotonic() - started)


def _run_in(folder: Path, choice: EngineChoice, console: Console) -> Summary:
    index = made_index(folder)
    with bedrock_on_loopback(choice, console) as url:
        config = SystemConfig(
            folder=folder,
            bedrock_url=url,
            log_groups=driver.LOG_GROUPS,
            respond_timeout=60 if choice.name == "extractive" else 840,
            repair_timeout=120 if choice.name == "extractive" else 840,
            settings=choice.settings | {variable("index"): str(index)},
        )
        console.rule("The channel")
        return play(config, choice.name, Terminal(console), console)


def made_index(folder: Path) -> Path:
    """The demo's runbooks as an index in this folder."""
    index = folder / INDEX
    ingest([Folder(PAGES)], index)
    return index


def play(config: SystemConfig, engine: str, on_arrival: Any, console: Console) -> Summary:
    """One run of the input through a system that is built for it."""
    folder = config.folder
    bare = folder / "git" / REPOSITORY[0] / f"{REPOSITORY[1]}.git"
    bare.parent.mkdir(parents=True)
    commit = create_repository(bare)
    deployed = folder / "deployed"
    check_out(bare, commit, deployed)
    mapped = repositories(str(bare), driver.CHECKOUT)
    config = replace(config, settings=config.settings | {variable("repositories"): mapped})
    with LocalSystem(config, on_arrival) as system:
        system.functions.deploy(checkout(commit, deployed))
        driver.run(system.logs, lambda event: system.functions.invoke("checkout", event))
        with console.status(f"{system.logs.written} log events are on their way; engine: {engine}"):
            idle = system.wait_idle(PATIENCE[engine])
        return _summary(system, engine, folder, idle=idle)


def checkout(commit: str, folder: Path) -> FunctionSpec:
    """The service at a commit, whose code lies in a folder."""
    return FunctionSpec(
        "checkout",
        "checkout.handler.handle",
        timeout_s=5,
        environment={"GIT_COMMIT": commit},
        region=REGION,
        task_root=folder,
    )


def _summary(system: LocalSystem, engine: str, folder: Path, *, idle: bool) -> Summary:
    page = folder / PAGE
    arrivals: tuple[Arrival, ...] = system.channel.arrivals
    write_page(page, arrivals)
    ledger = ledger_at(system.client("dynamodb"), TABLE)
    unfinished = [] if idle else ["not everything had come to its end when the time was up"]
    unfinished += [
        f"problem {each.fingerprint} is {each.state}"
        for each in ledger.problems()
        if each.state != "answered"
    ]
    notes = [system.failure] if system.failure else []
    if engine == "extractive":
        notes.append("the extractive engine has no language model and proposes no code: no pull request")
    return Summary(
        events_in=system.logs.written,
        tally=ledger.tally(),
        notifications=tuple(_published(system)),
        dropped=tuple(each.reasons for each in system.channel.dropped),
        outcomes=tuple(outcomes(system, folder)),
        engine=engine,
        seconds=0.0,
        unfinished=tuple(unfinished),
        notes=tuple(notes),
        files={
            "channel": str(page),
            "traces": str(folder / "traces"),
            "git": shlex.join(("git", "clone", f"{folder / 'git' / REPOSITORY[0] / REPOSITORY[1]}.git")),
        },
    )


def _published(system: LocalSystem) -> list[dict[str, Any]]:
    return [json.loads(message.body) for message in system.channel.messages]


def outcomes(system: LocalSystem, folder: Path) -> list[Outcome]:
    """What the functions decided, from their traces, which are kept in the folder too."""
    s3 = system.client("s3")
    found = []
    for entry in s3.list_objects_v2(Bucket=TRACES).get("Contents", []):
        body = s3.get_object(Bucket=TRACES, Key=entry["Key"])["Body"].read()
        copy = folder / entry["Key"]
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(body)
        found.append(wire.decode_outcome(body))
    return found
