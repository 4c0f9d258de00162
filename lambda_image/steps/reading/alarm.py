"""A CloudWatch alarm as one line that people and the other steps can read, instead of a block of JSON.

Sources: CloudWatch User Guide, "Notify users of alarm changes" (the JSON that an alarm publishes to SNS) and
"Alarm events and EventBridge" (`CloudWatch Alarm State Change`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# The year 5138: a larger number is no time, and beyond 38 digits no number for DynamoDB.
LATEST = 10**14
# An alarm that goes off is an error; one that is over or cannot tell is none.
_LEVELS = {"ALARM": "ERROR", "OK": "INFO"}


@dataclass(frozen=True, slots=True)
class Told:
    """A message that is no log event; `timestamp` in milliseconds since the epoch, 0 where it states none."""

    text: str
    timestamp: int


def alarm(message: object) -> Told | None:
    """The alarm that a notification or an EventBridge event tells of; None for any other message."""
    if not isinstance(message, dict):
        return None
    detail = message.get("detail")
    if message.get("detail-type") == "CloudWatch Alarm State Change" and isinstance(detail, dict):
        state, before = _object(detail, "state"), _object(detail, "previousState")
        change = (detail.get("alarmName"), state.get("value"), before.get("value"), state.get("reason"))
        return _told(change, message, "region", "account", moment(state.get("timestamp")))
    if "AlarmName" in message and "NewStateValue" in message:
        names = ("AlarmName", "NewStateValue", "OldStateValue", "NewStateReason")
        when = moment(message.get("StateChangeTime"))
        return _told(tuple(map(message.get, names)), message, "Region", "AWSAccountId", when)
    return None


def moment(time: object) -> int:
    """Milliseconds since the epoch of a number or an ISO 8601 time; 0 for what is no time."""
    if isinstance(time, str) and not time.isdigit():
        try:
            time = int(datetime.fromisoformat(time).timestamp() * 1000)
        except (ValueError, OverflowError, OSError):
            return 0
    if isinstance(time, str):
        time = int(time[:20])
    return time if isinstance(time, int) and 0 <= time < LATEST else 0


def _told(change: tuple[Any, ...], message: Mapping[str, Any], region: str, account: str, when: int) -> Told:
    name, state, before, reason = (str(word or "") for word in change)
    place = ", ".join(str(message[key]) for key in (region, account) if message.get(key))
    since = f" (was {before})" if before else ""
    level = _LEVELS.get(state, "WARN")
    return Told(f"{level} CloudWatch alarm {name} is {state}{since}: {reason} [{place}]", when)


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = fields.get(name)
    return found if isinstance(found, dict) else {}
