"""What the configuration tells functions, as settings: each of these dicts is a part of an environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields

from infra.aws.config import Config
from lambda_image.domain.channels import Channel

CHANNEL = {each.name: each.default for each in fields(Channel)}


def code_hosts(config: Config, *, writes: bool) -> dict[str, str]:
    """How this function reaches each code host; defaults are left out, for room."""
    hosts = [asdict(each.access(writes=writes)) for each in config.code_hosts]
    short = [{key: value for key, value in each.items() if value} for each in hosts]
    return {"code_hosts": json.dumps(short)} if short else {}


def audience(config: Config) -> dict[str, str]:
    """For whom cards are written: in the markup of the one client that reads the topic, if it is one."""
    chat = config.chat
    clients = {"slack": chat.slack.workspace, "teams": chat.teams.tenant}
    there = [name for name, connected in clients.items() if connected]
    return {
        "language": chat.language,
        "chat_client": there[0] if len(there) == 1 else "",
        "link_hosts": ",".join(chat.link_hosts),
    }


def channels(config: Config, topics: Mapping[str, str]) -> dict[str, str]:
    """The ways to people beside the topic, of which some have `topics`; defaults are left out, for room.

    Cards of channels with the secret of the Slack app have its buttons.
    """
    asked = [asdict(each.told(topics.get(each.name, ""))) for each in config.channels]
    told = [{k: v for k, v in each.items() if v and v != CHANNEL.get(k)} for each in asked]
    app = {"slack_secret": config.chat.slack_secret} if config.chat.slack_secret else {}
    return {"channels": json.dumps(told), **app} if told else {}


def redaction(config: Config) -> dict[str, str]:
    """What takes secrets out of log lines, wherever they are read."""
    rules = [asdict(rule) for rule in config.tuning.redact]
    return {"redact": json.dumps(rules), "redact_ips": str(config.tuning.redact_ips).lower()}


def manner(config: Config) -> dict[str, str]:
    """How our own code ranks pages, and from which score on one is an answer."""
    index = config.index
    floor = {} if index.floor is None else {"index_floor": str(index.floor)}
    return {**({"reranker": index.reranker} if index.reranker else {}), **floor}


def fingerprint_rules(config: Config) -> dict[str, str]:
    """Which errors are one problem by the team's own rules."""
    rules = [{k: v for k, v in asdict(each).items() if v} for each in config.fingerprint_rules]
    return {"fingerprint_rules": json.dumps(rules)} if rules else {}


def services(config: Config) -> dict[str, str]:
    """Of what service and environment a log group is."""
    told = [{k: v for k, v in asdict(each).items() if v} for each in config.services]
    return {"services": json.dumps(told)} if told else {}


def audited(config: Config, bucket_name: str) -> dict[str, str]:
    """Where the audit trail is, and whether it has prompts and answers."""
    content = str(config.observability.audit_content).lower()
    return {"audit_bucket": bucket_name, "audit_content": content}


def aftermath(config: Config) -> dict[str, str]:
    """How long a fix is watched, and how long a refusal counts."""
    names = ("fix_held_seconds", "fix_pause_seconds")
    return {name: str(getattr(config.tuning, name)) for name in names}
