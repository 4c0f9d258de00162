"""What all parts of a function share while it serves its invocations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_image import settings as configuration
from lambda_image.settings import Settings
from lambda_image.tracing import Tracer
from lambda_image.wiring import watchers
from lambda_image.wiring.watchers import Watched

if TYPE_CHECKING:
    from lambda_image.adapters.clock import InvocationClock
    from lambda_image.adapters.retry import Retry


@dataclass(frozen=True, slots=True)
class Invocations:
    """The clock of a function, the retry that keeps to it, and who follows it."""

    settings: Settings
    clock: InvocationClock
    retry: Retry
    tracer: Tracer

    def client(self, service: str, read_timeout: float = 60.0) -> Any:
        """An AWS client in the function's region."""
        from lambda_image.adapters.aws import client

        return client(service, self.settings.region, read_timeout)

    @property
    def watched(self) -> Watched:
        """The ports as this function is watched using them."""
        return Watched(self.settings, self.clock, self.client)


def invocations(*required: str) -> Invocations:
    """What all parts of a function share. Raises ConfigurationError naming all that is missing."""
    from lambda_image.adapters.clock import InvocationClock
    from lambda_image.adapters.retry import Retry

    clock = InvocationClock()
    settings = configuration.read().require(*required)
    return Invocations(settings, clock, Retry(clock), watchers.tracer(settings))
