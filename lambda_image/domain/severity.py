"""How bad a problem is, by rules that people can check: what it states, how often, whether it came back.

Who is hit is not counted, so it decides nothing here. docs/operations/channels.md has the rules as a table.
"""

from __future__ import annotations

from enum import StrEnum

from lambda_image.domain.incident import Incident
from lambda_image.domain.records import NO_LOG_GROUPS

# Occurrences when it is told, or of a spike in its hour. 20 are the least that make a spike (noise.py), and 5
# times that is by how much a spike differs from what is usual.
MANY, VERY_MANY = 20, 100
ALARM = "CloudWatch alarm "


class Severity(StrEnum):
    """From what can wait to what cannot."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    def reaches(self, least: Severity) -> bool:
        """Whether it is this bad or worse."""
        order = list(Severity)
        return order.index(self) >= order.index(least)


def severity(incident: Incident) -> Severity:
    """Of a problem as it is known when it is told."""
    event, spike, history = incident.event, incident.spike, incident.history
    count = spike.count if spike else incident.count
    alarm = event.log_group in NO_LOG_GROUPS and ALARM in " ".join(event.lines)
    if event.level == "fatal" or count >= VERY_MANY:
        return Severity.CRITICAL
    if alarm or spike or count >= MANY or (history and history.pull_request_url):
        return Severity.HIGH
    if event.level in {"warning", "info", "debug"}:
        return Severity.LOW
    return Severity.NORMAL
