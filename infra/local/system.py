"""The whole system on loopback: our functions over an AWS emulator, and pumps for what that does not move."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
import requests
from botocore.config import Config
from moto.server import ThreadedMotoServer

from infra.local import resources
from infra.local.channel.inbox import Channel
from infra.local.functions.faults import FaultPlan
from infra.local.functions.host import FunctionHost
from infra.local.functions.invoke_api import InvokeApi
from infra.local.functions.spec import FunctionSpec
from infra.local.githost.server import GitHost
from infra.local.logs import LogWriter
from infra.local.pump.kinesis_pipe import KinesisPipe, PipeSource
from infra.local.pump.pump import Pump, wait_all_idle
from infra.local.pump.schedule import Schedule
from infra.local.pump.sqs_mapping import MappingSource, SqsMapping
from lambda_image.settings import variable

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "loopback", "AWS_SECRET_ACCESS_KEY": "loopback"}
REPOSITORY = ("team", "checkout")


@dataclass(frozen=True, slots=True)
class SystemConfig:
    """What a run can choose. Times are in seconds; queues hide a message as long as its function may run.

    A batch of logs is given up after `retries` more tries, a task after `receives` in all; `respond` is asked
    `respond_at_once` times at once, as reserved on AWS, `watch` every `watch_every` seconds. `settings` are
    more environment variables of the product's functions, `endpoints` servers that stand in for the emulator,
    by service.
    """

    folder: Path
    bedrock_url: str
    log_groups: Sequence[str]
    respond_timeout: float = 120
    repair_timeout: float = 300
    retries: int = 5
    receives: int = 4
    respond_at_once: int = 1
    watch_every: float = 900
    settings: dict[str, str] = field(default_factory=dict)
    endpoints: dict[str, str] = field(default_factory=dict)
    faults: FaultPlan | None = None


class LocalSystem:
    """Everything started on entry and stopped on exit, in that order backwards."""

    def __init__(self, config: SystemConfig, on_arrival: Any = None) -> None:
        self._config = config
        self._on_arrival = on_arrival
        self._stack = ExitStack()
        self._pumps: list[Pump] = []
        self.token = secrets.token_hex(20)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator, for the loopback system itself."""
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self._config.endpoints.get(service, self.aws_url),
            region_name=resources.REGION,
            aws_access_key_id="loopback",
            aws_secret_access_key="loopback",  # noqa: S106 - the emulator does not look
            config=Config(retries={"mode": "standard", "total_max_attempts": 4}),
        )

    def wait_idle(self, timeout: float) -> bool:
        """Whether everything that went in has come to its end within `timeout` seconds."""
        return wait_all_idle(self._pumps, timeout)

    @property
    def failure(self) -> str:
        """What a pump met that it could not handle, if anything."""
        return "; ".join(failure for pump in self._pumps if (failure := pump.failure))

    def _start(self, stack: ExitStack) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        moto.start()
        stack.callback(moto.stop)
        host, port = moto.get_host_and_port()
        self.aws_url = f"http://{host}:{port}"
        # moto keeps its state in the process, behind every server of it.
        requests.post(f"{self.aws_url}/moto-api/reset", timeout=60).raise_for_status()
        visibility = {
            "incidents": int(self._config.respond_timeout) + 6,
            "repairs": int(self._config.repair_timeout) + 6,
            "receipts": 20,
        }
        self.made = resources.create(self.client, visibility, self.token, self._config.receives)
        self.git = stack.enter_context(GitHost(self._config.folder / "git", token=self.token))
        self.logs = LogWriter(self.client, self._config.log_groups)
        for group in self._config.log_groups:
            resources.subscribe(self.client, group, self.made.stream_arn)
        self.channel = Channel(self.client("sqs"), self.made.queues["channel"], self._on_arrival)
        self._functions(stack)
        stack.enter_context(self.channel)
        self._move(stack)

    def _functions(self, stack: ExitStack) -> None:
        root = Path(__file__).parents[2]
        upstreams = (self.aws_url, self.git.url, self._config.bedrock_url)
        self.functions = stack.enter_context(
            FunctionHost(root, self.logs.put, faults=self._config.faults, tapped=upstreams)
        )
        invoke = stack.enter_context(InvokeApi(self.functions))
        self.functions.tap(invoke.url)
        common = self._environment(invoke.url)
        timeouts = {
            "intake": 30.0,
            "receipt": 15.0,
            "respond": self._config.respond_timeout,
            "repair": self._config.repair_timeout,
            "verify": 120.0,
            "chat": 60.0,
            "watch": 15.0,
        }
        for name, timeout in timeouts.items():
            spec = FunctionSpec(
                name=f"tracemend-{name}",
                handler=f"lambda_image.handlers.{name}.handler",
                timeout_s=timeout,
                memory_mb=1024,
                concurrency=self._config.respond_at_once if name == "respond" else 1,
                environment=common if name != "verify" else {},
                region=resources.REGION,
                account_id=resources.ACCOUNT,
            )
            self.functions.deploy(spec)

    def _environment(self, invoke_url: str) -> dict[str, str]:
        """What the functions are told; `verify` is told nothing."""
        return CREDENTIALS | {
            "AWS_ENDPOINT_URL": self.aws_url,
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": self._config.bedrock_url,
            "AWS_ENDPOINT_URL_LAMBDA": invoke_url,
            "AWS_EC2_METADATA_DISABLED": "true",
            variable("ledger_table"): resources.TABLE,
            variable("incidents_queue_url"): self.made.queues["incidents"],
            variable("repairs_queue_url"): self.made.queues["repairs"],
            variable("topic_arn"): self.made.topic_arn,
            variable("trace_bucket"): resources.TRACES,
            variable("audit_bucket"): resources.AUDIT,
            variable("actions_secret"): resources.ACTIONS_SECRET,
            variable("code_hosts"): code_hosts(self.git.url),
            variable("verify_function"): "tracemend-verify",
            variable("queue_receives"): str(self._config.receives),
            variable("cache_dir"): str(self._config.folder / "cache"),
            **{f"AWS_ENDPOINT_URL_{name.upper()}": url for name, url in self._config.endpoints.items()},
            **self._config.settings,
        }

    def _move(self, stack: ExitStack) -> None:
        """Start what on AWS the Pipe and the queue mappings do."""
        source = PipeSource(
            stream_name=resources.STREAM,
            batch_size=10,
            maximum_retry_attempts=self._config.retries,
            maximum_record_age_in_seconds=3_600,
            on_partial_batch_item_failure="AUTOMATIC_BISECT",
            dead_letter_url=self.made.dead_letters["logs"],
        )
        self.pipe = KinesisPipe(self.client, self.functions, "tracemend-intake", source)
        self._pumps.append(self.pipe)
        self._map("incidents", "respond", self._config.respond_at_once)
        self._map("repairs", "repair")
        self._map("receipts", "receipt", batch_size=10)
        self.watching = Schedule(self.functions, "tracemend-watch", self._config.watch_every)
        self._pumps.append(self.watching)
        for pump in self._pumps:
            stack.enter_context(pump)
        # Ends first, so that no pump waits for an invocation that may take minutes.
        stack.callback(self.functions.close)

    def _map(self, queue: str, function: str, at_once: int = 1, batch_size: int = 1) -> None:
        """The queue's messages to the function, `at_once` batches at a time."""
        source = MappingSource(queue_url=self.made.queues[queue], batch_size=batch_size)
        for _ in range(at_once):
            self._pumps.append(SqsMapping(self.client, self.functions, f"tracemend-{function}", source))


def code_hosts(url: str) -> str:
    """The setting of that name: the git host, and what its token is called."""
    host = {"name": "github", "kind": "github", "url": url, "secret": resources.TOKEN_SECRET}
    return json.dumps([host])


def repositories(clone_url: str, log_group: str) -> str:
    """The setting that maps the demo's service to its repository."""
    owner, name = REPOSITORY
    mapping = {"log_group": log_group, "clone_url": clone_url, "name": f"{owner}/{name}"}
    return json.dumps([mapping])
