"""Deletes every object and version of a bucket when its stack is deleted; a custom resource.

This file is the whole code of its function: inline, so that the template needs no asset.
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import boto3


def handler(event: dict[str, Any], _context: Any) -> None:
    """Answer CloudFormation in any case: without an answer it waits for an hour.

    The resource's id is its bucket: with another bucket in its place, CloudFormation deletes the first.
    """
    status, reason = "SUCCESS", "done"
    try:
        if event["RequestType"] == "Delete":
            bucket = event["ResourceProperties"]["Bucket"]
            client = boto3.client("s3")
            client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(closed(bucket, event["StackId"])))
            while empty(client, bucket):
                pass
    except Exception as error:  # noqa: BLE001
        status, reason = "FAILED", f"{type(error).__name__}: {error}"
    answer = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": event["ResourceProperties"]["Bucket"],
        **{key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
    }
    body = json.dumps(answer).encode()
    # The address is CloudFormation's own, and presigned for a body without a type.
    headers = {"Content-Type": ""}
    request = urllib.request.Request(event["ResponseURL"], body, headers, method="PUT")  # noqa: S310
    urllib.request.urlopen(request, timeout=30)  # noqa: S310


def closed(bucket: str, stack: str) -> dict[str, Any]:
    """A policy that refuses every write; a stack's ARN names its partition."""
    objects = f"arn:{stack.split(':')[1]}:s3:::{bucket}/*"
    refused = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": objects}
    return {"Version": "2012-10-17", "Statement": [refused]}


def empty(client: Any, bucket: str) -> int:
    """Delete by pages of at most a thousand versions; how many there were."""
    count = 0
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        objects: list[Any] = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
        if not objects:
            continue
        count += len(objects)
        answer = client.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        if refused := answer.get("Errors"):
            raise RuntimeError(f"{len(refused)} objects were not deleted; the first: {refused[0]}")
    return count
