"""Who watches the work, by the settings: a tracer, and the audit trail; and the ports wrapped for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_image.observing import log, work

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_image.observing.audit import Auditing
    from lambda_image.ports import Actions, Clock, CodeHost, Knowledge, Reasoner, Verifier
    from lambda_image.settings import Settings
    from lambda_image.tracing import Tracer

# An alert does not wait long for its audit entry.
TRIES = 3


def tracer(settings: Settings) -> Tracer:
    """The collector's, or one that does nothing and imports nothing."""
    if not settings.otlp_endpoint:
        return work.NoTracer()
    from lambda_image.adapters.otlp import OtlpTracer

    resource = {"service.name": log.SERVICE, "cloud.provider": "aws", "cloud.region": settings.region}
    return OtlpTracer(settings.otlp_endpoint, resource, lambda count: log.warning("spans lost", spans=count))


@dataclass(frozen=True, slots=True)
class Watched:
    """The ports of one function, each with who watches it around it; `client` makes AWS clients."""

    settings: Settings
    clock: Clock
    client: Callable[[str], Any]

    def reasoner(self, asked: Reasoner) -> Reasoner:
        """With a span for each question, and an audit entry."""
        from lambda_image.observing.audit import AuditedReasoner
        from lambda_image.observing.traced import TracedReasoner

        followed = TracedReasoner(asked, self.settings.models[0])
        auditing = self._auditing()
        return AuditedReasoner(followed, auditing) if auditing else followed

    def knowledge(self, searched: Knowledge | None) -> Knowledge | None:
        """With a span for each search, and its hits counted."""
        from lambda_image.observing.traced import TracedKnowledge

        return TracedKnowledge(searched, self.settings.index) if searched else None

    def verifier(self, proving: Verifier) -> Verifier:
        """With a span for each proof: the function `verify` has no way to a collector."""
        from lambda_image.observing.traced import TracedVerifier

        return TracedVerifier(proving)

    def code_host(self, host: CodeHost) -> CodeHost:
        """With an audit entry for each act."""
        from lambda_image.observing.audit import AuditedCodeHost

        auditing = self._auditing()
        return AuditedCodeHost(host, auditing) if auditing else host

    def actions(self, noted: Actions) -> Actions:
        """With an audit entry for each request of people."""
        from lambda_image.observing.audit import AuditedActions

        auditing = self._auditing()
        return AuditedActions(noted, auditing) if auditing else noted

    def _auditing(self) -> Auditing | None:
        asked = self.settings
        if not asked.audit_bucket:
            return None
        from lambda_image.adapters.retry import Retry
        from lambda_image.adapters.s3_audit import S3Audit
        from lambda_image.observing.audit import Auditing

        trail = S3Audit(self.client("s3"), asked.audit_bucket, Retry(self.clock, attempts=TRIES))
        return Auditing(trail, self.clock, asked.models, asked.prices, asked.audit_content)
