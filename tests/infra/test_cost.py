"""Prices follow the configuration, and an idle deployment is cheap."""

from __future__ import annotations

from typing import Any

import pytest

from infra.aws.cost import ALARM_METRICS, MEMORY, as_of, estimate
from infra.aws.estimates import Volume
from lambda_image.domain.errors import ConfigurationError
from tests.infra.configs import PULL_REQUESTS, config
from tests.infra.variants import template

STREAM = {"groups": ["/aws/lambda/checkout"], "transport": "stream"}


def totals(volume: Volume | None = None, /, **changes: Any) -> tuple[float, float]:
    """US dollars a month when idle, and for the volume."""
    items = estimate(config(**changes), volume or Volume())
    return sum(each.idle for each in items), sum(each.used for each in items)


def test_an_idle_month_costs_less_than_five_dollars() -> None:
    idle, _ = totals(None, **PULL_REQUESTS)

    assert 0 < idle < 5


def test_a_stream_is_paid_by_the_hour() -> None:
    assert totals(logs=STREAM)[0] - totals()[0] == pytest.approx(29.3)  # the stream, and one alarm more


def test_pull_requests_cost_tokens_and_sandboxes() -> None:
    assert totals(None, **PULL_REQUESTS)[1] > totals()[1] * 1.2


def test_a_storm_of_one_problem_costs_little_more_than_nothing() -> None:
    storm = Volume(new=1 / 1_000)

    assert totals(storm)[1] < totals()[1] / 4


def test_a_dearer_model_is_dearer() -> None:
    opus = {"chain": ["global.anthropic.claude-opus-5"]}

    assert totals(models=opus)[1] > 3 * totals()[1]


@pytest.mark.parametrize(
    ("index", "least", "most"),
    [
        ({"kind": "kendra"}, 200, 300),
        ({"kind": "opensearch-domain"}, 50, 70),
        ({"kind": "opensearch-serverless"}, 0, 5),
        ({"kind": "s3-vectors"}, 0, 0.1),
        ({"kind": "knowledge-base"}, 0, 0.1),
        ({"embeddings": "bedrock"}, 0, 0.1),
    ],
)
def test_each_index_has_its_price(index: dict[str, Any], least: float, most: float) -> None:
    wiki = {"sources": ["https://wiki.example.com"]}

    assert least < totals(index=index, wiki=wiki)[0] - totals(wiki=wiki)[0] < most


def test_a_question_is_ranked_for_two_dollars_a_thousand() -> None:
    ranked = totals(Volume(errors=100_000), index={"reranker": "cohere.rerank-v3-5:0"})[1]

    assert ranked - totals(Volume(errors=100_000))[1] == pytest.approx(2.0)


def test_vectors_are_paid_by_the_tokens_of_the_pages_that_change() -> None:
    def embedding(model: str, volume: Volume) -> float:
        chosen = config(index={"embeddings": "bedrock", "embedding_model": model})
        return next(each.idle for each in estimate(chosen, volume) if each.item == "embeddings")

    titan = embedding("amazon.titan-embed-text-v2:0", Volume(pages=100_000, changed=0.5))

    assert titan == pytest.approx(1.0)
    assert embedding("us.cohere.embed-v4:0", Volume(pages=100_000, changed=0.5)) == pytest.approx(6.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"models": {"chain": ["global.acme.unheard-of"]}},
        {"index": {"kind": "opensearch-domain", "instance_type": "x9.huge.search"}},
        {"index": {"kind": "knowledge-base", "embedding_model": "acme.embed"}},
    ],
)
def test_what_has_no_price_is_said(changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="no price is known"):
        totals(**changes)


@pytest.mark.parametrize(
    ("variant", "parts"), [("plain", ("direct",)), ("stream", ("stream",)), ("budget", ("direct", "repairs"))]
)
def test_the_alarms_look_at_as_many_metrics_as_are_priced(variant: str, parts: tuple[str, ...]) -> None:
    alarms = template(variant).of("CloudWatch::Alarm").values()
    metrics = [[one for one in alarm.get("Metrics", ()) if "MetricStat" in one] for alarm in alarms]

    assert sum(len(each) or 1 for each in metrics) == sum(ALARM_METRICS[part] for part in parts)


def test_the_prices_are_dated_and_the_memory_is_that_of_the_functions() -> None:
    memory = {name: template("pulls").function(name)["MemorySize"] / 1_024 for name in MEMORY}

    assert as_of() == "2026-11"
    assert memory == MEMORY
