"""The custom resource that empties buckets: every version goes, and CloudFormation always gets an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.aws.emptying.emptied import CODE
from infra.aws.emptying.handler import handler

# What CloudFormation takes as code inside a template.
INLINE_LIMIT = 4_096


@contextmanager
def cloudformation() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A place that custom resources answer to, and its answers."""
    answers: list[dict[str, Any]] = []

    class Place(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Place) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/answer", answers
        server.shutdown()


def event(url: str, kind: str, bucket: str) -> dict[str, Any]:
    """What CloudFormation sends."""
    stack = "arn:aws:cloudformation:us-east-1:123456789012:stack/tracemend-prod/1"
    ids = {"StackId": stack, "RequestId": "request", "LogicalResourceId": "EmptiedTraces"}
    return {"RequestType": kind, "ResponseURL": url, "ResourceProperties": {"Bucket": bucket}, **ids}


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A versioned bucket with old versions and a delete marker."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        made = boto3.resource("s3").create_bucket(Bucket="traces")
        made.Versioning().enable()
        for key in ("a", "a", "b"):
            made.put_object(Key=key, Body=b"x")
        made.Object("b").delete()
        yield made


@pytest.mark.loopback
def test_every_version_goes_when_the_stack_goes(bucket: Any) -> None:
    with cloudformation() as (url, answers):
        handler(event(url, "Delete", bucket.name), None)

    assert [(each["Status"], each["LogicalResourceId"]) for each in answers] == [("SUCCESS", "EmptiedTraces")]
    assert list(bucket.object_versions.all()) == []
    (statement,) = json.loads(bucket.Policy().policy)["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:PutObject")
    assert statement["Resource"] == "arn:aws:s3:::traces/*"


@pytest.mark.loopback
@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_nothing_is_deleted_before(bucket: Any, kind: str) -> None:
    with cloudformation() as (url, answers):
        handler(event(url, kind, bucket.name), None)

    assert [(each["Status"], each["PhysicalResourceId"]) for each in answers] == [("SUCCESS", "traces")]
    assert len(list(bucket.object_versions.all())) == 4


@pytest.mark.loopback
def test_a_failure_is_answered_too(bucket: Any) -> None:
    with cloudformation() as (url, answers):
        handler(event(url, "Delete", f"no-{bucket.name}"), None)

    assert answers[0]["Status"] == "FAILED"
    assert "NoSuchBucket" in answers[0]["Reason"]


def test_the_code_fits_into_a_template() -> None:
    assert len(CODE.read_bytes()) <= INLINE_LIMIT
