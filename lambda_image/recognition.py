"""What was decided of fingerprints, remembered: in this function while it is warm, else in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lambda_image.domain.identity import Decision
from lambda_image.domain.incident import Intake, Sighting
from lambda_image.ports import Identities
from lambda_image.steps.reading.fingerprint import EXPLICIT, OF_MESSAGES
from lambda_image.steps.reading.recognise import Recogniser, names, place_of, recognise

# Fingerprints that a warm function remembers; each takes about 1 KB.
REMEMBERED = 10_000
# Errors that are decided on together: with two names and one log group each, 90 of the 100 actions of a
# DynamoDB transaction.
TOGETHER = 30
# With so many functions learning at once of one log group, each has had its turn.
TRIES = 20


class Recognition:
    """Tells the problem of each error; what was told once is told for ever.

    The ledger is asked only for fingerprints that this function has not met.
    """

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._met: dict[str, Decision] = {}

    def settle(self, intake: Intake) -> Intake:
        """The delivery with each sighting under the fingerprint of its problem. Raises TransientError."""
        unmet = [each for each in intake.sightings if _may_join(each) and each.fingerprint not in self._met]
        for start in range(0, len(unmet), TOGETHER):
            self._meet(unmet[start : start + TOGETHER])
        settled: dict[str, Sighting] = {}
        for each in intake.sightings:
            sighting = self._settled(each)
            before = settled.get(sighting.fingerprint)
            settled[sighting.fingerprint] = before.with_more(sighting) if before else sighting
        return replace(intake, sightings=tuple(settled.values()))

    def _settled(self, sighting: Sighting) -> Sighting:
        decision = self._met.get(sighting.fingerprint)
        if decision is None or decision == sighting.decision:
            return sighting
        return replace(sighting, fingerprint=decision.fingerprint, decision=decision)

    def _meet(self, sightings: Sequence[Sighting]) -> None:
        """Look the decisions up, or decide and keep; whoever was faster is followed.

        Without a turn in all tries each error stays its own problem: a split does less harm than a wait.
        """
        asked = [name for sighting in sightings for name in names(sighting)]
        known: dict[str, Decision] = {}
        for _ in range(TRIES):
            known = self._identities.decided(asked)
            new = [each for each in sightings if each.fingerprint not in known]
            places = {place_of(each) for each in new if each.decision and each.decision.rule in OF_MESSAGES}
            recognisers = {place: Recogniser(self._identities.sayings(place)) for place in sorted(places)}
            made = recognise(new, known, recognisers)
            if not made or self._identities.keep(made, [each.learned() for each in recognisers.values()]):
                known = {**known, **made}
                break
        if len(self._met) + len(sightings) > REMEMBERED:
            self._met.clear()
        for each in sightings:
            found = known.get(each.fingerprint)
            decision = each.decision if found is None or found.fingerprint == each.fingerprint else found
            if decision is not None:
                self._met[each.fingerprint] = decision


def _may_join(sighting: Sighting) -> bool:
    """Whether this error may be a problem under another name; the team's own rules are the last word."""
    return sighting.decision is not None and sighting.decision.rule != EXPLICIT
