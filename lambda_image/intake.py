"""Where the story begins: a batch of logs is counted, and what is to be told is queued."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lambda_image.domain.errors import TransientError
from lambda_image.domain.records import UndecodedDelivery
from lambda_image.observing.work import current
from lambda_image.ports import Ledger, WorkQueue
from lambda_image.recognition import Recognition
from lambda_image.steps.reading.decode import decode
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import understand


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: raw `records`, those held back by rule, occurrences `seen`, work `queued`.

    `opened` are the threads of the incidents, `redactions` the secrets in what the problems are known by.
    `failed` are the ids of the deliveries that must come again: undecodable, or not counted for now.
    """

    failed: tuple[str, ...]
    records: int
    suppressed: tuple[tuple[str, int], ...]
    seen: int
    queued: int
    opened: tuple[str, ...] = ()
    redactions: int = 0


def take_in(
    event: object, policy: IntakePolicy, recognition: Recognition, ledger: Ledger, incidents: WorkQueue
) -> Taken:
    """Count every record and queue what is to be told: new problems, returns, spikes and digests."""
    failed = []
    held: Counter[str] = Counter()
    records = seen = redactions = 0
    opened: list[str] = []
    for delivery in decode(event):
        if isinstance(delivery, UndecodedDelivery):
            failed.append(delivery.id)
            continue
        try:
            # A trace of its own for each record, from here to the pull request.
            with current().tracer.span("record", "consumer", parent={}):
                intake = recognition.settle(understand(delivery, policy))
                for work in ledger.observe(intake):
                    incidents.send(work)
                    opened.append(work.thread_id)
        except TransientError:
            failed.append(delivery.id)
            continue
        held.update(dict(intake.suppressed))
        seen += sum(sighting.count for sighting in intake.sightings)
        redactions += sum(sighting.redactions for sighting in intake.sightings)
        records += intake.records
    rules = tuple(sorted(held.items()))
    return Taken(tuple(failed), records, rules, seen, len(opened), tuple(opened), redactions)
