"""The operations handbook through the project's own ingest: an alarm of Tracemend finds its own page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge.ingest import ingest
from knowledge.search import search
from knowledge.sources.folder import Folder
from knowledge.stores.embedded import EmbeddedStore

HANDBOOK = Path(__file__).parents[3] / "docs" / "operations"
PARTS = [
    "What it means",
    "What users notice",
    "First look",
    "Likely causes",
    "Mend it",
    "When to escalate",
]
# What CloudWatch and AWS Budgets write into a topic, one for each alarm.
CROSSED = 'ALARM: "tracemend-prod-{}" in EU (Ireland). Threshold Crossed: datapoints were greater than {}. {}'
ALARMS = {
    name: CROSSED.format(name, threshold, metric)
    for name, threshold, metric in (
        ("dead-letters", "the threshold (0.0)", "MetricName: ApproximateNumberOfMessagesVisible"),
        ("intake-behind", "the threshold (300000.0)", "MetricName: GetRecords.IteratorAgeMilliseconds"),
        ("pipe-failures", "the threshold", "Namespace: AWS/EventBridge/Pipes, MetricName: ExecutionFailed"),
        ("function-errors", "the threshold", "MetricName: Errors, FunctionName: tracemend-prod-respond"),
        ("model-errors", "the threshold (5.0)", "Namespace: Tracemend, MetricName: ModelFailures"),
        ("audit-lost", "the threshold (0.0)", "Namespace: Tracemend, MetricName: AuditFailures"),
        ("slow-answers", "the threshold (180.0)", "Namespace: Tracemend, MetricName: AnswerSeconds"),
    )
} | {
    "budget": "AWS Budgets: tracemend-prod has exceeded your alert threshold. You requested that we alert you"
    " when the ACTUAL Cost associated with your tracemend-prod budget is greater than $40.00 for this month.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook, indexed as a team's own runbooks are."""
    made = tmp_path_factory.mktemp("handbook") / "runbooks.index"
    ingest([Folder(HANDBOOK)], made)
    return made


def test_every_alarm_has_a_page_and_every_page_an_alarm() -> None:
    pages = {page.stem for page in (HANDBOOK / "alarms").glob("*.md")} - {"index"}

    assert pages == set(ALARMS)


@pytest.mark.parametrize("alarm", ALARMS)
def test_an_alarm_finds_its_page_first(alarm: str, index: Path) -> None:
    with EmbeddedStore(index) as store:
        hits = search(store, ALARMS[alarm], 3)

    assert [Path(hit.passage.page_id).stem for hit in hits][:1] == [alarm]


@pytest.mark.parametrize("alarm", ALARMS)
def test_a_page_has_all_parts_steps_and_commands(alarm: str) -> None:
    text = (HANDBOOK / "alarms" / f"{alarm}.md").read_text(encoding="utf-8")

    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS
    assert text.startswith(f"# Alarm {alarm}: ")
    assert "\n1. " in text
    assert re.search(r"^ +(?:aws|tracemend) ", text, re.MULTILINE)
