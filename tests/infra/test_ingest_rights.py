"""What the ingest job's role allows, held against what the job does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.aws.indexes.file import KEY
from infra.aws.wildcards import flat
from knowledge.errors import OutOfTime
from knowledge.homes.s3 import S3Home
from knowledge.ingest import Job, ingest
from knowledge.sources.folder import Folder
from tests.infra.template import listed
from tests.infra.variants import template

RIGHTS = {
    "HeadObject": "s3:GetObject",
    "GetObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
}


@pytest.mark.parametrize("kind", ["function", "task"])
def test_the_role_of_the_job_allows_the_calls_that_it_makes_and_no_others(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = [
        statement
        for owner, statement in template(kind).statements()
        if owner.startswith("Ingest") and "Execution" not in owner
    ]
    allowed = {
        (action, flat(resource).partition("/")[2])
        for statement in statements
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if action.startswith("s3:") and action != "s3:ListBucket"
    }

    called = {(RIGHTS[operation], key) for operation, key in calls_of_the_job(tmp_path, monkeypatch)}

    assert called == allowed


def calls_of_the_job(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Operation and key of each request of a run that is stopped, and of one that goes on and ends."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    called: set[tuple[str, str]] = set()

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        called.add((model.name, params["Key"]))

    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="runbooks")
        client.meta.events.register("before-parameter-build.s3.*", note)
        (folder / "page.md").write_text("# Disk full\n\nRemove old segments.\n")
        home = S3Home(client, f"s3://runbooks/{KEY}", folder / "scratch")
        with pytest.raises(OutOfTime):
            ingest([Folder(folder)], home, Job(time_left=lambda: 0.0))
        ingest([Folder(folder)], home)
    return called
