"""Once and only once, with the ledger in memory and crashes at every point."""

from __future__ import annotations

import pytest

from lambda_image.desk import Desk
from lambda_image.domain.diagnosis import Confidence, Diagnosis, Fault
from lambda_image.domain.errors import TransientError, WorkInProgress
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.notification import Notification, Outcome, Telling
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, incident, intake
from tests.fakes.ledger import MemoryLedger
from tests.fakes.stores import MemoryNotifier, MemoryTraces


class Office:
    """A desk in memory, with one incident waiting."""

    def __init__(self) -> None:
        self.clock = FixedClock(START, remaining=60)
        self.ledger = MemoryLedger(self.clock)
        self.notifier = MemoryNotifier()
        self.desk = Desk(self.clock, self.ledger, MemoryTraces(), self.notifier)
        self.ledger.observe(intake())
        self.decided = 0

    def outcome(self) -> Outcome:
        """A decision, counted."""
        self.decided += 1
        case = incident()
        message = Notification("n1", case.fingerprint, case.thread_id, "new", "title", "text")
        return Outcome(case.fingerprint, case.thread_id, Task.RESPOND, nothing(), message)

    def work(self, case: Incident) -> bool:
        """What `respond` does."""
        with self.desk.claimed(case, Task.RESPOND) as claim:
            if claim is None:
                return False
            outcome = self.desk.remembered(case, Task.RESPOND, self.outcome)
            self.desk.publish(outcome, claim)
            self.desk.close(outcome, claim)
            return True


def nothing() -> Diagnosis:
    """A diagnosis that knows nothing."""
    return Diagnosis((), Fault.UNKNOWN, Confidence.NOT_KNOWN, (), (), (), ())


@pytest.fixture
def office() -> Office:
    """A fresh one."""
    return Office()


def test_work_is_done_once(office: Office) -> None:
    assert office.work(incident())
    assert not office.work(incident())
    assert len(office.notifier.published) == 1


def test_work_that_is_under_way_is_refused(office: Office) -> None:
    office.ledger.claim(incident().fingerprint, Task.RESPOND, 60)

    with pytest.raises(WorkInProgress):
        office.work(incident())


def test_a_failed_piece_of_work_can_be_claimed_at_once(office: Office) -> None:
    with pytest.raises(TransientError), office.desk.claimed(incident(), Task.RESPOND):
        raise TransientError("throttled")

    assert office.work(incident())


def test_a_lease_outlives_its_invocation(office: Office) -> None:
    claim = office.ledger.claim(incident().fingerprint, Task.RESPOND, office.clock.remaining() + 5)

    assert claim.lease_until > office.clock.now() + 60_000


def test_after_a_crash_before_publishing_the_decision_is_not_made_again(office: Office) -> None:
    case = incident()
    office.ledger.claim(case.fingerprint, Task.RESPOND, 30)
    office.desk.remembered(case, Task.RESPOND, office.outcome)
    office.clock.advance(31)

    assert office.work(case)
    assert office.decided == 1
    assert len(office.notifier.published) == 1


def test_after_a_crash_behind_publishing_the_receipt_prevents_a_second_message(office: Office) -> None:
    case = incident()
    office.ledger.claim(case.fingerprint, Task.RESPOND, 30)
    outcome = office.desk.remembered(case, Task.RESPOND, office.outcome)
    assert outcome.notification
    office.notifier.publish(Telling(outcome))
    office.ledger.confirm(case.fingerprint, outcome.notification.id)
    office.clock.advance(31)

    assert office.work(case)
    assert len(office.notifier.published) == 1
    assert not office.work(case)
