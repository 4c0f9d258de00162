"""What every audit trail holds to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambda_image.adapters.retry import Retry
from lambda_image.adapters.s3_audit import S3Audit, key_of
from lambda_image.domain.audit import ChannelRequest, Entry, ModelCall, Origin, PullRequestAction
from lambda_image.domain.errors import PermanentError
from lambda_image.ports import AuditTrail
from lambda_image.wire import decode, encode
from tests.fakes.audit import MemoryAudit
from tests.fakes.clock import FixedClock
from tests.fakes.events import START

BUCKET = "audit"
ORIGIN = Origin(START, "tracemend-respond", "r-1", "v1-a-1", "v1-a")
ASKED = ModelCall(ORIGIN, "diagnose", "abc", ("claude", "nova"), "nova", 900, 100, 1.5, 0.0014, "answered")
OPENED = PullRequestAction(ORIGIN, "opened", "acme/shop", "tracemend/fix-v1-a", "c" * 40, "f" * 64, "proved")
MUTED = ChannelRequest(ORIGIN, "mute", "ada (U1)", "noted")
KINDS = {"model-call": ModelCall, "pull-request": PullRequestAction, "channel-request": ChannelRequest}
Stage = tuple[AuditTrail, Callable[[], list[Entry]]]


def trail(client: Any) -> S3Audit:
    """A trail on the bucket."""
    return S3Audit(client, BUCKET, Retry(FixedClock(START), attempts=2, sleep=lambda _: None))


def read(client: Any) -> list[Entry]:
    """All entries of the bucket, by key."""
    entries = []
    for listed in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        body = client.get_object(Bucket=BUCKET, Key=listed["Key"])["Body"].read()
        kind: Any = KINDS[json.loads(body)["kind"]]
        entries.append(decode(kind, body))
    return entries


@pytest.fixture(params=["memory", "moto"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Each trail in turn, and what it holds."""
    if request.param == "memory":
        memory = MemoryAudit()
        yield memory, lambda: memory.kept
        return
    with mock_aws():
        client = bucket()
        yield trail(client), lambda: read(client)


def bucket() -> Any:
    """A client, and an empty bucket."""
    client: Any = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    return client


def test_entries_are_kept_as_they_were_whole(stage: Stage) -> None:
    audit, kept = stage
    audit.record(ASKED)
    audit.record(OPENED)
    audit.record(MUTED)

    assert sorted(kept(), key=lambda each: each.kind) == [MUTED, ASKED, OPENED]


def test_the_same_entry_twice_is_two_entries(stage: Stage) -> None:
    audit, kept = stage
    audit.record(ASKED)
    audit.record(ASKED)

    assert kept() == [ASKED, ASKED]


def test_keys_are_partitions_by_kind_and_day() -> None:
    folder, _, name = key_of(OPENED).rpartition("/")

    assert folder == "audit/kind=pull-request/year=2026/month=09/day=21"
    assert name.startswith("141320000-v1-a-1-")
    assert key_of(OPENED) != key_of(OPENED)


def test_what_is_there_is_not_written_over_and_a_lost_answer_is_no_loss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with mock_aws():
        client = bucket()
        key = key_of(ASKED)
        client.put_object(Bucket=BUCKET, Key=key, Body=encode(ASKED).encode())
        monkeypatch.setattr("lambda_image.adapters.s3_audit.key_of", lambda _: key)
        trail(client).record(OPENED)

        assert read(client) == [ASKED]


def test_a_bucket_that_is_away_is_an_error_of_ours() -> None:
    with mock_aws(), pytest.raises(PermanentError, match="audit entry"):
        trail(boto3.client("s3", region_name="us-east-1")).record(ASKED)
