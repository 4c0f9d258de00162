"""An error of our own through the real path: from a log group to the topic, and back as a receipt."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from infra.aws.config import Config
from infra.aws.doctor.check import Client
from lambda_image.domain.errors import TracemendError
from lambda_image.ports import LedgerReport
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import text_delivery, understand

# Letters that no mask takes for a number, in the first word, which is never a value: each check is a problem
# of its own.
LETTERS = "ghjkmnpqrstvwxyz"
PATIENCE = 300.0
PAUSE = 2.0


class NothingArrived(TracemendError):
    """The error did not come out at the topic in time."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A line that says what it is, the log group it goes to, and the fingerprint it will have."""

    log_group: str
    word: str

    @property
    def line(self) -> str:
        """What is written."""
        return (
            f"ERROR TracemendCheck{self.word}: make deploy wrote this line to see that alerts arrive; "
            "nothing is wrong"
        )

    @property
    def fingerprint(self) -> str:
        """As `intake` will compute it."""
        (sighting,) = understand(text_delivery(self.line, self.log_group), IntakePolicy()).sightings
        return sighting.fingerprint


def chosen(config: Config) -> Probe:
    """A probe for the first log group that is read; where all are, for one of its own."""
    word = "".join(random.SystemRandom().choices(LETTERS, k=12))
    return Probe(config.logs.groups[0] if config.logs.groups else f"/tracemend-check/{config.prefix}", word)


def seconds_to_channel(
    probe: Probe,
    account: Client,
    ledger: LedgerReport,
    patience: float = PATIENCE,
    tell: Callable[[str], object] = str,
) -> float:
    """Write the line and wait for the receipt of its card. Raises NothingArrived after `patience` seconds."""
    logs = account("logs")
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=probe.log_group)
    stream = f"tracemend-check-{probe.word}"
    logs.create_log_stream(logGroupName=probe.log_group, logStreamName=stream)
    event = {"timestamp": int(time.time() * 1_000), "message": probe.line}
    logs.put_log_events(logGroupName=probe.log_group, logStreamName=stream, logEvents=[event])
    began = time.monotonic()
    while not ledger.delivered(probe.fingerprint):
        waited = time.monotonic() - began
        if waited > patience:
            raise NothingArrived(
                f"the check's error in {probe.log_group} did not reach the topic in {patience:.0f} s. Look at"
                " the dead-letter queues and the logs of intake and respond; a filter, or a"
                " storm of new problems, may hold it back: see tracemend status"
            )
        tell(f"{waited:.0f} s")
        time.sleep(PAUSE)
    return time.monotonic() - began
