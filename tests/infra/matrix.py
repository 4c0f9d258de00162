"""Every combination of index, chat client, pull requests and network, with the other choices in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, product
from typing import Any, get_args

from infra.aws.config import Config, IndexKind
from tests.infra.configs import CHANNELS, PULL_REQUESTS, REPOSITORY, SLACK, TEAMS, config

CHATS = {"slack": {"slack": SLACK}, "teams": {"teams": TEAMS}, "both": {"slack": SLACK, "teams": TEAMS}}
EXISTING = {
    "vpc": "existing",
    "vpc_id": "vpc-0123456789abcdef0",
    "subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    "security_groups": ["sg-0123456789abcdef0"],
}
WIKI = ["https://wiki.example.com/runbooks"]
GROUPS = ["/aws/lambda/checkout", "/ecs/cart"]
CRAWLING = {"kendra", "knowledge-base"}
OWN = ["git+https://git.example.com/team/runbooks.git", *WIKI]
# Lengths without a common divisor, so that in turn they meet in every combination.
LOGS: tuple[dict[str, Any], ...] = (
    {"groups": GROUPS, "transport": "stream", "patterns": {"/ecs/cart": "?ERROR"}},
    {"account": True, "transport": "stream", "exclude": ["/team/noisy"]},
    {"groups": GROUPS, "transport": "direct"},
    {"account": True, "transport": "direct"},
    {"groups": GROUPS[:1], "pattern": "ERROR"},
)
WIKIS: tuple[dict[str, Any], ...] = (
    {"sources": WIKI},
    {},
    {"sources": OWN, "size": "fargate", "secret": "wiki"},
    {"sources": WIKI, "size": "fargate"},
    {"sources": OWN},
)
EMBEDDINGS: tuple[dict[str, Any], ...] = (
    {},
    {"embeddings": "bedrock"},
    {"embeddings": "bedrock", "embedding_model": "eu.cohere.embed-v4:0", "dimensions": 256},
)
BUDGETS: tuple[dict[str, Any], ...] = (
    {"monthly_usd": 50},
    {},
    {"monthly_usd": 50, "counts": "account"},
    {"monthly_usd": 9.5, "hard_stop": False},
)
OTHERS: tuple[dict[str, Any], ...] = (
    {},
    {"keep": ["ledger", "traces", "audit", "index", "logs"]},
    {"concurrency": {"reserve": False}, "architecture": "x86_64"},
    {"models": {"chain": ["eu.anthropic.claude-sonnet-5", "amazon.nova-micro-v1:0"]}},
    {"region": "eu-west-1", "retention": {"logs": 7, "traces": 7}},
    {"keep": ["traces"], "stage": "dev", "observability": {"audit": False}},
    {"observability": {"audit_content": True, "otlp_endpoint": "https://collector.example.com:4318"}},
    {"services": [{"log_group": "*", "environment": "prod"}]},
    {"tuning": {"temperature": 0.2, "include": ["ERROR"], "test_command": "pytest -q"}},
    {"channels": CHANNELS},
    {"channels": CHANNELS[2:3]},
)


@dataclass(frozen=True)
class Case:
    """One configuration, under a name that tells what it combines."""

    name: str
    config: Config


def cases() -> Iterator[Case]:
    """All combinations of the first four choices."""
    logs, wikis, budgets, others = cycle(LOGS), cycle(WIKIS), cycle(BUDGETS), cycle(OTHERS)
    networks, embeddings = cycle(({"vpc": "new"}, EXISTING)), cycle(EMBEDDINGS)
    buttons = cycle((True, False, False))
    for kind, chat, pulls, vpc in product(get_args(IndexKind), CHATS, (True, False), (True, False)):
        other = next(others)
        # The second set of channels has the app that its cards come from.
        app = {"slack_secret": CHANNELS[2]["secret"]} if len(other.get("channels", ())) == 1 else {}
        changes: dict[str, Any] = {
            "logs": next(logs),
            "index": {"kind": kind, **({} if kind in CRAWLING else next(embeddings))},
            "chat": {**CHATS[chat], "buttons": next(buttons), **app},
            "wiki": readable(kind, next(wikis)),
            "network": next(networks) if vpc else {},
            "budget": next(budgets),
            **({"repositories": [REPOSITORY]} | (PULL_REQUESTS if pulls else {})),
            **other,
        }
        if kind == "opensearch-domain" and changes["network"].get("vpc") == "new" and "keep" in changes:
            changes["keep"] = [each for each in changes["keep"] if each != "index"]
        names = (kind, chat, "pulls" if pulls else "no-pulls", changes["network"].get("vpc", "no-vpc"))
        yield Case("-".join(names), config(**changes))


def readable(kind: str, wiki: dict[str, Any]) -> dict[str, Any]:
    """What such an index is filled from: a Knowledge Base crawls open pages, Kendra those alone."""
    if kind == "knowledge-base" or (kind == "kendra" and wiki.get("sources") == WIKI):
        return {"sources": WIKI if wiki else []}
    return wiki


CASES = tuple(cases())


def traits(case: Case) -> set[tuple[object, ...]]:
    """The choices that bring resources or change them, with the network where that decides, too."""
    chosen = case.config
    vpc = chosen.network.vpc
    inside = vpc != "none" and chosen.index.kind.startswith("opensearch")
    return {
        (chosen.index.kind, inside),
        ("pulls", chosen.pull_requests, vpc),
        ("logs", chosen.logs.account, chosen.logs.transport),
        ("wiki", chosen.wiki.size, bool(chosen.wiki.sources), chosen.read_by_us),
        ("filled", chosen.index.kind, chosen.read_by_us),
        ("vectors", chosen.index.embedded_by_us, chosen.index.embedding_model),
        ("chat", bool(chosen.chat.slack.channel), bool(chosen.chat.teams.channel)),
        ("buttons", chosen.chat.buttons, bool(chosen.chat.slack_secret)),
        ("channels", tuple(each.kind for each in chosen.channels)),
        ("budget", chosen.budget),
        ("keep", bool(chosen.keep)),
        ("reserve", chosen.concurrency.reserve),
    }


def covering() -> tuple[Case, ...]:
    """A few of the cases in which every trait of all cases is present."""
    missing = {trait for case in CASES for trait in traits(case)}
    found = []
    while missing:
        best = max(CASES, key=lambda case: len(traits(case) & missing))
        missing -= traits(best)
        found.append(best)
    return tuple(found)
