"""The Invoke API, by its real client."""

from __future__ import annotations

import base64
import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.local.functions.host import FunctionHost
from infra.local.functions.invoke_api import InvokeApi

pytestmark = pytest.mark.loopback


def test_boto3_invokes_over_the_api(host: FunctionHost) -> None:
    with InvokeApi(host) as api:
        client: Any = boto3.client(
            "lambda",
            endpoint_url=api.url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )

        def invoke(**arguments: Any) -> tuple[Any, bytes]:
            answer = client.invoke(**arguments)
            return answer, answer["Payload"].read()

        plain, echoed = invoke(FunctionName="echo", Payload=b'{"n": 1}', LogType="Tail")
        by_arn, _ = invoke(FunctionName=host.spec("echo").arn, Payload=b"{}")
        error, described = invoke(FunctionName="fail", Payload=b"1")
        event, _ = invoke(FunctionName="echo", Payload=b"{}", InvocationType="Event")
        dry, _ = invoke(FunctionName="echo", Payload=b"{}", InvocationType="DryRun")
        with pytest.raises(ClientError) as refused:
            invoke(FunctionName="nobody", Payload=b"{}")
        told = client.get_function(FunctionName="echo")
        with pytest.raises(ClientError) as unknown:
            client.get_function(FunctionName="nobody")
        assert host.wait_idle(10)
        client.close()

    assert json.loads(echoed)["event"] == {"n": 1}
    assert (plain["StatusCode"], plain["ExecutedVersion"]) == (200, "$LATEST")
    assert base64.b64decode(plain["LogResult"]).startswith(b"INIT_START")
    assert "FunctionError" not in plain
    assert by_arn["StatusCode"] == 200
    assert error["FunctionError"] == "Unhandled"
    assert json.loads(described)["errorType"] == "ValueError"
    assert (event["StatusCode"], dry["StatusCode"]) == (202, 204)
    assert told["Configuration"]["Environment"]["Variables"] == host.spec("echo").environment
    for refusal in (refused, unknown):
        assert refusal.value.response["Error"]["Code"] == "ResourceNotFoundException"
