"""Several ways to people at once: each is told by itself, once, and none waits for what another refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from lambda_image.domain.channels import delivered_by, noted
from lambda_image.domain.errors import PermanentError, TracemendError, TransientError
from lambda_image.domain.notification import Telling
from lambda_image.domain.quiet import KeptMessage, QuietHours
from lambda_image.domain.severity import Severity
from lambda_image.observing import log
from lambda_image.ports import Clock, Keeping, Notifier, Receipts

# Characters of a message's title that are kept.
TITLE = 160
KEPT = "-kept"


def everything(_: Telling) -> bool:
    """For a way that is told of all there is."""
    return True


@dataclass(frozen=True, slots=True)
class Way:
    """One notifier, the name that its deliveries are noted by, and what it is told of."""

    name: str
    notifier: Notifier
    takes: Callable[[Telling], bool] = everything

    def hears(self, telling: Telling) -> bool:
        """Whether it is told this: who heard of a problem hears what becomes of it, however bad that is."""
        if telling.only:
            return telling.only == self.name
        return bool(delivered_by(self.name, telling.delivered)) or self.takes(telling)


@dataclass(frozen=True, slots=True)
class Channels:
    """Implements `Notifier`: all ways in order, and what is out noted in the ledger, by way and message.

    When some fail the others have been told all the same; the error names the failed ones, and the next try
    sends only what is missing.
    """

    ways: Sequence[Way]
    receipts: Receipts

    def publish(self, telling: Telling) -> None:
        """See `Notifier.publish`."""
        failed = [error for way in self.ways if way.hears(telling) if (error := self._failure(way, telling))]
        if failed:
            kind = (
                TransientError if any(isinstance(each, TransientError) for each in failed) else PermanentError
            )
            raise kind("; ".join(map(str, failed)))

    def _failure(self, way: Way, telling: Telling) -> TracemendError | None:
        out = delivered_by(way.name, telling.delivered)
        note = partial(self._note, telling, way.name)
        try:
            way.notifier.publish(replace(telling, delivered=out, note=note))
        except TracemendError as error:
            log.warning("a channel was not told", channel=way.name, **log.of(error))
            return error
        return None

    def _note(self, telling: Telling, name: str, message_id: str) -> None:
        """Into the ledger. Where that fails the message is out all the same, as the work's end will tell."""
        try:
            self.receipts.confirm(telling.outcome.fingerprint, noted(name, message_id))
        except TracemendError as error:
            log.warning("a delivery was not noted", channel=name, **log.of(error))
        telling.note(message_id)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Implements `Notifier`: in the quiet `hours` of a channel what is less than `urgent` is kept, else told.

    What is kept is noted as such, and a repeat neither keeps nor tells it; a digest does when they are over.
    """

    channel: str
    notifier: Notifier
    hours: QuietHours
    urgent: Severity
    keeping: Keeping
    clock: Clock

    def publish(self, telling: Telling) -> None:
        """See `Notifier.publish`."""
        card = telling.outcome.card
        if card and f"{card.id}{KEPT}" in telling.delivered:
            return
        digest = self.hours.digest(self.channel, self.clock.now())
        if digest is None or card is None or telling.only or telling.severity.reaches(self.urgent):
            self.notifier.publish(telling)
            return
        message = KeptMessage(card.id, card.fingerprint, card.title[:TITLE], telling.severity)
        self.keeping.keep(self.channel, digest, message)
        telling.note(f"{card.id}{KEPT}")
