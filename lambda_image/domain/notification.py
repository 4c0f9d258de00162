"""A message to the channel, and what became of an incident."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lambda_image.domain.action import Verb
from lambda_image.domain.aftermath import Fix
from lambda_image.domain.card import ANYBODY, Audience, Card
from lambda_image.domain.diagnosis import Diagnosis, DiagnosisDraft, Usage
from lambda_image.domain.evidence import Evidence
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.patch import Attempt, Proof, PullRequest, PullRequestPlan
from lambda_image.domain.severity import Severity

# Limits of the custom notification schema, in characters: Amazon Q Developer in chat applications
# Administrator Guide, "Custom notifications"; an item over its limit makes the message vanish.
TITLE_LIMIT = 250
DESCRIPTION_LIMIT = 8_000
NEXT_STEP_LIMIT = 350
KEYWORD_LIMIT = 75


@dataclass(frozen=True, slots=True)
class Notification:
    """One message of AWS Chatbot's; a card that is too long for one makes several, each with its own `id`.

    `actions` are the buttons that stand below it, where the channel has some.
    """

    id: str
    fingerprint: str
    thread_id: str
    event_type: str
    title: str
    description: str
    next_steps: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    summary: str = ""
    related_resources: tuple[str, ...] = ()
    actions: tuple[Verb, ...] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """What an outcome was decided from, redacted, so that the rules can decide it again.

    `draft` is the model's answer, unchecked, and names the prompt that it answers; both it and the evidence
    are None for a repair. `audience` is for whom the card was written. `before` is the pull request before
    the one that a repair comes to. `form` changes with the meaning of this record.
    """

    incident: Incident
    evidence: Evidence | None = None
    draft: DiagnosisDraft | None = None
    can_repair: bool = True
    form: int = 1
    audience: Audience = ANYBODY
    before: Fix | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one task decided and did for one incident or one digest.

    It is kept under `work_id` before anything is sent, so that a redelivery repeats the act and not the
    thinking: `plan` and `notification` are decisions; `pull_request` is what became of the plan, or
    `refusal` says why the code host would not have it, `held` which rules stopped short of one. `card` is
    what is told, `notification` its first message and `more` the others. `fix` is what became of the pull
    request that it tells of. `basis` and `card` are absent in traces of before they were kept.
    """

    fingerprint: str
    work_id: str
    task: Task
    diagnosis: Diagnosis
    notification: Notification | None = None
    plan: PullRequestPlan | None = None
    diff: str | None = None
    proof: Proof | None = None
    pull_request: PullRequest | None = None
    attempts: tuple[Attempt, ...] = ()
    usage: tuple[Usage, ...] = ()
    repair_wanted: bool = False
    refusal: str | None = None
    basis: Basis | None = None
    card: Card | None = None
    more: tuple[Notification, ...] = ()
    held: tuple[str, ...] = ()
    fix: Fix | None = None

    @property
    def messages(self) -> tuple[Notification, ...]:
        """All that is to be published, in order."""
        return (self.notification, *self.more) if self.notification else ()


def _nobody(_: str) -> None:
    """Where nothing is noted."""


@dataclass(frozen=True, slots=True)
class Telling:
    """An outcome on its way to people.

    `delivered` holds the ids of the messages that are out; `note` is told each id as soon as it is.
    `log_group` says where it happened, empty for what concerns everybody. `only` names the one way that is to
    be told, and that now; empty is each that wants to hear of it.
    """

    outcome: Outcome
    delivered: frozenset[str] = frozenset()
    log_group: str = ""
    note: Callable[[str], None] = _nobody
    severity: Severity = Severity.NORMAL
    only: str = ""
