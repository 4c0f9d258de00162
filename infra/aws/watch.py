"""What follows our pull requests after they were opened: a function on a schedule, with a role of its own."""

from __future__ import annotations

from constructs import Construct

from infra.aws import rights, told
from infra.aws.function import FunctionSpec, Surroundings, SystemFunction
from infra.aws.functions import TIMEOUTS, Stores, desk, publishing
from infra.aws.queues import DeadLetterQueue
from infra.aws.schedule import Schedule, Target

RATE = "rate(15 minutes)"


class WatchFunction(Construct):
    """Reads the tokens that open pull requests, to ask for their state and to comment; it asks no model."""

    def __init__(self, scope: Construct, around: Surroundings, stores: Stores) -> None:
        super().__init__(scope, "Watching")
        config = around.config
        spec = FunctionSpec(
            name="watch",
            timeout=TIMEOUTS["watch"],
            memory=1_024,
            storage=2_048,
            settings={
                **publishing(config, stores),
                **told.code_hosts(config, writes=True),
                **told.aftermath(config),
            },
            rights=[
                *desk(self, config, stores),
                *rights.reach_code(self, config, writes=True, pushes=False),
                *rights.see_what_runs(self, config),
            ],
            dead_letters=DeadLetterQueue(self, "DeadLetters"),
        )
        self.function = SystemFunction(self, spec, around)
        target = Target(self.function.arn, {}, [rights.invoke(self.function.arn)])
        Schedule(self, RATE, f"{config.prefix}: looks what became of pull requests", target)
