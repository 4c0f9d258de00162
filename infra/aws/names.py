"""The names that resources need before they exist: functions, and the log groups that are never read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.aws.config import Config

FUNCTIONS = (
    *("intake", "respond", "repair", "verify", "receipt", "chat", "slack", "watch"),
    *("ingest", "empty-bucket"),
)


def function_name(config: Config, function: str) -> str:
    """The name of a Lambda function."""
    return f"{config.prefix}-{function}"


def function_log_group(config: Config, function: str) -> str:
    """Where Lambda writes what the function logs."""
    return f"/aws/lambda/{function_name(config, function)}"


def task_log_group(config: Config) -> str:
    """Where the ingest task on Fargate writes."""
    return f"/aws/ecs/{config.prefix}-ingest"


def pipe_log_group(config: Config) -> str:
    """Where the Pipe reports batches that it could not deliver."""
    return f"/aws/vendedlogs/pipes/{config.prefix}"


def flow_log_group(config: Config, network: str) -> str:
    """Where a network's refused connections are written."""
    return f"/aws/vpc/{config.prefix}-{network}"


def index_log_group(config: Config, log: str) -> str:
    """Where a search service writes."""
    return f"/aws/vendedlogs/{config.prefix}-index-{log}"


def chat_configuration(config: Config, client: str) -> str:
    """The name of a channel configuration."""
    return f"{config.prefix}-{client}"


def own_log_groups(config: Config) -> tuple[str, ...]:
    """Every log group that this deployment may write, in full: reading one would feed it to itself."""
    return (
        *(function_log_group(config, name) for name in FUNCTIONS),
        task_log_group(config),
        pipe_log_group(config),
        *(flow_log_group(config, name) for name in ("sealed", "functions", "ingest")),
        *(index_log_group(config, name) for name in ("application", "slow-search", "slow-index")),
        *(f"/aws/chatbot/{chat_configuration(config, client)}" for client in ("slack", "teams")),
    )


def refused_prefixes(config: Config) -> tuple[str, ...]:
    """The setting `own_log_groups`: prefixes that `intake` refuses even where a subscription lets them in."""
    return (
        f"/aws/lambda/{config.prefix}-",
        f"/aws/ecs/{config.prefix}-",
        f"/aws/vendedlogs/pipes/{config.prefix}",
        f"/aws/vendedlogs/{config.prefix}-",
        f"/aws/vpc/{config.prefix}-",
        "/aws/chatbot/",
        "/aws/kendra/",
    )


def read_log_groups(config: Config) -> tuple[str, ...]:
    """The log groups whose events are read; `*` is the whole account."""
    return ("*",) if config.logs.account else config.logs.groups


def subscribed(config: Config) -> dict[str, str]:
    """The setting `patterns`: what the subscriptions let through, by log group; `*` is the whole account."""
    logs = config.logs
    found = {"*": logs.pattern} if logs.account else dict.fromkeys(logs.groups, logs.pattern)
    return {group: pattern for group, pattern in (found | logs.patterns).items() if pattern}
