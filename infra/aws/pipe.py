"""The Pipe from the log stream to `intake`: bounded retries, split batches, and a dead-letter queue."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_pipes as pipes
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.function import SystemFunction
from infra.aws.log_group import OwnLogGroup
from infra.aws.names import pipe_log_group
from infra.aws.queues import DeadLetterQueue
from infra.aws.roles import THIS_ACCOUNT, system_role
from infra.aws.stream import LogStream

# As on loopback. A batch of 10 records of 1 MiB at most stays what a Pipe itself cuts to an invocation.
BATCH_SIZE = 10
WINDOW_SECONDS = 2
RETRIES = 5
# Older than this, an error in the channel is history; without a limit a bad record would block its shard.
LARGEST_AGE_SECONDS = 3_600


class LogPipe(Construct):
    """Batches of log records to a function, in order by shard.

    Its dead letters name the shard and the sequence numbers, which the stream still holds for a day.
    """

    def __init__(self, scope: Construct, config: Config, stream: LogStream, intake: SystemFunction) -> None:
        super().__init__(scope, "Pipe")
        self.dead_letters = DeadLetterQueue(self, "DeadLetters")
        log = OwnLogGroup(self, "Log", config, pipe_log_group(config))
        role = self._role(config, stream, intake)
        pipes.CfnPipe(
            self,
            "Pipe",
            name=config.prefix,
            role_arn=role.role_arn,
            source=stream.stream_arn,
            source_parameters=pipes.CfnPipe.PipeSourceParametersProperty(
                kinesis_stream_parameters=self._reading()
            ),
            target=intake.arn,
            target_parameters=pipes.CfnPipe.PipeTargetParametersProperty(
                lambda_function_parameters=pipes.CfnPipe.PipeTargetLambdaFunctionParametersProperty(
                    invocation_type="REQUEST_RESPONSE"
                )
            ),
            log_configuration=pipes.CfnPipe.PipeLogConfigurationProperty(
                level="ERROR",
                cloudwatch_logs_log_destination=pipes.CfnPipe.CloudwatchLogsLogDestinationProperty(
                    log_group_arn=log.log_group_arn
                ),
            ),
        )

    def _reading(self) -> pipes.CfnPipe.PipeSourceKinesisStreamParametersProperty:
        return pipes.CfnPipe.PipeSourceKinesisStreamParametersProperty(
            starting_position="LATEST",
            batch_size=BATCH_SIZE,
            maximum_batching_window_in_seconds=WINDOW_SECONDS,
            maximum_retry_attempts=RETRIES,
            maximum_record_age_in_seconds=LARGEST_AGE_SECONDS,
            on_partial_batch_item_failure="AUTOMATIC_BISECT",
            dead_letter_config=pipes.CfnPipe.DeadLetterConfigProperty(arn=self.dead_letters.queue_arn),
        )

    def _role(self, config: Config, stream: LogStream, intake: SystemFunction) -> iam.Role:
        arn = cdk.Stack.of(self).format_arn(service="pipes", resource="pipe", resource_name=config.prefix)
        statements = [
            rights.allow(
                stream.stream_arn,
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
            ),
            rights.allow(stream.key.key_arn, "kms:Decrypt"),
            rights.send_to(self.dead_letters),
            rights.invoke(intake.arn),
        ]
        source = {**THIS_ACCOUNT, "ArnEquals": {"aws:SourceArn": arn}}
        return system_role(self, "Role", "pipes.amazonaws.com", statements, source)
