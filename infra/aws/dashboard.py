"""One page of graphs: what came in, what was shown, how fast, at what cost, and what waits."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cw
from constructs import Construct

from infra.aws.alarms import measured, watches
from infra.aws.config import Config

WIDTH = 12
INTAKE = ("RecordsReceived", "RecordsHeldBack", "ErrorsSeen", "ProblemsQueued")
ANSWERS = ("CardsPublished", "ModelFailures", "ClaimsKept", "ClaimsDropped")
TOKENS = ("InputTokens", "OutputTokens")
REPAIRS = ("RepairsTried", "RepairsProved", "PullRequestsOpened", "AttemptsRefused")


class Dashboard(Construct):
    """The dashboard, named after the deployment; its graphs are those of the alarms, and of the work."""

    def __init__(self, stack: cdk.Stack, config: Config) -> None:
        super().__init__(stack, "Graphs")
        rows = [
            ("Log records, and the problems in them", "intake", INTAKE, "sum"),
            ("Cards", "respond", ANSWERS, "sum"),
            ("Seconds from error to card", "respond", ("AnswerSeconds", "ModelSeconds"), "p90"),
            ("Tokens of answers", "respond", TOKENS, "sum"),
        ]
        if config.pull_requests:
            rows += [
                ("Repairs", "repair", REPAIRS, "sum"),
                ("Tokens of repairs", "repair", TOKENS, "sum"),
            ]
        work = [
            _graph(title, [measured(config, function, name, statistic) for name in names])
            for title, function, names, statistic in rows
        ]
        health = [_graph(f"{watch.name}: {watch.says}", [watch.metric]) for watch in watches(stack, config)]
        graphs = [*work, *health]
        cw.Dashboard(
            self,
            "Dashboard",
            dashboard_name=config.prefix,
            widgets=[graphs[at : at + 2] for at in range(0, len(graphs), 2)],
        )


def _graph(title: str, metrics: list[cw.IMetric]) -> cw.GraphWidget:
    return cw.GraphWidget(title=title, left=metrics, width=WIDTH)
