"""Problems that are one incident, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lambda_image.domain import joining, noise
from lambda_image.domain.affected import Whom
from lambda_image.domain.incident import Intake, Sighting, Task
from lambda_image.domain.joining import Joining, Neighbour, Opened, Opening
from lambda_image.domain.noise import State
from lambda_image.domain.storm import Joined, Member, Release, Storm
from tests.fakes.ledger_entry import Entry
from tests.fakes.merges import MemoryMerges


class MemoryStorms(MemoryMerges):
    """Implements `Storms`, and `Merges` by its parent."""

    def __init__(self) -> None:
        super().__init__()
        self._opened: tuple[Opened, ...] = ()
        self._releases: dict[str, dict[str, int]] = {}

    def storm(self, fingerprint: str) -> Storm:
        """See `Storms.storm`."""
        entry = self.entries.get(fingerprint)
        if entry is None:
            return Storm(answered=True)
        known = ((name, self.entries[name]) for name in entry.members)
        here = [
            (each, Member(name, each.title, each.joined.log_group))
            for name, each in known
            if each.joined and each.joined.fingerprint == fingerprint
        ]
        here.sort(key=lambda each: (each[0].opened_at, each[1].fingerprint))
        members = tuple(member for _, member in here)
        return Storm(Task.RESPOND in entry.done or entry.round > 0, members)

    def joining(
        self, sightings: Iterable[Sighting], room: int, now: int, new: Release | None
    ) -> dict[str, Joined]:
        """Which of these, that are to be opened, join another; who joins whom is kept."""
        self._opened = joining.lately(self._opened, now)
        openings = [
            Opening(each, tuple(self.entries.get(each.fingerprint, Entry()).apart)) for each in sightings
        ]
        return Joining(tuple(self._near(now)), room, now, new).join(openings)

    def join(
        self, states: Sequence[tuple[Sighting, State]], found: dict[str, Joined], opened: Opened
    ) -> None:
        """Keep what was opened, and who joined whom."""
        for sighting, state in states:
            if state in noise.ANSWERED:
                entry = self.entries[sighting.fingerprint]
                entry.joined, entry.members = found.get(sighting.fingerprint), set()
                self._opened += (Opened(sighting.fingerprint, opened.at, opened.deployment),)
        for name, into in found.items():
            self.entries[into.fingerprint].members.add(name)

    def new_release(self, intake: Intake, now: int) -> Release | None:
        """The delivery's release in its first minutes, where another one ran before."""
        release = intake.release
        if release is None:
            return None
        ran = self._releases.setdefault(release.place, {})
        began = ran.setdefault(release.version, now)
        return release if min(ran.values()) < began and now - began <= joining.REACH else None

    def _near(self, now: int) -> Iterator[Neighbour]:
        heard = {each.fingerprint for each in self._opened if self._heard(each.fingerprint, now)}
        for each in self._opened:
            entry = self.entries.get(each.fingerprint, Entry())
            home = entry.joined.fingerprint if entry.joined else each.fingerprint
            first = self.entries.get(home, Entry())
            if {home, each.fingerprint} <= heard and not (entry.joined and first.joined):
                named = entry.marks.get(Whom.REQUESTS, set())
                telling = not joining.general(len(named), entry.count - entry.seen_before)
                yield Neighbour(
                    each,
                    home,
                    first.thread_id,
                    entry.title,
                    named if telling else set(),
                    len(first.members),
                    entry.apart,
                )

    def _heard(self, fingerprint: str, now: int) -> bool:
        entry = self.entries.get(fingerprint, Entry())
        return entry.told and entry.muted_until <= now and not entry.merged_into
