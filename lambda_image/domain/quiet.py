"""Hours in which a channel hears only what is urgent, and what is kept for it until they are over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lambda_image.domain.noise import SECOND, Digest

FORM = "22:00-07:00 Europe/Berlin"
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d) (\S+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From a time of day to another, or to that of the next day, by the clocks of a zone."""

    begin: time
    end: time
    zone: ZoneInfo

    def digest(self, channel: str, now: int) -> Digest | None:
        """What is told once the quiet hours at `now`, ms since the epoch, are over; None outside of them.

        Where clocks are put forward or back meanwhile, they are shorter or longer.
        """
        today = datetime.fromtimestamp(now / SECOND, UTC).astimezone(self.zone).date()
        for day in (today - timedelta(days=1), today):
            over = day + timedelta(days=self.end < self.begin)
            began = _moment(datetime.combine(day, self.begin, self.zone))
            closes = _moment(datetime.combine(over, self.end, self.zone))
            if began <= now < closes:
                return Digest(f"digest-quiet-{channel}-{closes}", began, closes)
        return None


@dataclass(frozen=True, slots=True)
class Morning:
    """The channel of this name is to hear what was kept for it. Its field tells it from other work."""

    quiet_is_over_for: str


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """What a channel will hear of a message that was kept for it; `id` is the message's, `title` is cut."""

    id: str
    fingerprint: str
    title: str
    severity: str


@dataclass(frozen=True, slots=True)
class KeptMessages:
    """What was kept, in any order; `more` are those for which there was no room, counted only."""

    named: tuple[KeptMessage, ...]
    more: int = 0


def quiet_hours(text: str) -> QuietHours:
    """Hours as they are configured, in the form of `FORM`. Raises ValueError."""
    found = _HOURS.fullmatch(text)
    if not found or found.group(1, 2) == found.group(3, 4):
        raise ValueError(f"quiet is {text!r}; write two times of day and a zone, like {FORM}")
    first, second, third, fourth = map(int, found.groups()[:4])
    try:
        zone = ZoneInfo(found[5])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"quiet names {found[5]!r}, which is no IANA time zone, like Europe/Berlin"
        ) from None
    return QuietHours(time(first, second), time(third, fourth), zone)


def _moment(at: datetime) -> int:
    return int(at.timestamp()) * SECOND
