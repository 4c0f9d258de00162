"""Alarms in the channel of the cards: few, each with a page that says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_lowercase

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cw
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.aws.config import Config
from infra.aws.function import SystemFunction
from infra.aws.names import function_name
from infra.aws.queues import DeadLetterQueue
from infra.aws.stream import LogStream
from infra.aws.topic import Notifications
from lambda_image.handlers.metrics import NAMESPACE

# One alarm takes ten metrics, two of each function.
AN_ERROR_PASSES = ("intake", "respond", "repair", "verify", "receipt")
PERIOD = cdk.Duration.minutes(5)
PAGES = "docs/operations/alarms"
LATE_MILLISECONDS = 300_000
SLOW_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Watch:
    """`name` is the page's; the alarm comes when `metric` is above `limit` for `periods` of five minutes."""

    name: str
    says: str
    metric: cw.IMetric
    limit: float = 0
    periods: int = 1


class Alarms(Construct):
    """Every alarm of a deployment, sent to the topic that AWS Chatbot posts from."""

    def __init__(self, stack: cdk.Stack, config: Config, topic: Notifications) -> None:
        super().__init__(stack, "Alarms")
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            )
        )
        for watch in watches(stack, config):
            alarm = cw.Alarm(
                self,
                watch.name.title().replace("-", ""),
                alarm_name=f"{config.prefix}-{watch.name}",
                alarm_description=f"{watch.says}. What to do: {PAGES}/{watch.name}.md",
                metric=watch.metric,
                threshold=watch.limit,
                evaluation_periods=watch.periods,
                comparison_operator=cw.ComparisonOperator.GREATER_THAN_THRESHOLD,
                treat_missing_data=cw.TreatMissingData.NOT_BREACHING,
            )
            alarm.add_alarm_action(actions.SnsAction(topic))


def watches(stack: cdk.Stack, config: Config) -> list[Watch]:
    """What is watched in this stack; `pipe-failures` only where there is a Pipe."""
    found = stack.node.find_all()
    dead = [each for each in found if isinstance(each, DeadLetterQueue)]
    names = {function_name(config, name) for name in AN_ERROR_PASSES}
    functions = [each for each in found if isinstance(each, SystemFunction) and each.name in names]
    stream = next((each for each in found if isinstance(each, LogStream)), None)
    waiting = (
        each.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="max") for each in dead
    )
    failed = (_of_lambda(each.name, name, "sum") for each in functions for name in ("Errors", "Throttles"))
    late = (
        _metric("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "max", StreamName=stream.stream_name)
        if stream
        else _of_lambda(function_name(config, "intake"), "AsyncEventAge", "max")
    )
    answers = measured(config, "respond", "AnswerSeconds", "p90")
    listed = [
        Watch("dead-letters", "Work was tried and given up; it waits for people", total(waiting)),
        Watch("intake-behind", "Logs are read minutes after they were written", late, LATE_MILLISECONDS, 3),
        Watch("function-errors", "A function fails, is killed or is throttled", total(failed), 2),
        Watch("model-errors", "No model answers", measured(config, "respond", "ModelFailures", "sum"), 0, 2),
        Watch("slow-answers", "Cards come minutes after their errors", answers, SLOW_SECONDS, 2),
    ]
    if config.observability.audit:
        askers = ("respond", "repair", "watch") if config.pull_requests else ("respond",)
        lost = total(measured(config, name, "AuditFailures", "sum") for name in askers)
        listed.append(Watch("audit-lost", "Entries of the audit trail cannot be written", lost))
    if stream:
        stuck = _metric("AWS/EventBridge/Pipes", "ExecutionFailed", "sum", PipeName=config.prefix)
        listed.append(Watch("pipe-failures", "The Pipe cannot hand log batches to intake", stuck, 2, 2))
    return listed


def measured(config: Config, function: str, name: str, statistic: str) -> cw.Metric:
    """A metric that a function reports of its work (`lambda_image.handlers.metrics`)."""
    return _metric(NAMESPACE, name, statistic, function=function_name(config, function))


def total(metrics: Iterable[cw.IMetric]) -> cw.MathExpression:
    """The sum of metrics, as one."""
    named = {f"{letter}1": metric for letter, metric in zip(_letters(), metrics, strict=False)}
    filled = " + ".join(f"FILL({name}, 0)" for name in named)
    return cw.MathExpression(expression=filled, using_metrics=named, period=PERIOD, label="total")


def _letters() -> list[str]:
    return [*ascii_lowercase, *(f"x{letter}" for letter in ascii_lowercase)]


def _of_lambda(function: str, name: str, statistic: str) -> cw.Metric:
    return _metric("AWS/Lambda", name, statistic, FunctionName=function)


def _metric(namespace: str, name: str, statistic: str, **dimensions: str) -> cw.Metric:
    return cw.Metric(
        namespace=namespace, metric_name=name, statistic=statistic, period=PERIOD, dimensions_map=dimensions
    )
