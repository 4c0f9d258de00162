"""What a deployment can choose: the keys of `tracemend.toml`, with their types and defaults.

`load` reads the file; a table of the file is a dataclass here, so the two cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from infra.aws.direct import Chat, DirectChannel
from lambda_image.domain.evidence import RepositoryMapping, ServiceMapping
from lambda_image.domain.hosts import HostAccess
from lambda_image.domain.identity import FingerprintRule
from lambda_image.domain.redaction import UserRule
from lambda_image.settings import Settings

IndexKind = Literal[
    "embedded", "opensearch-serverless", "opensearch-domain", "kendra", "knowledge-base", "s3-vectors"
]
Keep = Literal["ledger", "traces", "audit", "index", "logs"]
DEFAULTS = Settings()


@dataclass(frozen=True, slots=True)
class Logs:
    """Which log groups are read, and how their events travel.

    `account` reads every log group of the account through an account policy, of which an account has one.
    A pattern is a CloudWatch Logs filter pattern; empty means every event, so that the lines before an
    error are there too. `patterns` has other ones by log group. `stream` orders and keeps events for a day;
    `direct` invokes the function without a stream and costs nothing when idle.
    """

    groups: tuple[str, ...] = ()
    account: bool = False
    pattern: str = ""
    patterns: dict[str, str] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    transport: Literal["direct", "stream"] = "direct"


@dataclass(frozen=True, slots=True)
class Index:
    """Where the runbooks are searched, by words and, where `embeddings` says so, by vectors too.

    S3 Vectors and a Knowledge Base always have vectors; Kendra makes its own.
    """

    kind: IndexKind = "embedded"
    embeddings: Literal["none", "bedrock"] = "none"
    embedding_model: str = "amazon.titan-embed-text-v2:0"
    dimensions: int = 1_024
    reranker: Literal["", "cohere.rerank-v3-5:0"] = ""
    floor: float | None = None
    instance_type: str = "t3.small.search"
    kendra_edition: Literal["DEVELOPER_EDITION", "ENTERPRISE_EDITION", "GEN_AI_ENTERPRISE_EDITION"] = (
        "GEN_AI_ENTERPRISE_EDITION"
    )

    @property
    def ours(self) -> bool:
        """Whether our own code ranks; Kendra and a Knowledge Base do that by themselves."""
        return self.kind not in {"kendra", "knowledge-base"}

    @property
    def embedded_by_us(self) -> bool:
        """Whether our own functions ask the embedding model."""
        return self.ours and (self.embeddings == "bedrock" or self.kind == "s3-vectors")


@dataclass(frozen=True, slots=True)
class Wiki:
    """The https pages that are crawled, when (an EventBridge schedule expression), and by what.

    `secret` names the secret that opens them, `private` hosts that stand at private addresses.
    """

    sources: tuple[str, ...] = ()
    secret: str = ""
    private: tuple[str, ...] = ()
    schedule: str = "cron(0 3 * * ? *)"
    size: Literal["function", "fargate"] = "function"


@dataclass(frozen=True, slots=True)
class Models:
    """Bedrock model or inference profile ids; the next is asked when one is throttled or down.

    `repair` is asked for a patch where the chain came to none.
    """

    chain: tuple[str, ...] = DEFAULTS.models
    repair: str = DEFAULTS.repair_model


@dataclass(frozen=True, slots=True)
class CodeHost:
    """A code host, and the names of its secrets in Secrets Manager.

    `name` is what repositories call it; those that call none are at the first one. `url` is the API's base
    address, empty for the vendor's own. `token_secret` may push branches and open pull requests; `repair`
    and `watch` read it, and without it there are no pull requests. `read_token_secret` may read private
    repositories; `respond` reads it. With `app_id` or `read_app_id` the secret is that GitHub App's private
    key. CodeCommit has no secrets: with `pull_requests` the role of `repair` may open them.
    """

    name: str
    kind: Literal["github", "gitlab", "bitbucket", "codecommit"]
    url: str = ""
    token_secret: str = ""
    app_id: str = ""
    read_token_secret: str = ""
    read_app_id: str = ""
    pull_requests: bool = False

    @property
    def opens(self) -> bool:
        """Whether pull requests are opened here."""
        return bool(self.token_secret) or (self.kind == "codecommit" and self.pull_requests)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of its secrets."""
        return tuple(name for name in (self.token_secret, self.read_token_secret) if name)

    def access(self, *, writes: bool) -> HostAccess:
        """What `repair`, which writes, or `respond` is told of it."""
        secret, app = (
            (self.token_secret, self.app_id) if writes else (self.read_token_secret, self.read_app_id)
        )
        return HostAccess(self.name, self.kind, self.url, secret, app)


@dataclass(frozen=True, slots=True)
class Network:
    """Where the functions run. `verify` has a sealed network of its own whatever stands here.

    `none` is outside any VPC, `new` makes one with a NAT gateway, `existing` uses `subnets` and
    `security_groups` of the VPC `vpc_id`, which need a way to the AWS APIs and to the code host.
    """

    vpc: Literal["none", "new", "existing"] = "none"
    vpc_id: str = ""
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """Money in a calendar month; at the limit the hard stop takes the models away, cards go on without.

    `counts` is what the budget adds up: what carries the tag `tracemend`, or the whole account.
    """

    monthly_usd: float = 0.0
    hard_stop: bool = True
    counts: Literal["tagged", "account"] = "tagged"


