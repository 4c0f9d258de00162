"""Errors whose fingerprint is new: whether they are a problem that is known under another name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lambda_image.domain.identity import Decision, Saying, Sayings
from lambda_image.domain.incident import Sighting
from lambda_image.steps.reading.fingerprint import OF_MESSAGES, VERSION, all_frames, identity
from lambda_image.steps.reading.templates import Miner, Template

# What is kept of one log group: a DynamoDB item may have 400 KB, and each write pays by the KB.
TEMPLATES = 400
BYTES = 64_000
KIND = 200


@dataclass(slots=True)
class Recogniser:
    """The templates of one place while new ones are learned."""

    sayings: Sayings
    _miners: dict[str, Miner[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.sayings.known:
            self._miner(each.kind).learn(tuple(each.words.split()), each.fingerprint)

    def decide(self, sighting: Sighting, own: Decision) -> Decision:
        """The problem of a message that was never seen: an earlier one's, or its own."""
        *kind, said, status = identity(sighting.told)
        template: Template = tuple(said.split())
        told = self._miner("/".join((*kind, status))[:KIND]).tell(template, own.fingerprint)
        if told.group == own.fingerprint:
            return own
        return replace(
            own,
            fingerprint=told.group,
            rule=own.rule if told.rule == "masks" else told.rule,
            beside=" ".join(told.template),
            distance=distance(template, told.template),
        )

    def learned(self) -> Sayings:
        """What is to be kept; what was not seen for longest goes first when it becomes too much."""
        known: list[Saying] = []
        room = BYTES
        for each in self._newest():
            room -= len(json.dumps((each.kind, each.words, each.fingerprint))) + 2
            if room < 0 or len(known) == TEMPLATES:
                break
            known.append(each)
        return replace(self.sayings, known=tuple(reversed(known)))

    def _newest(self) -> Iterator[Saying]:
        for kind, miner in reversed(self._miners.items()):
            for template, group in reversed(list(miner.known())):
                yield Saying(kind, " ".join(template), group)

    def _miner(self, kind: str) -> Miner[str]:
        """The miner of this kind, which is then the last one used."""
        miner = self._miners.pop(kind) if kind in self._miners else Miner[str](TEMPLATES)
        self._miners[kind] = miner
        return miner


def place_of(sighting: Sighting) -> str:
    """Where a message's templates are kept: with those of its log group that the same rules made."""
    return f"{VERSION}#{sighting.told.log_group}"


def names(sighting: Sighting) -> tuple[str, ...]:
    """All names by which an error may be known, its fingerprint first."""
    second = all_frames(sighting.told)
    return (sighting.fingerprint, second) if second else (sighting.fingerprint,)


def recognise(
    sightings: Iterable[Sighting], known: Mapping[str, Decision], recognisers: Mapping[str, Recogniser]
) -> dict[str, Decision]:
    """The decision for each name that has none yet, given those that are `known`."""
    made: dict[str, Decision] = {}
    for sighting in sightings:
        own = sighting.decision
        if own is None or sighting.fingerprint in known or sighting.fingerprint in made:
            continue
        _, *others = names(sighting)
        before = next((found for each in others if (found := known.get(each) or made.get(each))), None)
        if before is not None and before.fingerprint != own.fingerprint:
            own = replace(own, fingerprint=before.fingerprint, rule="all frames")
        elif own.rule in OF_MESSAGES:
            own = recognisers[place_of(sighting)].decide(sighting, own)
        made[sighting.fingerprint] = own
        made.update((each, own) for each in others if each not in known)
    return made


def distance(one: Template, other: Template) -> float:
    """The share of the words of one template that the other does not have in the same order, from 0 to 1."""
    return round(1 - _common_words(one, other) / max(len(one), 1), 3)


def _common_words(one: Template, other: Template) -> int:
    """The length of the longest common subsequence."""
    best = [0] * (len(other) + 1)
    for word in one:
        diagonal = 0
        for at, each in enumerate(other, start=1):
            diagonal, best[at] = best[at], diagonal + 1 if word == each else max(best[at], best[at - 1])
    return best[-1]
