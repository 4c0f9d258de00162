"""A host with one function for each way to behave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.functions.host import FunctionHost
from infra.local.functions.spec import FunctionSpec
from tests.integration.functions.places import HANDLERS, ROOT, Log


@pytest.fixture(name="log")
def _log() -> Log:
    return Log()


@pytest.fixture(name="failed")
def _failed() -> list[tuple[str, dict[str, Any]]]:
    return []


@pytest.fixture(name="host")
def _host(log: Log, failed: list[tuple[str, dict[str, Any]]]) -> Iterator[FunctionHost]:
    with FunctionHost(ROOT, log, lambda name, record: failed.append((name, record))) as host:
        for name in ("echo", "environment", "talk", "fail", "leave", "large"):
            host.deploy(FunctionSpec(name, f"{HANDLERS}.{name}", timeout_s=10, environment={"GIVEN": "yes"}))
        host.deploy(FunctionSpec("hang", f"{HANDLERS}.hang", timeout_s=0.3))
        host.deploy(FunctionSpec("absent", "tests.integration.functions_fixture.absent.handler"))
        host.deploy(FunctionSpec("broken", "tests.integration.functions_fixture.broken.handler"))
        yield host