@dataclass(frozen=True, slots=True)
class Retention:
    """Days after which logs, traces and the audit trail are deleted."""

    logs: int = 30
    traces: int = 90
    audit: int = 365


@dataclass(frozen=True, slots=True)
class Observability:
    """What watches the deployment itself; `otlp_endpoint` is the base address of a collector."""

    dashboard: bool = True
    alarms: bool = True
    audit: bool = True
    audit_content: bool = False
    otlp_endpoint: str = ""


@dataclass(frozen=True, slots=True)
class Concurrency:
    """How many invocations may run at once; with `reserve` the account keeps that many free for them."""

    reserve: bool = True
    intake: int = 10
    respond: int = 5
    repair: int = 2


@dataclass(frozen=True, slots=True)
class Tuning:
    """Settings of the functions that are passed on as they are; docs/configuration.md says what they do."""

    temperature: float | None = DEFAULTS.temperature
    max_output_tokens: int = DEFAULTS.max_output_tokens
    evidence_tokens: int = DEFAULTS.evidence_tokens
    neighbour_seconds: int = DEFAULTS.neighbour_seconds
    repair_attempts: int = DEFAULTS.repair_attempts
    repair_tokens: int = DEFAULTS.repair_tokens
    repair_seconds: int = DEFAULTS.repair_seconds
    repair_usd: float = DEFAULTS.repair_usd
    repair_most: Literal["diagnosis", "suggestion", "pull request"] = "pull request"
    repair_lines: int = DEFAULTS.repair_lines
    repair_careful: tuple[str, ...] = DEFAULTS.repair_careful
    fix_held_seconds: int = DEFAULTS.fix_held_seconds
    fix_pause_seconds: int = DEFAULTS.fix_pause_seconds
    edit_allow: tuple[str, ...] = DEFAULTS.edit_allow
    edit_deny: tuple[str, ...] = DEFAULTS.edit_deny
    dedup_window_seconds: int = DEFAULTS.dedup_window_seconds
    new_problems: int = DEFAULTS.new_problems
    new_problems_window_seconds: int = DEFAULTS.new_problems_window_seconds
    spike_minimum: int = DEFAULTS.spike_minimum
    spike_factor: int = DEFAULTS.spike_factor
    spike_quiet_seconds: int = DEFAULTS.spike_quiet_seconds
    daily_receipt: bool = DEFAULTS.daily_receipt
    include: tuple[str, ...] = DEFAULTS.include
    exclude: tuple[str, ...] = DEFAULTS.exclude
    redact: tuple[UserRule, ...] = DEFAULTS.redact
    redact_ips: bool = DEFAULTS.redact_ips
    test_command: str = DEFAULTS.test_command


@dataclass(frozen=True, slots=True)
class Config:
    """One deployment. `region` empty means: as the AWS CLI is set. `keep` outlives `make destroy`."""

    name: str = "tracemend"
    stage: str = "prod"
    region: str = ""
    architecture: Literal["arm64", "x86_64"] = "arm64"
    keep: tuple[Keep, ...] = ()
    logs: Logs = Logs()
    index: Index = Index()
    wiki: Wiki = Wiki()
    models: Models = Models()
    services: tuple[ServiceMapping, ...] = ()
    repositories: tuple[RepositoryMapping, ...] = ()
    fingerprint_rules: tuple[FingerprintRule, ...] = ()
    code_hosts: tuple[CodeHost, ...] = ()
    chat: Chat = field(default_factory=Chat)
    channels: tuple[DirectChannel, ...] = ()
    network: Network = Network()
    budget: Budget = Budget()
    retention: Retention = Retention()
    observability: Observability = Observability()
    concurrency: Concurrency = Concurrency()
    tuning: Tuning = Tuning()

    @property
    def prefix(self) -> str:
        """What the names of all resources begin with."""
        return f"{self.name}-{self.stage}"

    @property
    def served(self) -> bool:
        """Whether there are buttons."""
        return self.chat.buttons or bool(self.chat.slack_secret)

    @property
    def read_by_us(self) -> bool:
        """Whether our own job reads the wiki: not a Knowledge Base's, nor open https pages for Kendra."""
        wiki, kind = self.wiki, self.index.kind
        closed = wiki.secret or wiki.private or not all(each.startswith("https://") for each in wiki.sources)
        return bool(wiki.sources) and kind != "knowledge-base" and (kind != "kendra" or bool(closed))

    @property
    def pull_requests(self) -> bool:
        """Whether they are opened anywhere."""
        return any(each.opens for each in self.code_hosts)

    def host_of(self, repository: RepositoryMapping) -> CodeHost | None:
        """The code host of a repository: the one that it names, else the first."""
        first = self.code_hosts[0].name if self.code_hosts else ""
        wanted = repository.host or first
        return next((each for each in self.code_hosts if each.name == wanted), None)
