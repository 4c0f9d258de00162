"""The tools of those who run a deployment, made from adapters: ledger, queues, log stream, stored traces."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from lambda_image.adapters.dynamodb.table import Table
    from lambda_image.adapters.hosts.connecting import Means

    # Told on to those who may not know the adapters.
    from lambda_image.adapters.pipe_operations import LostRecords as LostRecords  # noqa: PLC0414
    from lambda_image.adapters.sqs_operations import DeadLetters as DeadLetters  # noqa: PLC0414
    from lambda_image.adapters.sqs_operations import Queues
    from lambda_image.domain.evidence import RepositoryMapping
    from lambda_image.domain.hosts import HostAccess
    from lambda_image.domain.incident import Incident
    from lambda_image.domain.operations import LostBatch
    from lambda_image.ports import Memory, OperatorsLedger, TraceStore
    from lambda_image.settings import Settings


def ledger_at(client: Any, table: str) -> OperatorsLedger:
    """The ledger for people: its numbers, mutes, and problems that are one."""
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.dynamodb.report import DynamoOperators
    from lambda_image.adapters.dynamodb.table import Table
    from lambda_image.adapters.retry import Retry

    clock = WallClock()
    return DynamoOperators(Table(client, table, Retry(clock)), clock)


def queues(settings: Settings) -> Queues:
    """The queues of the deployment's account and region."""
    from lambda_image.adapters.aws import client
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.retry import Retry
    from lambda_image.adapters.sqs_operations import Queues

    return Queues(client("sqs", settings.region), Retry(WallClock()))


def lost_records(settings: Settings, function: str) -> LostRecords:
    """The stream's records for the function `intake` of this name."""
    from lambda_image.adapters.aws import client
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.pipe_operations import LostRecords
    from lambda_image.adapters.retry import Retry

    kinesis, functions = (client(service, settings.region) for service in ("kinesis", "lambda"))
    return LostRecords(kinesis, functions, function, Retry(WallClock()))


def lost_batch(body: str) -> LostBatch:
    """What a dead letter of the Pipe names. Raises InputRefused for any other message."""
    from lambda_image.adapters.pipe_operations import lost_batch as read

    return read(body)


def traces(settings: Settings) -> TraceStore:
    """The traces in the deployment's bucket."""
    from lambda_image.adapters.aws import client
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.retry import Retry
    from lambda_image.adapters.s3_traces import S3Traces

    return S3Traces(client("s3", settings.region), settings.trace_bucket, Retry(WallClock()))


def traces_in(folder: Path) -> TraceStore:
    """The traces that `tracemend explain --keep` left in a folder."""
    from lambda_image.adapters.folder_traces import FolderTraces

    return FolderTraces(folder)


def incidents(settings: Settings) -> Callable[[str], Incident | None]:
    """How a problem of the deployment stands now, by its fingerprint."""
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.dynamodb.fixes import DynamoFixes

    return DynamoFixes(_table(settings), WallClock()).incident


def memory(settings: Settings) -> Memory:
    """How answers of the deployment were judged."""
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.dynamodb.memory import DynamoMemory

    return DynamoMemory(_table(settings), WallClock())


def _table(settings: Settings) -> Table:
    from lambda_image.adapters.aws import client
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.dynamodb.table import Table
    from lambda_image.adapters.retry import Retry

    return Table(client("dynamodb", settings.region), settings.ledger_table, Retry(WallClock()))


def lacking(access: HostAccess, repository: RepositoryMapping, client: Callable[[str], Any]) -> str:
    """What the credentials lack to open pull requests there, as far as the host tells.

    `client` makes AWS clients. Raises TransientError or PermanentError, as `read_from` does.
    """
    from lambda_image.adapters.hosts.connecting import Accesses

    accesses = Accesses([access], _means(client), writes=True)
    return accesses.connect(repository)(repository.name).lacks()


def read_from(access: HostAccess, repository: RepositoryMapping, client: Callable[[str], Any]) -> None:
    """Ask the repository for its branches, as a clone would."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from lambda_image.adapters.git.clones import Clones
    from lambda_image.adapters.git.command import GitFailed
    from lambda_image.adapters.hosts.connecting import Accesses
    from lambda_image.domain.errors import PermanentError

    login = Accesses([access], _means(client)).login
    with TemporaryDirectory() as folder:
        try:
            Clones([repository], Path(folder), login).run(
                repository, "ls-remote", "--quiet", "--heads", repository.clone_url
            )
        except GitFailed as failed:
            raise PermanentError(f"git: {failed}") from failed


def _means(client: Callable[[str], Any]) -> Means:
    """Those of whoever asks; secrets are read each time, and nothing is tried twice."""
    from lambda_image.adapters.aws import credentials
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.hosts.connecting import Means
    from lambda_image.adapters.retry import Retry
    from lambda_image.adapters.secrets import Secret

    retry = Retry(WallClock(), attempts=1)
    manager = client("secretsmanager")
    region = str(manager.meta.region_name)
    return Means(
        lambda name: Secret(manager, name, retry),
        lambda service, _: client(service),
        credentials,
        region,
        retry,
    )
