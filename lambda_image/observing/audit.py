"""The audit trail around models, code hosts and the channel. What cannot be kept is counted and logged."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from lambda_image.domain.action import Noted, Request
from lambda_image.domain.audit import (
    ChannelRequest,
    Entry,
    ModelCall,
    ModelPrice,
    Origin,
    PullRequestAction,
)
from lambda_image.domain.diagnosis import Usage
from lambda_image.domain.errors import PermanentError, TracemendError, TransientError
from lambda_image.domain.incident import Incident
from lambda_image.domain.patch import PullRequest, PullRequestPlan
from lambda_image.domain.prices import price
from lambda_image.domain.prompt import Answered, Prompt
from lambda_image.observing import log, work
from lambda_image.ports import Actions, AuditTrail, Clock, CodeHost, Reasoner
from lambda_image.wire import encode

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Auditing:
    """Where entries go and what stands in them: `asked` are the models, `content` keeps prompt and answer."""

    trail: AuditTrail
    clock: Clock
    asked: tuple[str, ...] = ()
    prices: tuple[ModelPrice, ...] = ()
    content: bool = False

    def keep(self, entry: Entry) -> None:
        """Record it. An alert is worth more than its entry, so a failure is not raised."""
        try:
            self.trail.record(entry)
        except (PermanentError, TransientError) as lost:
            work.current().counts["AuditFailures"] += 1
            log.error("an audit entry could not be written", kind=entry.kind, **log.of(lost))

    def origin(self) -> Origin:
        """Now, and the work that is going on."""
        here = work.current()
        return Origin(self.clock.now(), here.function, here.request_id, here.incident, here.fingerprint)


class AuditedReasoner:
    """Implements `Reasoner` by another, and keeps an entry for each question."""

    def __init__(self, inner: Reasoner, auditing: Auditing) -> None:
        self._inner = inner
        self._auditing = auditing

    def ask(self, prompt: Prompt, into: type[T]) -> Answered[T]:
        """See `Reasoner.ask`."""
        began = time.monotonic()
        try:
            answered = self._inner.ask(prompt, into)
        except TracemendError as failed:
            self._failed(prompt, failed, began)
            raise
        self._answered(prompt, answered.usage, answered.value)
        return answered

    def write(self, prompt: Prompt) -> Answered[str]:
        """See `Reasoner.write`."""
        began = time.monotonic()
        try:
            answered = self._inner.write(prompt)
        except TracemendError as failed:
            self._failed(prompt, failed, began)
            raise
        self._answered(prompt, answered.usage, answered.value)
        return answered

    def _answered(self, prompt: Prompt, usage: Usage, value: object) -> None:
        self._keep(prompt, usage, "answered", _text(value))

    def _failed(self, prompt: Prompt, failed: TracemendError, began: float) -> None:
        usage = Usage(prompt.name, "", 0, 0, time.monotonic() - began)
        self._keep(prompt, usage, type(failed).__name__, None)

    def _keep(self, prompt: Prompt, usage: Usage, outcome: str, answer: str | None) -> None:
        auditing = self._auditing
        text: dict[str, Any] = {"system": prompt.system, "user": prompt.user, "answer": answer}
        auditing.keep(
            ModelCall(
                origin=auditing.origin(),
                prompt=prompt.name,
                prompt_version=prompt.version,
                asked=auditing.asked,
                answered=usage.engine,
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                seconds=round(usage.seconds, 3),
                usd=price((usage,), auditing.prices) if usage.engine else None,
                outcome=outcome,
                **(text if auditing.content else {}),
            )
        )


class AuditedCodeHost:
    """Implements `CodeHost` by another, and keeps an entry for each act."""

    def __init__(self, inner: CodeHost, auditing: Auditing) -> None:
        self._inner = inner
        self._auditing = auditing

    def open(self, plan: PullRequestPlan) -> PullRequest:
        """See `CodeHost.open`."""
        try:
            done = self._inner.open(plan)
        except TracemendError as refused:
            self._keep(plan, "refused", reason=type(refused).__name__)
            raise
        self._keep(plan, done.action, url=done.url)
        return done

    def state(self, pull: PullRequest) -> PullRequest:
        """See `CodeHost.state`. It changes nothing, so nothing is kept of it."""
        return self._inner.state(pull)

    def comment(self, pull: PullRequest, text: str) -> None:
        """See `CodeHost.comment`."""
        action, reason = "commented", ""
        try:
            self._inner.comment(pull, text)
        except TracemendError as refused:
            action, reason = "refused", type(refused).__name__
            raise
        finally:
            self._auditing.keep(
                PullRequestAction(
                    origin=self._auditing.origin(),
                    action=action,
                    repository=pull.repository,
                    branch=pull.branch,
                    commit="",
                    plan=hashlib.sha256(text.encode()).hexdigest(),
                    proof="",
                    url=pull.url,
                    reason=reason,
                )
            )

    def _keep(self, plan: PullRequestPlan, action: str, url: str = "", reason: str = "") -> None:
        self._auditing.keep(
            PullRequestAction(
                origin=self._auditing.origin(),
                action=action,
                repository=plan.repository,
                branch=plan.branch,
                commit=plan.base_commit,
                plan=hashlib.sha256(encode(plan).encode()).hexdigest(),
                proof=plan.proof,
                url=url,
                reason=reason,
            )
        )


class AuditedActions:
    """Implements `Actions` by another, and keeps an entry for each request."""

    def __init__(self, inner: Actions, auditing: Auditing) -> None:
        self._inner = inner
        self._auditing = auditing

    def note(self, request: Request) -> Noted:
        """See `Actions.note`."""
        noted = self._inner.note(request)
        self._keep(request, noted)
        return noted

    def withdraw(self, request: Request) -> None:
        """See `Actions.withdraw`."""
        self._inner.withdraw(request)
        self._keep(request, "withdrawn")

    def reopen(self, fingerprint: str) -> Incident | None:
        """See `Actions.reopen`."""
        return self._inner.reopen(fingerprint)

    def unrepaired(self, fingerprint: str) -> Incident | None:
        """See `Actions.unrepaired`."""
        return self._inner.unrepaired(fingerprint)

    def _keep(self, request: Request, outcome: str) -> None:
        here = self._auditing.origin()
        origin = replace(here, incident=request.thread_id, fingerprint=request.fingerprint)
        self._auditing.keep(ChannelRequest(origin, request.verb, request.by, outcome))


def _text(value: object) -> str:
    """A typed answer is a pydantic model, which prints itself as JSON."""
    as_json = getattr(value, "model_dump_json", None)
    return str(as_json()) if as_json else str(value)
