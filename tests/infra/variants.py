"""Templates that several tests look into, synthesized once in a process."""

from __future__ import annotations

from functools import cache
from typing import Any

from infra.aws.wildcards import flat
from tests.infra.configs import AT_CODECOMMIT, CHANNELS, PULL_REQUESTS, SLACK, TEAMS, config
from tests.infra.template import Template, synthesized

VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "stream": {"logs": {"groups": ["/aws/lambda/checkout"], "transport": "stream"}},
    "pulls": {
        **PULL_REQUESTS,
        "index": {"embeddings": "bedrock", "reranker": "cohere.rerank-v3-5:0", "floor": 0.6},
        "services": [{"log_group": "/aws/lambda/checkout*", "service": "checkout", "environment": "prod"}],
        "tuning": {"temperature": 0.5},
        "fingerprint_rules": [{"name": "timeouts", "exception_type": "*Timeout*"}],
        "observability": {"otlp_endpoint": "https://collector.example.com:4318"},
        "chat": {"slack": SLACK, "teams": TEAMS, "buttons": True},
    },
    "codecommit": AT_CODECOMMIT,
    "channels": {**AT_CODECOMMIT, "chat": {"slack_secret": "tracemend/slack"}, "channels": CHANNELS},
    "unwatched": {"observability": {"dashboard": False, "alarms": False}},
    "direct": {"logs": {"account": True, "transport": "direct", "pattern": "ERROR"}},
    "account": {"logs": {"account": True, "transport": "stream", "exclude": ["/team/noisy"]}},
    "budget": {"budget": {"monthly_usd": 50}, **PULL_REQUESTS},
    "whole account": {"budget": {"monthly_usd": 50, "counts": "account", "hard_stop": False}},
    "task": {"wiki": {"sources": ["https://wiki.example.com"], "size": "fargate"}},
    "function": {
        "wiki": {"sources": ["https://wiki.example.com"], "secret": "wiki", "private": ["wiki.example.com"]}
    },
    "traced": {
        "index": {"embeddings": "bedrock"},
        "wiki": {"sources": ["https://wiki.example.com"]},
        "observability": {"otlp_endpoint": "https://collector.example.com:4318"},
    },
    "embedding": {
        "index": {"kind": "s3-vectors"},
        "wiki": {"sources": ["https://wiki.example.com"]},
        "budget": {"monthly_usd": 50},
    },
    "serverless": {"index": {"kind": "opensearch-serverless"}, "network": {"vpc": "new"}},
    "kendra": {"index": {"kind": "kendra"}, "wiki": {"sources": ["https://wiki.example.com"]}},
    "vectors": {"index": {"kind": "s3-vectors"}, "wiki": {"sources": ["https://wiki.example.com"]}},
    "own pages": {
        "index": {"kind": "kendra"},
        "wiki": {"sources": ["git+https://git.example.com/team/runbooks.git"]},
        "keep": ["index"],
    },
    "domain": {
        "index": {"kind": "opensearch-domain", "embeddings": "bedrock"},
        "wiki": {"sources": ["https://wiki.example.com"]},
    },
    "collection": {
        "index": {
            "kind": "opensearch-serverless",
            "embeddings": "bedrock",
            "embedding_model": "us.cohere.embed-v4:0",
        },
        "wiki": {"sources": ["https://wiki.example.com"], "size": "fargate"},
        "network": {"vpc": "new"},
    },
    "base": {"index": {"kind": "knowledge-base"}, "wiki": {"sources": ["https://wiki.example.com"]}},
}


@cache
def template(variant: str) -> Template:
    """The template of a variant."""
    return synthesized(config(**VARIANTS[variant]))


def environment(variant: str, function: str) -> dict[str, str]:
    """What a function is told, with <…> for what CloudFormation fills in."""
    told = template(variant).function(function).get("Environment", {}).get("Variables", {})
    return {name: flat(value) for name, value in told.items()}
