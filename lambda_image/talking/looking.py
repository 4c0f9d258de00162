"""An error that somebody described and nobody counted: looked for in the logs, and counted like any other."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from lambda_image.domain.incident import Incident, Sighting
from lambda_image.domain.records import Delivery, LogRecord
from lambda_image.ports import Clock, LogSearch
from lambda_image.steps.questions.description import sought, words
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import understand

# CloudWatch gives a few, the oldest first: an eighth of the time is looked at before all of it.
PARTS = (8, 1)


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks for one error, and hands its log events to `count`, which is the function `intake`.

    Not those of a problem that is `known`, by its fingerprint: they were counted when they came, and what
    came long ago is not recognised.
    """

    clock: Clock
    search: LogSearch
    count: Callable[[Sequence[LogRecord]], None]
    known: Callable[[str], Incident | None]
    policy: IntakePolicy = field(default_factory=IntakePolicy)

    def __call__(self, description: str, seconds: int) -> str:
        """JSON: the redacted title of what was `found`, or empty; its `fingerprint`; the number of `groups`.

        Raises TransientError and PermanentError.
        """
        title = fingerprint = ""
        for part in PARTS:
            if found := self._best(description, self.clock.now() - seconds * 1_000 // part):
                best, stream = found
                named = {name for occurrence in best.occurrences for name in occurrence.ids}
                if self.known(best.fingerprint) is None:
                    self.count([each for each in stream if each.id in named])
                title, fingerprint = best.title, best.fingerprint
                break
        return json.dumps({"found": title, "fingerprint": fingerprint, "groups": len(self.search.groups)})

    def _best(self, description: str, since: int) -> tuple[Sighting, list[LogRecord]] | None:
        """The error that shares most words with a description, of several the newest."""
        if not (wanted := words(description)):
            return None
        errors = self._errors(self.search.found(sought(description), since))
        shared = [(len(wanted & words(each.title)), each.last_seen, each, of) for each, of in errors]
        fitting = [each for each in shared if each[0] >= min(2, len(wanted))]
        return max(fitting, key=itemgetter(0, 1))[2:] if fitting else None

    def _errors(self, records: Sequence[LogRecord]) -> Iterator[tuple[Sighting, list[LogRecord]]]:
        """What of it is an error, with the records of its stream."""
        streams: dict[tuple[str, str], list[LogRecord]] = defaultdict(list)
        for each in records:
            streams[each.log_group, each.log_stream].append(each)
        for (group, stream), found in streams.items():
            found.sort(key=lambda each: (each.timestamp, each.id))
            delivery = Delivery("looked", found, content="looked", stream=f"{group}:{stream}")
            for sighting in understand(delivery, self.policy).sightings:
                yield sighting, found
