"""What is done again and again: an EventBridge schedule, with a queue for what could not be started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.queues import DeadLetterQueue
from infra.aws.roles import THIS_ACCOUNT, system_role

RETRIES = 3
HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Target:
    """What is started, with which JSON, and what starting it takes; `task` for a container of ECS."""

    arn: str
    payload: Mapping[str, object]
    rights: list[iam.PolicyStatement]
    task: scheduler.CfnSchedule.EcsParametersProperty | None = None


class Schedule(Construct):
    """Starts the target by an expression of EventBridge Scheduler, in UTC; `about` says what it does."""

    def __init__(self, scope: Construct, expression: str, about: str, target: Target) -> None:
        super().__init__(scope, "Schedule")
        dead_letters = DeadLetterQueue(self, "DeadLetters")
        starting = [*target.rights, rights.send_to(dead_letters)]
        role = system_role(self, "Role", "scheduler.amazonaws.com", starting, THIS_ACCOUNT)
        scheduler.CfnSchedule(
            self,
            "Schedule",
            description=about,
            schedule_expression=expression,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=target.arn,
                role_arn=role.role_arn,
                input=cdk.Stack.of(self).to_json_string(dict(target.payload)),
                ecs_parameters=target.task,
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=dead_letters.queue_arn),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=HOUR, maximum_retry_attempts=RETRIES
                ),
            ),
        )


def wiki_schedule(scope: Construct, config: Config, target: Target) -> Schedule:
    """When the wiki is read."""
    return Schedule(scope, config.wiki.schedule, f"{config.prefix}: reads the wiki", target)
