"""Several ways to people at once: each is told by itself, once, and none waits for what another refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from lambda_image.domain.channels import delivered_by, noted
from lambda_image.domain.errors import PermanentError, TracemendError, TransientError
from lambda_image.domain.notification import Telling
from lambda_image.observing import log
from lambda_image.ports import Notifier, Receipts


def everything(_: str) -> bool:
    """For a way that is told of every log group."""
    return True


@dataclass(frozen=True, slots=True)
class Way:
    """One notifier, the name that its deliveries are noted by, and the log groups that it is told of."""

    name: str
    notifier: Notifier
    takes: Callable[[str], bool] = everything


@dataclass(frozen=True, slots=True)
class Channels:
    """Implements `Notifier`: all ways in order, and what is out noted in the ledger, by way and message.

    When some fail the others have been told all the same; the error names the failed ones, and the next try
    sends only what is missing.
    """

    ways: Sequence[Way]
    receipts: Receipts

    def publish(self, telling: Telling) -> None:
        """See `Notifier.publish`. What happened nowhere, as a digest, is told everywhere."""
        failed = [
            error
            for way in self.ways
            if not telling.log_group or way.takes(telling.log_group)
            if (error := self._failure(way, telling))
        ]
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
