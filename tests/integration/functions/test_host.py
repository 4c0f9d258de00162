"""Functions as processes: what a caller sees of them, and what they see of the world."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from infra.local.functions.host import FunctionHost
from infra.local.functions.spec import (
    FunctionNotFound,
    FunctionSpec,
    InvalidRequest,
    RequestTooLarge,
    TooManyRequests,
)
from tests.integration.functions.places import HANDLERS, ROOT, Log, value

pytestmark = pytest.mark.loopback


def test_a_warm_process_serves_again_and_knows_its_invocation(host: FunctionHost, log: Log) -> None:
    first, second = host.invoke("echo", b'{"n": 1}'), host.invoke("echo", b'{"n": 2}')
    one, two = value(first), value(second)

    assert (one["event"], two["event"]) == ({"n": 1}, {"n": 2})
    assert (one["pid"], one["started"]) == (two["pid"], two["started"])
    assert one["request_id"] == first.request_id != second.request_id
    assert one["arn"] == "arn:aws:lambda:us-east-1:123456789012:function:echo"
    assert 8_000 < one["remaining_ms"] <= 10_000
    assert one["trace"].startswith("Root=1-")
    reports = [message for message in log.messages if message.startswith("REPORT")]
    assert ["Init Duration" in report for report in reports] == [True, False]
    assert all("Billed Duration: " in report and "Memory Size: 128 MB" in report for report in reports)
    assert len({stream for _, stream, _ in log.entries}) == 1


def test_the_environment_is_the_specified_one_and_nothing_of_ours(
    host: FunctionHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_PARENT", "x")

    seen = value(host.invoke("environment", b""))

    assert seen["GIVEN"] == "yes"
    assert "SECRET_OF_THE_PARENT" not in seen
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "environment"
    assert seen["AWS_REGION"] == "us-east-1"
    assert seen["HOME"] != os.environ.get("HOME")
    assert seen["LAMBDA_TASK_ROOT"] == str(ROOT)
    assert not Path(seen["HOME"]).samefile(ROOT)


def test_lines_are_events_but_a_logged_message_is_one_event(host: FunctionHost, log: Log) -> None:
    result = host.invoke("talk", b"{}")

    said = [message for message in log.messages if not message.startswith(("INIT", "START", "END", "REPORT"))]
    assert set(said) >= {"printed one\n", "printed two\n", "complained\n"}
    assert [message for message in said if message.endswith("logged\nin two lines\n")]
    assert log.messages[1].startswith("START RequestId: ")
    assert log.messages[-2].startswith("END RequestId: ")
    assert {group for group, _, _ in log.entries} == {"/aws/lambda/talk"}
    assert result.log_tail.decode() == "".join(log.messages)
    assert (result.payload, result.function_error) == (b"null", "")


def test_an_exception_has_lambdas_shape_and_the_process_lives_on(host: FunctionHost, log: Log) -> None:
    first, second = host.invoke("fail", b'"that"'), host.invoke("fail", b'"this"')

    error = value(first)
    assert (first.status, first.function_error) == (200, "Unhandled")
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "cannot use that")
    assert "handlers.py" in error["stackTrace"][0]
    assert value(second)["errorMessage"] == "cannot use this"
    assert [
        each for each in log.messages if each.startswith("[ERROR] ValueError: cannot use that\nTraceback")
    ]
    assert sum(message.startswith("INIT_START") for message in log.messages) == 1


def test_an_exit_is_reported_with_its_status_and_a_new_process_follows(host: FunctionHost, log: Log) -> None:
    first, second = host.invoke("leave", b'{"status": 3}'), host.invoke("leave", b'{"status": 0}')

    assert value(first) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {first.request_id} Error: Runtime exited with error: exit status 3",
    }
    assert value(second)["errorMessage"].endswith("Error: Runtime exited with error: exit status 0")
    assert "about to leave\n" in log.messages
    assert sum(message.startswith("INIT_START") for message in log.messages) == 2


def test_a_timeout_kills_the_process_with_its_children(host: FunctionHost, log: Log, tmp_path: Path) -> None:
    survived = tmp_path / "survived"
    event = {"seconds": 60, "child": f"sleep 0.6; touch {survived}"}

    result = host.invoke("hang", json.dumps(event).encode())

    time.sleep(0.6)
    assert not survived.exists()
    assert value(result) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {result.request_id} Error: Task timed out after 0.30 seconds",
    }
    assert [message for message in log.messages if "Task timed out after 0.30 seconds" in message]
    assert value(host.invoke("hang", b'{"seconds": 0}')) == "done"


def test_a_killed_process_says_so(host: FunctionHost) -> None:
    host.deploy(FunctionSpec("slow", f"{HANDLERS}.hang", timeout_s=20))
    host.invoke("slow", b'{"seconds": 0}')
    timer = threading.Timer(0.2, host.kill, ["slow"])
    timer.start()

    result = host.invoke("slow", b'{"seconds": 30}')

    timer.join()
    assert value(result)["errorMessage"].endswith("Runtime exited with error: signal: killed")


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("absent", "Runtime.ImportModuleError", "Unable to import module"),
        ("broken", "RuntimeError", "no database at import"),
    ],
)
def test_a_handler_that_cannot_be_imported_fails_each_invocation(
    host: FunctionHost, name: str, kind: str, message: str
) -> None:
    for _ in range(2):
        result = host.invoke(name, b"{}")

        assert result.function_error == "Unhandled"
        assert value(result)["errorType"] == kind
        assert message in value(result)["errorMessage"]


def test_payloads_are_limited_in_both_directions(host: FunctionHost) -> None:
    six_mb = 6 * 1024 * 1024
    with pytest.raises(RequestTooLarge):
        host.invoke("echo", b'"' + b"x" * six_mb + b'"')
    with pytest.raises(RequestTooLarge):
        host.invoke("echo", b'"' + b"x" * (1024 * 1024) + b'"', "Event")
    with pytest.raises(InvalidRequest):
        host.invoke("echo", b"{not json")

    result = host.invoke("large", json.dumps({"size": six_mb}).encode())

    assert value(result)["errorType"] == "Function.ResponseSizeTooLarge"
    assert len(value(host.invoke("large", b'{"size": 1000}'))) == 1000


def test_reserved_concurrency_is_a_limit(host: FunctionHost) -> None:
    host.deploy(FunctionSpec("one", f"{HANDLERS}.hang", timeout_s=10))
    host.deploy(FunctionSpec("two", f"{HANDLERS}.hang", timeout_s=10, concurrency=2))
    outcomes: dict[str, list[object]] = {"one": [], "two": []}

    def call(name: str) -> None:
        try:
            outcomes[name].append(value(host.invoke(name, b'{"seconds": 0.5}')))
        except TooManyRequests as refusal:
            outcomes[name].append(refusal.status)

    threads = [threading.Thread(target=call, args=(name,)) for name in ("one", "one", "two", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes["one"])) == ["429", "done"]
    assert outcomes["two"] == ["done", "done"]


def test_an_event_is_tried_three_times_and_then_goes_to_the_destination(
    host: FunctionHost, log: Log, failed: list[tuple[str, dict[str, Any]]]
) -> None:
    accepted = host.invoke("fail", b'{"a": 1}', "Event")

    assert accepted.status == 202
    assert host.wait_idle(10)
    assert sum(message.startswith("START") for message in log.messages) == 3
    ((name, record),) = failed
    assert name == "fail"
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestPayload"] == {"a": 1}
    assert record["responsePayload"]["errorType"] == "ValueError"


def test_a_redeployed_function_starts_afresh(host: FunctionHost) -> None:
    before = value(host.invoke("echo", b"{}"))
    host.deploy(FunctionSpec("echo", f"{HANDLERS}.environment", environment={"GIVEN": "again"}))

    after = value(host.invoke("echo", b"{}"))

    assert before["pid"]
    assert after["GIVEN"] == "again"


def test_no_process_outlives_the_host() -> None:
    with FunctionHost(ROOT) as host:
        host.deploy(FunctionSpec("echo", f"{HANDLERS}.echo"))
        pid = value(host.invoke("echo", b"{}"))["pid"]

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_without_aws_own_runtime_the_stand_in_gives_the_same_results(
    monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    monkeypatch.setitem(sys.modules, "runtime_client", None)
    with pytest.warns(UserWarning, match="stand-in"):
        host = FunctionHost(ROOT, log)
    with host:
        for name in ("echo", "fail", "leave"):
            host.deploy(FunctionSpec(name, f"{HANDLERS}.{name}"))
        host.deploy(FunctionSpec("absent", "tests.integration.functions_fixture.absent.handler"))
        echoed, failure = host.invoke("echo", b'{"n": 1}'), host.invoke("fail", b"1")
        again, left = host.invoke("echo", b"2"), host.invoke("leave", b'{"status": 3}')
        absent = host.invoke("absent", b"1")

    assert (value(echoed)["event"], value(again)["event"]) == ({"n": 1}, 2)
    assert value(echoed)["pid"] == value(again)["pid"]
    assert value(echoed)["request_id"] == echoed.request_id
    assert value(echoed)["trace"].startswith("Root=1-")
    assert (value(failure)["errorType"], failure.function_error) == ("ValueError", "Unhandled")
    assert "handlers.py" in value(failure)["stackTrace"][-1]
    assert value(left)["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")
    assert value(absent)["errorType"] == "Runtime.ImportModuleError"


def test_unknown_functions_are_not_found(host: FunctionHost) -> None:
    with pytest.raises(FunctionNotFound):
        host.invoke("nobody", b"{}")
