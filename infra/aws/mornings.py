"""The end of each channel's quiet hours: an EventBridge schedule by the clocks of its zone, for `respond`."""

from __future__ import annotations

import json
from dataclasses import asdict

from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.roles import THIS_ACCOUNT, system_role
from lambda_image.domain.quiet import Morning, QuietHours, quiet_hours

RETRIES = 3
HOUR = 3_600


def mornings(scope: Construct, config: Config, incidents: sqs.IQueue) -> None:
    """Them, where a channel has quiet hours."""
    if any(each.quiet for each in config.channels):
        Mornings(scope, config, incidents)


class Mornings(Construct):
    """Puts a message into the queue of `respond` for each of these channels, by its name.

    One that cannot be put there is not kept: the next morning tells all that waits.
    """

    def __init__(self, scope: Construct, config: Config, incidents: sqs.IQueue) -> None:
        super().__init__(scope, "Mornings")
        self._queue = incidents
        sending = [rights.send_to(incidents)]
        self._role = system_role(self, "Role", "scheduler.amazonaws.com", sending, THIS_ACCOUNT)
        for each in config.channels:
            if each.quiet:
                self._schedule(config, each.name, quiet_hours(each.quiet))

    def _schedule(self, config: Config, channel: str, hours: QuietHours) -> None:
        scheduler.CfnSchedule(
            self,
            "".join(word.capitalize() for word in channel.split("-")),
            description=f"{config.prefix}: the quiet hours of {channel} are over",
            schedule_expression=f"cron({hours.end.minute} {hours.end.hour} * * ? *)",
            schedule_expression_timezone=hours.zone.key,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self._queue.queue_arn,
                role_arn=self._role.role_arn,
                input=json.dumps(asdict(Morning(channel))),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=HOUR, maximum_retry_attempts=RETRIES
                ),
            ),
        )
