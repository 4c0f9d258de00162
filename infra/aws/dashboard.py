"""One page of graphs: what came in, what was shown, how fast, at what cost, and what waits."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cw
from constructs import Construct

from infra.aws.alarms import PERIOD, measured, watches
from infra.aws.config import Config

WIDTH = 12
INTAKE = (
    "RecordsReceived",
    "RecordsHeldBack",
    "ErrorsSeen",
    "ProblemsQueued",
    "ControlMessages",
    "Redactions",
)
ANSWERS = ("CardsPublished", "ClaimsKept", "ClaimsDropped", "RetrievalHits")
TOKENS = ("InputTokens", "OutputTokens", "PriceUSD")
TIMES = ("AnswerSeconds", "GatherSeconds", "RetrievalSeconds", "DiagnoseSeconds", "ModelSeconds")
REPAIR_TIMES = ("WorkSeconds", "ProposeSeconds", "ModelSeconds", "VerifySeconds")
FAILURES = (
    "ModelErrors",
    "ModelFailures",
    "BudgetExceeded",
    "RetrievalEmpty",
    "MessagesFailed",
    "AuditFailures",
)
FIXES = ("FixesWatched", "FixesTold", "LooksFailed")
REPAIRS = ("RepairsTried", "RepairsProved", "PullRequestsOpened", "AttemptsRefused")


class Dashboard(Construct):
    """The dashboard, named after the deployment; its graphs are those of the alarms, and of the work."""

    def __init__(self, stack: cdk.Stack, config: Config) -> None:
        super().__init__(stack, "Graphs")
        rows = [
            ("Log records, and the problems in them", "intake", INTAKE, "sum"),
            ("Cards", "respond", ANSWERS, "sum"),
            ("Seconds from error to card, and of its stages", "respond", TIMES, "p90"),
            ("Tokens and dollars of answers", "respond", TOKENS, "sum"),
            ("What went wrong with answers", "respond", FAILURES, "sum"),
        ]
        if config.pull_requests:
            rows += [
                ("Repairs", "repair", REPAIRS, "sum"),
                ("Seconds of a repair and of its stages", "repair", REPAIR_TIMES, "p90"),
                ("Tokens and dollars of repairs", "repair", TOKENS, "sum"),
                ("Fixes that are followed", "watch", FIXES, "sum"),
            ]
        work = [
            _graph(title, [measured(config, function, name, statistic) for name in names])
            for title, function, names, statistic in rows
        ]
        if config.pull_requests:
            work.append(_graph("Share of repairs that were proved", [_proof_rate(config)]))
        health = [_graph(f"{watch.name}: {watch.says}", [watch.metric]) for watch in watches(stack, config)]
        graphs = [*work, *health]
        cw.Dashboard(
            self,
            "Dashboard",
            dashboard_name=config.prefix,
            widgets=[graphs[at : at + 2] for at in range(0, len(graphs), 2)],
        )


def _proof_rate(config: Config) -> cw.MathExpression:
    tried, proved = (measured(config, "repair", name, "sum") for name in ("RepairsTried", "RepairsProved"))
    return cw.MathExpression(
        expression="100 * proved / tried",
        using_metrics={"proved": proved, "tried": tried},
        period=PERIOD,
        label="per cent",
    )


def _graph(title: str, metrics: list[cw.IMetric]) -> cw.GraphWidget:
    return cw.GraphWidget(title=title, left=metrics, width=WIDTH)
