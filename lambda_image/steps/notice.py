"""Compose what is told without a model: a known problem that spikes, and what was held back."""

from __future__ import annotations

from lambda_image.domain.action import Verb
from lambda_image.domain.diagnosis import DiagnosisDraft, Fault
from lambda_image.domain.evidence import Evidence
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.noise import Digest, HeldBack, HeldProblem, Spike
from lambda_image.domain.notification import DESCRIPTION_LIMIT, TITLE_LIMIT, Notification, Outcome
from lambda_image.steps import messages
from lambda_image.steps.check import check
from lambda_image.steps.escape import code, label
from lambda_image.steps.length import cut, fit

# How many of the largest problems a digest names.
NAMED = 10
NAME_LIMIT = 160
# No model was asked.
UNDIAGNOSED = check(DiagnosisDraft((), Fault.UNKNOWN, (), ()), Evidence((), (), (), (), ()))


def compose_spike(incident: Incident, spike: Spike) -> Outcome:
    """A message in the thread of a known problem; the id is that of the spike."""
    event = incident.event
    service = event.log_group.rstrip("/").rpartition("/")[2]
    what = event.exception_type or event.message or event.kind
    notification = Notification(
        id=f"{incident.thread_id}-spike-{spike.at}",
        fingerprint=incident.fingerprint,
        thread_id=incident.thread_id,
        event_type=f"tracemend.{Task.SPIKE}",
        title=cut(label(f"Spike: {what} in {service}"), TITLE_LIMIT),
        description=messages.spiking(spike.at, spike.count, spike.usual),
        related_resources=(event.log_group,) if event.log_group else (),
        actions=(Verb.MUTE,),
    )
    return Outcome(incident.fingerprint, incident.thread_id, Task.SPIKE, UNDIAGNOSED, notification)


def compose_digest(digest: Digest, held: HeldBack) -> Outcome:
    """How much was held back, and the largest of it by name."""
    named = held.top[:NAMED]
    lines = [_named(each) for each in named]
    more = held.problems - len(named)
    parts = [
        messages.held_back(held.problems, held.records, digest.began, digest.closes),
        "\n".join((messages.LARGEST_HELD_BACK, *lines)) if lines else "",
        messages.MORE_HELD_BACK.format(more=more) if more > 0 else "",
    ]
    notification = Notification(
        id=f"{digest.thread_id}-{Task.DIGEST}",
        fingerprint=digest.fingerprint,
        thread_id=digest.thread_id,
        event_type=f"tracemend.{Task.DIGEST}",
        title=f"{messages.counted(held.problems, 'new problem')} without a card",
        description=fit(parts, DESCRIPTION_LIMIT),
    )
    return Outcome(digest.fingerprint, digest.thread_id, Task.DIGEST, UNDIAGNOSED, notification)


def _named(problem: HeldProblem) -> str:
    records = messages.counted(problem.records, "record")
    return f"{records}: {code(cut(problem.title, NAME_LIMIT))} ({problem.fingerprint})"
