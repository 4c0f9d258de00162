"""No test reaches AWS or the network: sockets are off, and loopback has to be asked for."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from pytest_socket import disable_socket, enable_socket, socket_allow_hosts

# The same examples each time: a run that fails can be repeated, and one that passed passes again. More would
# be the same at every run too; `make fuzz` and `make eval` look for others.
settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("repeatable")
AWS_PREFIXES = ("AWS_", "TRACEMEND_")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests that take longest begin first, so that the last worker does not wait for one of them."""
    items.sort(key=_patience, reverse=True)


def _patience(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0]) if marker else 0.0


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Loopback for tests that are marked so, nothing for the others."""
    if item.get_closest_marker("loopback"):
        enable_socket()
        hosts = ["127.0.0.1", "localhost", "::1"]
        if item.get_closest_marker("opensearch"):
            hosts += filter(None, [urlsplit(os.environ.get("OPENSEARCH_URL", "")).hostname])
        socket_allow_hosts(hosts, allow_unix_socket=True)
    else:
        disable_socket(allow_unix_socket=True)


def pytest_runtest_teardown() -> None:
    """Leave the interpreter as it was found."""
    enable_socket()


@pytest.fixture(autouse=True)
def _no_aws_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(AWS_PREFIXES)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
