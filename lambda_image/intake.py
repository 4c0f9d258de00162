"""Where the story begins: a batch of logs is counted, and each new problem is queued."""

from __future__ import annotations

from lambda_image.domain.records import UndecodedDelivery
from lambda_image.ports import Ledger, WorkQueue
from lambda_image.steps.decode import decode
from lambda_image.steps.understand import IntakePolicy, understand


def take_in(event: object, policy: IntakePolicy, ledger: Ledger, incidents: WorkQueue) -> tuple[str, ...]:
    """Count every record and queue each new problem; the ids of the deliveries that must come again."""
    failed = []
    for delivery in decode(event):
        if isinstance(delivery, UndecodedDelivery):
            failed.append(delivery.id)
            continue
        for incident in ledger.observe(understand(delivery, policy)):
            incidents.send(incident)
    return tuple(failed)
