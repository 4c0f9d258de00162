"""A delivery that cannot be counted now is named, and harms no other."""

from __future__ import annotations

import json
from pathlib import Path

from lambda_image.domain.errors import TransientError
from lambda_image.domain.incident import Incident, Intake
from lambda_image.domain.noise import Digest
from lambda_image.intake import take_in
from lambda_image.recognition import Recognition
from lambda_image.steps.reading.policy import IntakePolicy
from tests.fakes.clock import FixedClock
from tests.fakes.identities import MemoryIdentities
from tests.fakes.ledger import MemoryLedger
from tests.fakes.stores import MemoryQueue

BATCH = json.loads((Path(__file__).parents[1] / "events" / "pipe_batch.json").read_text())


class ThrottledLedger(MemoryLedger):
    """Refuses the second delivery until it is let go."""

    throttled = True
    asked = 0

    def observe(self, intake: Intake) -> tuple[Incident | Digest, ...]:
        """See `Ledger.observe`."""
        self.asked += 1
        if self.throttled and self.asked == 2:
            raise TransientError("throttled")
        return super().observe(intake)


def test_only_the_record_that_was_not_counted_comes_again_and_what_follows_counts_once() -> None:
    ledger, queue = ThrottledLedger(FixedClock()), MemoryQueue()
    recognition = Recognition(MemoryIdentities(ledger))
    first = take_in(BATCH, IntakePolicy(), recognition, ledger, queue)
    ledger.throttled = False
    second = take_in(BATCH[1:], IntakePolicy(), recognition, ledger, queue)

    assert first.failed == (BATCH[1]["sequenceNumber"],)
    assert (first.records, second.failed) == (4, ())
    assert ledger.tally().records == 6
