"""Configurations that the tests of the stack begin from."""

from __future__ import annotations

from typing import Any

from infra.aws.config import Config
from infra.aws.config_file import checked

SLACK = {"workspace": "T0123ABCD", "channel": "C0123ABCD"}
TEAMS = {
    "tenant": "0a1b2c3d-0000-4000-8000-0123456789ab",
    "team": "1a1b2c3d-0000-4000-8000-0123456789ab",
    "channel": "19%3Aabc%40thread.tacv2",
}
REPOSITORY = {
    "log_group": "/aws/lambda/checkout*",
    "clone_url": "https://github.com/acme/checkout.git",
    "name": "acme/checkout",
}
HUB: dict[str, Any] = {"name": "hub", "kind": "github"}
AT_CODECOMMIT: dict[str, Any] = {
    "repositories": [
        {
            "log_group": "/aws/lambda/checkout*",
            "clone_url": "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/checkout",
            "name": "checkout",
        }
    ],
    "code_hosts": [{"name": "aws", "kind": "codecommit", "pull_requests": True}],
}
CHANNELS: list[dict[str, Any]] = [
    {
        "name": "team",
        "kind": "teams",
        "host": "*.environment.api.powerplatform.com",
        "secret": "tracemend/team",
        "services": ["checkout"],
    },
    {"name": "pager", "kind": "webhook", "host": "hooks.example.com", "secret": "tracemend/pager"},
    {
        "name": "ops-room",
        "kind": "slack",
        "secret": "tracemend/slack",
        "channel": "C0123ABCD",
        "severity": "normal",
        "quiet": "22:30-07:05 Europe/Berlin",
        "urgent": "high",
    },
    {"name": "on-call", "kind": "email", "addresses": ["ops@example.com"], "environments": ["prod"]},
]
PULL_REQUESTS: dict[str, Any] = {
    "repositories": [REPOSITORY],
    "code_hosts": [
        {
            "name": "github",
            "kind": "github",
            "token_secret": "tracemend/git-token",
            "read_token_secret": "tracemend/read-token",
        }
    ],
}


def tables(**changes: Any) -> dict[str, Any]:
    """The tables of the smallest configuration, with other tables in place of its own."""
    return {"logs": {"groups": ["/aws/lambda/checkout"]}, "chat": {"slack": SLACK}, **changes}


def config(**changes: Any) -> Config:
    """The smallest configuration, with changes."""
    return checked(tables(**changes))
