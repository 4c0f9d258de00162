"""One incident through the system on loopback, with secrets planted: its logs, its trace, its audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from infra.local.bedrock.server import BedrockServer
from infra.local.demo import driver
from infra.local.demo.history import create_repository
from infra.local.resources import AUDIT, TRACES
from infra.local.system import REPOSITORY, LocalSystem, SystemConfig, repositories
from knowledge.ingest import ingest
from knowledge.sources.folder import Folder
from lambda_image.domain.notification import Outcome
from lambda_image.settings import variable
from lambda_image.steps.telling.decide import decide_again
from lambda_image.wire import decode
from tests.fakes.collector import Collector, KeptSpan
from tests.fakes.engine import KnowingEngine

# In parts, so that no scanner stirs.
KEY = "AKIA" + "QWERTYUIOPASDFGH"
MAIL = "ada.lovelace@shop.example"
PASSWORD = "hunter2-" + "correct-horse"
ERROR = (
    "[ERROR] ZeroDivisionError: division by zero\nTraceback (most recent call last):\n"
    f'  File "/var/task/checkout/handler.py", line 12, in handle\n    order = summarize(event, "{KEY}")\n'
    '  File "/var/task/checkout/pricing.py", line 9, in average_item_price\n'
    "    return round(subtotal(lines) / quantity, 2)"
)
LOG = [f"INFO paying for {MAIL} with password={PASSWORD}", ERROR]
PAGE = (
    "# Division by zero in pricing\n\nThe zebra ledger must be balanced by hand after a ZeroDivisionError.\n"
)
# What no log, trace or audit entry may say: of the log, of the page, of code, and of the prompts.
TEXTS = (
    *(KEY, MAIL, PASSWORD, "paying for", "division by zero", "summarize(event"),
    *("zebra ledger", "Price of all order lines", "subtotal(lines)", "average_item_price"),
    *("You are", "untrusted", "pytest tests"),
)


@dataclass(frozen=True)
class Observed:
    """What one run left behind."""

    lines: dict[str, list[str]]
    spans: list[KeptSpan]
    audit: dict[str, dict[str, Any]]
    traces: dict[str, dict[str, Any]]
    token: str


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Observed]:
    """One incident, answered and repaired."""
    folder = tmp_path_factory.mktemp("observed")
    bare = folder / "git" / REPOSITORY[0] / f"{REPOSITORY[1]}.git"
    bare.parent.mkdir(parents=True)
    create_repository(bare)
    (folder / "pages").mkdir()
    (folder / "pages" / "pricing.md").write_text(PAGE)
    ingest([Folder(folder / "pages")], folder / "index")
    with BedrockServer(KnowingEngine()) as bedrock, Collector() as collector:
        settings = {
            variable("repositories"): repositories(str(bare), driver.CHECKOUT),
            variable("index"): str(folder / "index"),
            variable("otlp_endpoint"): collector.url,
            variable("prices"): json.dumps([{"model": "(for tests)", "read": 1.0, "written": 5.0}]),
        }
        config = SystemConfig(folder, bedrock.url, (driver.CHECKOUT,), settings=settings)
        with LocalSystem(config) as system:
            system.logs.put(driver.CHECKOUT, "s", LOG)
            assert system.wait_idle(240)
            assert not system.failure
            lines = {
                name: _log(system, name) for name in ("intake", "respond", "repair", "verify", "receipt")
            }
            yield Observed(
                lines, collector.spans, _objects(system, AUDIT), _objects(system, TRACES), system.token
            )


def _log(system: LocalSystem, function: str) -> list[str]:
    found = system.client("logs").filter_log_events(logGroupName=f"/aws/lambda/tracemend-{function}")
    return [event["message"].rstrip("\n") for event in found["events"]]


def _objects(system: LocalSystem, bucket: str) -> dict[str, dict[str, Any]]:
    s3 = system.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {key: json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys}


pytestmark = [pytest.mark.loopback, pytest.mark.timeout(400)]


def test_no_log_says_a_secret_or_anything_of_a_log_a_page_a_prompt_or_code(observed: Observed) -> None:
    said = "\n".join(line for lines in observed.lines.values() for line in lines)

    assert [text for text in (*TEXTS, observed.token) if text in said] == []


def test_every_line_of_ours_names_function_request_and_incident(observed: Observed) -> None:
    for function, lines in observed.lines.items():
        ours = [json.loads(line) for line in lines if line.startswith("{")]
        assert ours, function
        assert all(line["function"] == f"tracemend-{function}" and line["request_id"] for line in ours)
        assert all({"level", "message", "service", "timestamp", "cold_start"} <= set(line) for line in ours)
    for function in ("respond", "repair", "verify"):
        ours = [json.loads(line) for line in observed.lines[function] if line.startswith("{")]
        assert all(line["incident"].startswith(line["fingerprint"]) for line in ours)
        assert {line["trace_id"] for line in ours} == {_trace(observed)}
        assert ours[0]["cold_start"] is True


def test_an_answer_has_its_price_its_hits_and_its_stages(observed: Observed) -> None:
    (line,) = [json.loads(line) for line in observed.lines["respond"] if line.startswith("{")]

    assert line["PriceUSD"] == pytest.approx((10 * 1.0 + 10 * 5.0) / 1_000_000)
    assert line["RetrievalHits"] == 1
    assert {"gather", "retrieval", "diagnose", "decide"} <= set(line["stages"])
    assert line["GatherSeconds"] >= line["RetrievalSeconds"]


def _trace(observed: Observed) -> str:
    (trace,) = {span.trace_id for span in observed.spans if span.name == "repair"}
    return trace


def test_one_trace_goes_from_the_record_through_the_queues_to_the_pull_request(observed: Observed) -> None:
    spans = [span for span in observed.spans if span.trace_id == _trace(observed)]
    parents = {span.span_id: span for span in spans}
    above = {
        (span.name, parents[span.parent].name if span.parent else "") for span in spans
    }  # (span, the one it is in)

    assert {
        ("record", ""),
        ("respond", "record"),
        ("gather", "respond"),
        ("retrieval", "gather"),
        ("diagnose", "respond"),
        ("decide", "respond"),
        ("repair", "respond"),
        ("propose", "repair"),
        ("verify", "propose"),
        ("open", "repair"),
        ("receipt", "respond"),
        ("receipt", "repair"),
    } <= above
    assert {span.kind for span in spans if span.name in {"respond", "repair", "receipt"}} == {"consumer"}


def test_a_record_begins_a_trace_of_its_own_linked_to_the_batch_it_came_in(observed: Observed) -> None:
    (record,) = [
        span for span in observed.spans if span.name == "record" and span.trace_id == _trace(observed)
    ]
    batches = {span.trace_id for span in observed.spans if span.name == "intake"}

    assert set(record.links) <= batches
    assert len(record.links) == 1


def test_a_model_call_has_the_names_of_the_conventions_and_no_content(observed: Observed) -> None:
    chats = [span for span in observed.spans if span.name.startswith("chat ")]
    asked = chats[0].attributes["gen_ai.request.model"]

    assert {span.attributes["gen_ai.prompt.name"].partition("@")[0] for span in chats} >= {"diagnose", "mend"}
    for span in chats:
        assert (span.name, span.kind) == (f"chat {asked}", "client")
        assert span.attributes["gen_ai.operation.name"] == "chat"
        assert span.attributes["gen_ai.provider.name"] == "aws.bedrock"
        assert span.attributes["gen_ai.response.model"] == "scripted (for tests)"
        assert span.attributes["gen_ai.usage.input_tokens"] == 10
        assert span.attributes["gen_ai.usage.output_tokens"] == 10
    told = str(observed.spans)
    assert [text for text in (*TEXTS, observed.token) if text in told] == []


def test_the_audit_trail_has_each_question_and_the_pull_request(observed: Observed) -> None:
    entries = sorted(observed.audit.values(), key=lambda each: each["origin"]["at"])
    asked = [each for each in entries if each["kind"] == "model-call"]
    (pull,) = [each for each in entries if each["kind"] == "pull-request"]

    assert len(asked) == len([span for span in observed.spans if span.name.startswith("chat ")])
    assert asked[0]["prompt"] == "diagnose"
    assert {each["outcome"] for each in asked} == {"answered"}
    assert (pull["action"], pull["proof"], pull["origin"]["function"]) == (
        "opened",
        "proved",
        "tracemend-repair",
    )
    assert pull["url"].startswith("http")
    assert {each["origin"]["incident"] for each in entries} == {pull["origin"]["incident"]}
    told = json.dumps(entries)
    assert [text for text in (*TEXTS, observed.token) if text in told] == []


def test_each_stored_trace_is_decided_again_as_it_was(observed: Observed) -> None:
    stored = [decode(Outcome, json.dumps(each)) for each in observed.traces.values()]

    assert sorted(each.task for each in stored) == ["repair", "respond"]
    for each in stored:
        assert decide_again(each) == each
