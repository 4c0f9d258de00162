"""Quiet hours: what is not urgent waits for the morning and is told once, whatever fails meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from lambda_image.channels import Channels, Quiet, Way
from lambda_image.domain.channels import TOPIC, Channel
from lambda_image.domain.errors import TransientError
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.noise import Spike
from lambda_image.domain.quiet import Morning, quiet_hours
from lambda_image.domain.severity import Severity
from lambda_image.notices import tell_morning
from lambda_image.steps.telling.notice import compose_spike
from tests.fakes.events import START, intake
from tests.fakes.stores import MemoryKeeping
from tests.unit.test_channels import CASE, Office


# Noon in Berlin, 24 July; and the nights in which its clocks are put forward and back in 2026.
@pytest.mark.parametrize(
    ("hours", "now", "window"),
    [
        ("22:00-07:00 Europe/Berlin", "2026-07-24T12:00+02:00", None),
        ("22:00-07:00 Europe/Berlin", "2026-07-24T21:59+02:00", None),
        ("22:00-07:00 Europe/Berlin", "2026-07-24T22:00+02:00", ("07-24T20:00", "07-25T05:00")),
        ("22:00-07:00 Europe/Berlin", "2026-07-25T06:59+02:00", ("07-24T20:00", "07-25T05:00")),
        ("22:00-07:00 Europe/Berlin", "2026-07-25T07:00+02:00", None),
        ("22:00-07:00 Europe/Berlin", "2026-03-29T03:30+02:00", ("03-28T21:00", "03-29T05:00")),
        ("22:00-07:00 Europe/Berlin", "2026-10-25T02:30+01:00", ("10-24T20:00", "10-25T06:00")),
        ("12:00-13:30 Asia/Jakarta", "2026-07-24T13:00+07:00", ("07-24T05:00", "07-24T06:30")),
        ("12:00-13:30 Asia/Jakarta", "2026-07-24T13:00+09:00", None),
        ("23:30-00:15 America/New_York", "2026-07-25T04:10+00:00", ("07-25T03:30", "07-25T04:15")),
    ],
)
def test_quiet_hours_go_by_the_clocks_of_their_zone(
    hours: str, now: str, window: tuple[str, str] | None
) -> None:
    digest = quiet_hours(hours).digest("ops", int(datetime.fromisoformat(now).timestamp() * 1_000))

    times = [f"2026-{each}+00:00" for each in window or ()]
    bounds = [int(datetime.fromisoformat(each).timestamp() * 1_000) for each in times]
    assert (digest and [digest.began, digest.closes]) == (bounds or None)
    assert digest is None or digest.fingerprint == f"digest-quiet-ops-{bounds[1]}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("22-7 Europe/Berlin", "write two times of day and a zone, like 22:00-07:00 Europe/Berlin"),
        ("25:00-07:00 Europe/Berlin", "write two times of day"),
        ("07:00-07:00 Europe/Berlin", "write two times of day"),
        ("22:00-07:00 Berlin", "'Berlin', which is no IANA time zone"),
        ("22:00-07:00 ../etc/passwd", "which is no IANA time zone"),
    ],
)
def test_quiet_hours_of_another_form_are_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Channel("team", "teams", quiet=text)


class Night(Office):
    """An office whose hook has quiet hours, and it is night."""

    def __init__(self, cases: int = 1) -> None:
        super().__init__()
        self.cases = [
            replace(CASE, fingerprint=f"v1-{at}", thread_id=f"v1-{at}-{START}") for at in range(cases)
        ]
        for each in self.cases:
            self.ledger.observe(intake(each.fingerprint, fingerprint=each.fingerprint))
        hours = quiet_hours("22:00-07:00 Europe/Berlin")
        night = datetime.fromisoformat("2026-11-24T23:00+01:00")
        self.clock.time = int(night.timestamp() * 1_000)
        self.keeping = MemoryKeeping(self.ledger.begin)
        quiet = Quiet("hook", self.ways["hook"], hours, Severity.CRITICAL, self.keeping, self.clock)
        ways = [Way(TOPIC, self.ways[TOPIC]), Way("team", self.ways["team"]), Way("hook", quiet)]
        self.desk = replace(self.desk, notifier=Channels(ways, self.ledger))

    def spike(self, case: Incident, count: int = 51) -> None:
        """Tell of it."""
        spike = case.spike or Spike(self.clock.now(), count, 1)
        spiking = replace(case, spike=spike)
        with self.desk.claimed(spiking, Task.SPIKE) as claim:
            if claim is None:
                return
            told = compose_spike(spiking, spike)
            self.desk.publish(told, claim, spiking.event.log_group, spiking)
            self.desk.close(told, claim)

    def morning(self) -> list[str]:
        """The schedule has fired; the cards that the hook was told of since."""
        before = len(self.ways["hook"].published)
        tell_morning(Morning("hook"), self.desk, self.keeping)
        return [each.title for each in self.ways["hook"].published[before:]]


def test_what_is_not_urgent_waits_for_the_morning_and_is_told_once() -> None:
    night = Night(cases=12)
    for case in night.cases:
        night.spike(case)
    assert [len(way.published) for way in night.ways.values()] == [12, 12, 0]
    assert night.morning() == []
    night.clock.advance(8 * 3_600)

    assert night.morning() == ["12 messages in the quiet hours"]
    assert night.morning() == []
    said = night.ways["hook"].published[0].description
    assert (
        "12 messages that were not urgent were kept from Nov 24, 2026 21:00 UTC to Nov 25, 2026 06:00" in said
    )
    assert (said.count("(v1-"), "And 2 more" in said) == (10, True)
    assert [len(way.published) for way in night.ways.values()] == [12, 12, 1]


def test_what_is_urgent_is_told_at_night_and_by_day_nothing_waits() -> None:
    night = Night(cases=2)
    night.spike(night.cases[0], count=100)
    assert len(night.ways["hook"].published) == 1
    night.clock.advance(8 * 3_600)
    night.spike(night.cases[1])

    assert len(night.ways["hook"].published) == 2
    assert night.morning() == []


def test_a_failure_elsewhere_keeps_nothing_twice_and_a_missed_morning_is_made_good() -> None:
    night = Night()
    night.ways["team"].room = 0
    for _ in range(2):
        with pytest.raises(TransientError):
            night.spike(night.cases[0])
    night.clock.advance(3 * 86_400)
    night.ways["team"].room = 9
    told = Spike(night.clock.now() - 3 * 86_400_000, 51, 1)
    night.spike(replace(night.cases[0], spike=told))
    assert [len(way.published) for way in night.ways.values()] == [1, 1, 0]
    night.ways["hook"].room = 0
    with pytest.raises(TransientError):
        night.morning()
    night.ways["hook"].room = 9

    assert night.morning() == ["1 message in the quiet hours"]
    assert night.morning() == []
