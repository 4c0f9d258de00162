"""The configuration file: defaults, and one message for all that is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from infra.aws.config import Config
from infra.aws.config_file import checked, chosen, load
from infra.aws.config_reader import InvalidConfig
from tests.infra.configs import HUB, PULL_REQUESTS, REPOSITORY, SLACK, TEAMS, config, tables

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "tracemend.example.toml"

PAGER = {"name": "pager", "kind": "webhook", "host": "hooks.example.com", "secret": "tracemend/pager"}
ROOM = {"name": "room", "kind": "slack", "secret": "tracemend/slack", "channel": "C0123ABCD"}


def keys(kind: Any, place: str = "") -> Iterator[str]:
    """The dotted names of all keys."""
    for name, hint in get_type_hints(kind).items():
        inner = next((each for each in (*getattr(hint, "__args__", ()), hint) if is_dataclass(each)), None)
        if inner is None:
            yield f"{place}{name}"
        else:
            yield from keys(inner, f"{place}{name}.")


def wrong(given: dict[str, Any]) -> list[str]:
    """What is said of these tables."""
    with pytest.raises(InvalidConfig) as caught:
        checked(given)
    return caught.value.problems


def test_the_example_is_the_defaults_with_what_is_required() -> None:
    assert load(EXAMPLE) == config()


def test_the_example_shows_every_key() -> None:
    shown = EXAMPLE.read_text()
    uncommented = re.sub(r"^# (?=(\[+[a-z]|[a-z_]+ = ))", "", shown, flags=re.MULTILINE)
    found = tomllib.loads(uncommented)

    for key in keys(Config):
        table: Any = found
        for part in key.split("."):
            table = table[0] if isinstance(table, list) else table
            assert part in table, key
            table = table[part]


def test_a_missing_and_a_broken_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("[logs")

    with pytest.raises(InvalidConfig, match=r"absent\.toml cannot be read"):
        load(tmp_path / "absent.toml")
    with pytest.raises(InvalidConfig, match=r"broken\.toml is not TOML"):
        load(tmp_path / "broken.toml")


def test_a_command_ends_with_the_problems_of_its_file(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('nmae = "x"')

    with pytest.raises(SystemExit, match=r"mine\.toml: the configuration has problems:\n- nmae is not a key"):
        chosen([str(mine)])


def test_all_problems_are_named_at_once() -> None:
    said = wrong(
        {
            "nmae": "x",
            "keep": ["ledgers"],
            "logs": {"groups": "one", "account": 1},
            "repositories": [{"log_group": "a"}],
            "retention": {"logs": 31},
            "budget": 5,
        }
    )

    assert said == [
        "nmae is not a key; did you mean name?",
        "keep[0] is 'ledgers', but one of ledger, traces, audit, index, logs is wanted",
        "logs.groups is 'one', but a list is wanted",
        "logs.account is 1, but true or false is wanted",
        "repositories[0].clone_url is missing; repositories[0].name is missing",
        "budget is 5, but a table is wanted",
        "logs.groups names no log group and logs.account is false, so nothing would be read",
        "chat.slack and chat.teams are both absent, so nobody would be told",
        *[each for each in said if each.startswith("retention.logs is 31; CloudWatch knows 1, 3, 5")],
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"chat": {}, "channels": [{**PAGER, "services": ["shop"]}]}, "nobody would be told"),
        ({"channels": [PAGER, PAGER]}, "channels has a name twice"),
        ({"channels": [{**PAGER, "name": "topic"}]}, "channels[0].name is 'topic'"),
        ({"channels": [{**PAGER, "name": "a:b"}]}, "channels[0].name is 'a:b'"),
        ({"channels": [{**PAGER, "host": "*"}]}, "channels[0].host is '*'"),
        ({"channels": [{**PAGER, "host": "https://hooks.example.com"}]}, "write the host of its address"),
        ({"channels": [{**PAGER, "secret": ""}]}, "channels[0].secret is missing"),
        ({"channels": [{**PAGER, "addresses": ["a@b.example"]}]}, "addresses are for e-mail"),
        ({"channels": [{"name": "m", "kind": "email"}]}, "channels[0].addresses is empty"),
        ({"channels": [{"name": "m", "kind": "email", "addresses": ["ops"]}]}, "is no e-mail address"),
        ({"channels": [{**PAGER, "kind": "email", "addresses": ["a@b.example"]}]}, "are for webhooks"),
        (
            {"chat": {"slack": SLACK, "slack_secret": "app"}, "channels": [ROOM]},
            "but no channel of kind slack",
        ),
        ({"channels": [{**ROOM, "channel": "#ops"}]}, "channels[0].channel is '#ops'"),
        ({"channels": [{**ROOM, "host": "evil.example.com"}]}, "leave it out for slack.com"),
        ({"channels": [{**ROOM, "secret": ""}]}, "the token of your Slack app"),
        ({"channels": [{**PAGER, "channel": "C1"}]}, "channel is for Slack, but kind is webhook"),
        ({"channels": [{**PAGER, "quiet": "at night"}]}, "channels[0].quiet is 'at night'; write two times"),
        ({"channels": [{**PAGER, "quiet": "22:00-07:00 Berlin"}]}, "which is no IANA time zone"),
        ({"channels": [{**PAGER, "severity": "bad"}]}, "channels[0].severity is 'bad'"),
        ({"chat": {}, "channels": [{**PAGER, "severity": "high"}]}, "nobody would be told"),
        ({"channels": [{**PAGER, "kind": "pigeon"}]}, "channels[0].kind is 'pigeon'"),
        (
            {"channels": [{**PAGER, "name": f"p-{n}"} for n in range(9)]},
            "bytes of the functions' environment",
        ),
        ({"name": "Trace_mend"}, "name and stage make 'Trace_mend-prod'"),
        ({"stage": "a-stage-with-a-long-name"}, "22 characters together"),
        ({"region": "Frankfurt"}, "region is 'Frankfurt'"),
        ({"logs": {"groups": ["a"], "account": True}}, "logs.groups must be empty"),
        ({"logs": {"groups": ["a"], "patterns": {"b": ""}}}, "logs.patterns has b"),
        ({"logs": {"groups": ["a", "a"]}}, "a log group twice"),
        ({"logs": {"groups": ["a"], "pattern": "x" * 1025}}, "more than 1024 characters"),
        ({"logs": {"groups": ["/aws/lambda/tracemend-prod-intake"]}}, "written by Tracemend itself"),
        ({"logs": {"groups": ["/team/a"], "exclude": ["/team/"]}}, "which is excluded"),
        ({"logs": {"groups": ["a"], "pattern": "{ $.a = }"}}, "logs.pattern: the filter pattern '{ $.a = }'"),
        ({"logs": {"groups": ["a"], "patterns": {"a": "[a"}}}, "logs.patterns: the filter pattern '[a'"),
        (
            {"tuning": {"include": ["ok", "ERROR:"]}},
            "tuning.include: the filter pattern 'ERROR:'",
        ),
        ({"tuning": {"exclude": [f'"{"x" * 900}"'] * 4}}, "bytes of the environment of `intake`"),
        ({"logs": {"groups": ["a"], "transport": "pigeon"}}, "one of direct, stream"),
        ({"wiki": {"sources": ["http://wiki"]}}, "reads https://, confluence"),
        ({"index": {"kind": "knowledge-base"}, "wiki": {"secret": "s"}}, "for our own crawl"),
        ({"index": {"kind": "knowledge-base"}, "wiki": {"sources": ["git+https://h/r"]}}, "reads https://"),
        ({"index": {"kind": "kendra", "embeddings": "bedrock"}}, "vectors of its own"),
        ({"index": {"kind": "kendra", "reranker": "cohere.rerank-v3-5:0"}}, "ranks by itself"),
        ({"index": {"kind": "kendra", "floor": 0.5}}, "judges by itself"),
        ({"index": {"floor": -1}}, "0.87 is the usual"),
        ({"services": [{"log_group": "*"}]}, "neither service nor environment"),
        ({"index": {"embeddings": "bedrock", "embedding_model": "acme.embed"}}, "titan-embed-text-v2:0 and"),
        (
            {"index": {"kind": "knowledge-base", "embedding_model": "eu.cohere.embed-v4:0"}},
            "takes no profile",
        ),
        (
            {"index": {"kind": "opensearch-domain"}, "network": {"vpc": "new"}, "keep": ["index"]},
            "the network that this stack makes",
        ),
        ({"wiki": {"schedule": "daily"}}, "write rate(1 day)"),
        ({"index": {"kind": "kendra"}, "wiki": {"size": "fargate"}}, "crawls by itself"),
        ({"index": {"kind": "kendra"}, "wiki": {"schedule": "rate(1 day)"}}, "must be a cron expression"),
        ({"index": {"kind": "kendra"}, "wiki": {"sources": ["https://w"] * 101}}, "more than 100 pages"),
        ({"index": {"dimensions": 77}}, "index.dimensions is 77"),
        ({"models": {"chain": []}}, "models.chain is empty"),
        ({"models": {"chain": ["Claude"]}}, "no model or inference profile id"),
        ({"budget": {"monthly_usd": -1}}, "negative"),
        ({"code_hosts": [HUB | {"token_secret": "t"}]}, "no repository at it is mapped"),
        (
            {
                "repositories": [REPOSITORY],
                "code_hosts": [HUB | {"token_secret": "t", "read_token_secret": "t"}],
            },
            "one that only reads",
        ),
        ({"code_hosts": [HUB | {"url": "http://git"}]}, "does not begin with https://"),
        ({"code_hosts": [HUB, HUB]}, "a name twice"),
        ({"code_hosts": [HUB | {"kind": "gitea"}]}, "one of github, gitlab, bitbucket, codecommit"),
        ({"code_hosts": [HUB | {"pull_requests": True}]}, "is for CodeCommit"),
        ({"code_hosts": [HUB | {"kind": "gitlab", "app_id": "1"}]}, "the id of a GitHub App"),
        ({"code_hosts": [HUB | {"kind": "codecommit", "token_secret": "t"}]}, "reached by role"),
        ({"code_hosts": [HUB], "repositories": [REPOSITORY | {"host": "hub2"}]}, "no code_hosts.name is"),
        ({"code_hosts": [HUB | {"kind": "codecommit"}], "repositories": [REPOSITORY]}, "ends in its name"),
        ({"repositories": [REPOSITORY | {"clone_url": "git@host:a/b"}]}, "functions clone over https"),
        ({"repositories": [REPOSITORY | {"name": "checkout"}]}, "not owner/name"),
        ({"repositories": [REPOSITORY] * 40}, "bytes of the functions' environment"),
        ({"fingerprint_rules": [{"pattern": "x"}]}, "fingerprint_rules[0].name is missing"),
        ({"fingerprint_rules": [{"name": "a"}]}, "fingerprint_rules[0]: one of pattern, exception_type"),
        ({"fingerprint_rules": [{"name": "a", "pattern": "("}]}, "no regular expression"),
        ({"fingerprint_rules": [{"name": "a", "pattern": "x" * 3_000}]}, "bytes of a function's environment"),
        ({"chat": {"slack": {"workspace": "acme"}}}, "chat.slack.workspace is 'acme'"),
        ({"chat": {"teams": TEAMS | {"channel": "general"}}}, "chat.teams.channel is 'general'"),
        ({"stage": "staging", "chat": {"slack": SLACK, "buttons": True}}, "room for 15 characters"),
        ({"network": {"vpc": "existing"}}, "network.subnets is missing"),
        ({"network": {"vpc_id": "vpc-1"}}, "of use only with network.vpc existing"),
        ({"retention": {"traces": 0}}, "less than a day"),
        ({"retention": {"audit": 0}}, "less than a day"),
        ({"observability": {"otlp_endpoint": "collector:4318"}}, "write https://host:4318"),
        ({"observability": {"otlp_endpoint": "https://me:secret@host"}}, "no password"),
        ({"observability": {"audit": False, "audit_content": True}}, "audit is false"),
        ({"concurrency": {"respond": 1}}, "the least is 2"),
        ({"tuning": {"neighbour_seconds": -1}}, "tuning.neighbour_seconds is negative"),
        ({"logs": {"groups": [f"/team/{at}" for at in range(80)]}}, "too many to be named in one role"),
        ({"tuning": {"temperature": "warm"}}, "tuning.temperature is 'warm', but a number is wanted"),
        (
            {"tuning": {"redact": [{"name": "CUSTOMER", "pattern": "C-[0-9]+"}]}},
            "tuning.redact: redaction rule CUSTOMER: its pattern could be slow",
        ),
        ({"tuning": {"redact": [{"name": "C", "pattern": "x" * 490}] * 3}}, "tuning.redact takes"),
    ],
)
def test_a_contradiction_names_its_key(changes: dict[str, Any], said: str) -> None:
    assert said in "\n".join(wrong(tables(**changes)))


def test_pull_requests_need_a_token() -> None:
    assert config(**PULL_REQUESTS).pull_requests
    assert not config(repositories=[REPOSITORY]).pull_requests


def test_both_chat_clients_may_be_named() -> None:
    found = config(chat={"slack": SLACK, "teams": TEAMS})

    assert found.chat.slack.workspace == SLACK["workspace"]
    assert found.chat.teams.team == TEAMS["team"]


def test_a_number_may_be_written_without_a_point() -> None:
    assert config(budget={"monthly_usd": 50}).budget.monthly_usd == 50.0
