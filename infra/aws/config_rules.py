"""What no single key can say: keys that contradict one another, and values that AWS would refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from json import dumps
from typing import TYPE_CHECKING

from infra.aws import config_chat as chat
from infra.aws.names import own_log_groups, refused_prefixes, subscribed
from lambda_image.domain.errors import ConfigurationError
from lambda_image.domain.hosts import codecommit_region
from lambda_image.settings import LIMITS
from lambda_image.steps.filters import parse

if TYPE_CHECKING:
    from infra.aws.config import Config

# CloudWatch Logs API Reference, PutRetentionPolicy.
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
# The shortest of what our names become part of: 32 characters for an OpenSearch Serverless collection.
PREFIX_LENGTH = 22
# All environment variables of a function together may have 4 KB (Lambda quotas).
ENVIRONMENT_BYTES = 3_000
# A role's inline policies together may have 10,240 characters (IAM quotas), of which the other rights of
# `respond` need less than half; and what stands around a log group's name in the ARN of its streams.
STREAM_ARNS, STREAM_ARN = 5_500, 75
# Beside own redaction rules `intake` needs room for filter patterns, `respond` for repositories.
RULES_BYTES = 1_000
SERVICES_BYTES = 1_000
# A mapping's MaximumConcurrency is at least 2 (Lambda API Reference, ScalingConfig).
LEAST_CONCURRENCY = 2
KENDRA_SEEDS = 100
# What knowledge/embeddings/bedrock.py knows how to ask.
OUR_EMBEDDINGS = r"amazon\.titan-embed-text-v2:0|([a-z]+(-[a-z]+)?\.)?cohere\.embed-v4:0"
WIKIS = ("https://", "confluence+https://", "git+https://")


def problems(config: Config) -> list[str]:
    """Everything that is wrong with the configuration as a whole, each a sentence that names its key."""
    rules = (
        *(_name, _logs, _patterns, _index_and_wiki, _embeddings, _models_and_budget),
        *(
            _code_hosts,
            _code,
            _services,
            _fingerprints,
            *chat.RULES,
            _network,
            _numbers,
            _redaction,
            _observability,
        ),
    )
    return [problem for rule in rules for problem in rule(config)]


def _redaction(config: Config) -> Iterator[str]:
    for rule in config.tuning.redact:
        if rule.fault:
            yield f"tuning.redact: {rule.fault}"
    free = min(RULES_BYTES, ENVIRONMENT_BYTES - len(dumps([asdict(each) for each in config.repositories])))
    size = len(dumps([asdict(each) for each in config.tuning.redact]))
    if config.tuning.redact and size > free:
        yield f"tuning.redact takes {size} bytes of the functions' environment; {max(free, 0)} are free"


def _name(config: Config) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", config.prefix) or len(config.prefix) > PREFIX_LENGTH:
        yield (
            f"name and stage make {config.prefix!r}; lower case, digits and single hyphens are allowed,"
            f" {PREFIX_LENGTH} characters together"
        )
    if config.region and not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", config.region):
        yield f"region is {config.region!r}, which is not the name of a region"


def _logs(config: Config) -> Iterator[str]:
    logs = config.logs
    if logs.account and logs.groups:
        yield "logs.account reads every log group, so logs.groups must be empty"
    if not logs.account and not logs.groups:
        yield "logs.groups names no log group and logs.account is false, so nothing would be read"
    if strangers := sorted(set(logs.patterns) - set(logs.groups)):
        yield f"logs.patterns has {', '.join(strangers)}, not in logs.groups"
    if len(set(logs.groups)) < len(logs.groups):
        yield "logs.groups has a log group twice"
    own = own_log_groups(config)
    for group in logs.groups:
        if group in own or group.startswith((*refused_prefixes(config), *logs.exclude)):
            yield f"logs.groups has {group}, which is excluded, or is written by Tracemend itself"


def _patterns(config: Config) -> Iterator[str]:
    logs, tuning = config.logs, config.tuning
    written = {
        "logs.pattern": (logs.pattern,),
        "tuning.include": tuning.include,
        "tuning.exclude": tuning.exclude,
    }
    for key, patterns in {**written, "logs.patterns": logs.patterns.values()}.items():
        for pattern in patterns:
            try:
                parse(pattern)
            except ConfigurationError as wrong:
                yield f"{key}: {wrong}"
    size = len(dumps([subscribed(config), tuning.include, tuning.exclude]))
    if size > ENVIRONMENT_BYTES:
        yield f"all patterns take {size} bytes of the environment of `intake`; {ENVIRONMENT_BYTES} are free"


def _index_and_wiki(config: Config) -> Iterator[str]:
    wiki, kind = config.wiki, config.index.kind
    readable = ("https://",) if kind == "knowledge-base" else WIKIS
    for source in wiki.sources:
        if not source.startswith(readable):
            yield f"wiki.sources has {source!r}; index.kind {kind} reads {', '.join(readable)}"
    if kind == "knowledge-base" and (wiki.secret or wiki.private):
        yield f"wiki.secret and wiki.private are for our own crawl, but index.kind {kind} crawls by itself"
    if not re.fullmatch(r"(rate|cron)\(.+\)", wiki.schedule):
        yield f"wiki.schedule is {wiki.schedule!r}; write rate(1 day) or cron(0 3 * * ? *)"
    crawls_itself = not config.index.ours and not config.read_by_us
    if crawls_itself and wiki.size == "fargate":
        yield f"wiki.size is fargate, but index.kind {kind} crawls by itself"
    if kind == "kendra" and crawls_itself and not wiki.schedule.startswith("cron("):
        yield "wiki.schedule must be a cron expression for index.kind kendra"
    if kind == "kendra" and crawls_itself and len(wiki.sources) > KENDRA_SEEDS:
        yield f"wiki.sources has more than {KENDRA_SEEDS} pages, the most that Kendra starts from"
    if "index" in config.keep and kind == "opensearch-domain" and config.network.vpc == "new":
        yield (
            "keep has index, but the domain would stand in the network that this stack makes and deletes;"
            ' set network.vpc to "existing" or "none"'
        )


def _services(config: Config) -> Iterator[str]:
    for number, each in enumerate(config.services):
        if not each.service and not each.environment:
            yield f"services[{number}] tells neither service nor environment of {each.log_group}"
    size = len(dumps([asdict(each) for each in config.services]))
    if size > SERVICES_BYTES:
        yield f"services take {size} bytes of the environment of `respond`; {SERVICES_BYTES} are free"


def _embeddings(config: Config) -> Iterator[str]:
    index = config.index
    if index.dimensions not in {256, 512, 1_024}:
        yield f"index.dimensions is {index.dimensions}; the embedding models take 256, 512 or 1024"
    if index.embeddings != "none" and index.kind == "kendra":
        yield "index.embeddings is bedrock, but index.kind kendra makes vectors of its own"
    if index.reranker and not index.ours:
        yield f"index.reranker is for our own search, but index.kind {index.kind} ranks by itself"
    if index.floor is not None and not index.ours:
        yield f"index.floor is for our own search, but index.kind {index.kind} judges by itself what fits"
    if index.floor is not None and index.floor < 0:
        yield f"index.floor is {index.floor}; 0 shows the nearest page always, 0.87 is the usual"
    if index.embedded_by_us and not re.fullmatch(OUR_EMBEDDINGS, index.embedding_model):
        yield (
            f"index.embedding_model is {index.embedding_model!r}; amazon.titan-embed-text-v2:0 and"
            " cohere.embed-v4:0 are known, the latter also by the id of an inference profile"
        )
    if index.kind == "knowledge-base" and index.embedding_model.count(".") != 1:
        yield f"index.embedding_model is {index.embedding_model!r}; a Knowledge Base takes no profile"


def _models_and_budget(config: Config) -> Iterator[str]:
    if not config.models.chain:
        yield "models.chain is empty"
    for model in filter(None, (*config.models.chain, config.models.repair)):
        if not re.fullmatch(r"((global|[a-z]{2}|us-gov|apac)\.)?[a-z0-9]+\.[a-z0-9.:-]+", model):
            yield f"models has {model!r}, which is no model or inference profile id"
    if config.budget.monthly_usd < 0:
        yield "budget.monthly_usd is negative"


def _code_hosts(config: Config) -> Iterator[str]:
    names = [each.name for each in config.code_hosts]
    if len(set(names)) < len(names):
        yield "code_hosts has a name twice"
    for number, host in enumerate(config.code_hosts):
        place = f"code_hosts[{number}]"
        ours = host.kind == "codecommit"
        if host.opens and not any(config.host_of(each) == host for each in config.repositories):
            yield f"{place} is there to open pull requests, but no repository at it is mapped"
        if host.token_secret and host.token_secret == host.read_token_secret:
            yield f"{place}.read_token_secret is the token that may write; give `respond` one that only reads"
        if host.url and not host.url.startswith("https://"):
            yield f"{place}.url is {host.url!r}, which does not begin with https://"
        if ours and (host.secrets or host.url):
            yield f"{place} is CodeCommit, which is reached by role: it has neither url nor secrets"
        if host.pull_requests and not ours:
            yield f"{place}.pull_requests is for CodeCommit; elsewhere token_secret decides"
        if (host.app_id or host.read_app_id) and host.kind != "github":
            yield f"{place} has the id of a GitHub App, but is of kind {host.kind}"


def _code(config: Config) -> Iterator[str]:
    for number, each in enumerate(config.repositories):
        place, host = f"repositories[{number}]", config.host_of(each)
        if not each.clone_url.startswith("https://"):
            yield f"{place}.clone_url is {each.clone_url!r}; functions clone over https"
        if host is None and (each.host or config.code_hosts):
            yield f"{place}.host is {each.host!r}, which no code_hosts.name is"
        if host and host.kind == "codecommit":
            if not codecommit_region(each.clone_url) or each.clone_url.rpartition("/")[2] != each.name:
                yield f"{place} is at CodeCommit: its clone_url ends in its name, {each.name!r}"
        elif each.name.count("/") < 1:
            yield f"{place}.name is {each.name!r}, not owner/name"
    mapped = [*map(asdict, config.repositories), *map(asdict, config.code_hosts)]
    size = len(dumps(mapped))
    if size > ENVIRONMENT_BYTES:
        yield (
            f"repositories and code_hosts take {size} bytes of the functions' environment;"
            f" {ENVIRONMENT_BYTES} are free"
        )


def _fingerprints(config: Config) -> Iterator[str]:
    for number, each in enumerate(config.fingerprint_rules):
        for problem in each.problems():
            yield f"fingerprint_rules[{number}]: {problem}"
    size = len(dumps([asdict(each) for each in config.fingerprint_rules]))
    if size > ENVIRONMENT_BYTES:
        yield f"fingerprint_rules take {size} bytes of a function's environment; {ENVIRONMENT_BYTES} are free"


def _network(config: Config) -> Iterator[str]:
    network = config.network
    own = {"vpc_id": network.vpc_id, "subnets": network.subnets, "security_groups": network.security_groups}
    for key, value in own.items():
        if network.vpc == "existing" and not value:
            yield f"network.{key} is missing for network.vpc existing"
        if network.vpc != "existing" and value:
            yield f"network.{key} is of use only with network.vpc existing, and it is {network.vpc}"


def _numbers(config: Config) -> Iterator[str]:
    if config.retention.logs not in RETENTION_DAYS:
        known = ", ".join(map(str, RETENTION_DAYS))
        yield f"retention.logs is {config.retention.logs}; CloudWatch knows {known}"
    if config.retention.traces < 1:
        yield "retention.traces is less than a day"
    size = sum(len(group) + STREAM_ARN for group in config.logs.groups)
    if config.tuning.neighbour_seconds and size > STREAM_ARNS:
        yield "logs.groups are too many to be named in one role; set tuning.neighbour_seconds to 0"
    if config.tuning.neighbour_seconds < 0:
        yield "tuning.neighbour_seconds is negative; 0 turns it off"
    if config.retention.audit < 1:
        yield "retention.audit is less than a day"
    for name in ("intake", "respond", "repair"):
        count = getattr(config.concurrency, name)
        if count < LEAST_CONCURRENCY:
            yield f"concurrency.{name} is {count}; the least is {LEAST_CONCURRENCY}"
    for name, (least, most) in LIMITS.items():
        value = getattr(config.tuning, name)
        if not least <= value <= most:
            yield f"tuning.{name} is {value}; {least} to {most} are possible"


def _observability(config: Config) -> Iterator[str]:
    watched = config.observability
    if watched.otlp_endpoint and not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", watched.otlp_endpoint):
        yield (
            f"observability.otlp_endpoint is {watched.otlp_endpoint!r}; write https://host:4318, and no"
            " password: it stands in the functions' environment"
        )
    if watched.audit_content and not watched.audit:
        yield "observability.audit_content is true, but observability.audit is false"
