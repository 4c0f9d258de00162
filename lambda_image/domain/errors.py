"""Every error that Tracemend raises on purpose.

TracemendError
├── ConfigurationError
├── InputRefused
│   ├── RecordUndecodable
│   └── EnvelopeUnknown
├── DeliveryFailed
├── TransientError
├── PermanentError
│   └── BudgetExceeded
├── EvidenceUnavailable
├── AnswerMalformed
├── DeadlineNear
├── WorkInProgress
└── PatchRefused
"""

from __future__ import annotations


class TracemendError(Exception):
    """Parent of all; its text is one clear sentence that says what to do."""


class ConfigurationError(TracemendError):
    """A setting is missing or cannot be right."""


class InputRefused(TracemendError):
    """A stage cannot read what it was given; trying again will not help."""


class RecordUndecodable(InputRefused):
    """One record of a batch is not a log batch: bad base64, gzip or JSON, or over the size cap."""


class EnvelopeUnknown(InputRefused):
    """The whole event has none of the shapes in which logs arrive."""


class DeliveryFailed(TracemendError):
    """A whole invocation must come again, as its transport cannot name the part of it that failed."""


class TransientError(TracemendError):
    """An outside system refused for now; the same call may succeed later.

    `retry_after` is the other side's wish in seconds, if it stated one.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PermanentError(TracemendError):
    """An outside system refused, and will refuse the same call again."""


class BudgetExceeded(PermanentError):
    """The deployment's budget is used up: its hard stop denies the models to the functions."""


class EvidenceUnavailable(TracemendError):
    """A source of evidence cannot be read; the answer carries a `Gap` instead."""

    def __init__(self, source: str, reason: str, fix: str) -> None:
        super().__init__(f"{source}: {reason}. {fix}")
        self.source = source
        self.reason = reason
        self.fix = fix


class AnswerMalformed(TracemendError):
    """The model's answer does not have the asked form, also after one repair."""


class DeadlineNear(TracemendError):
    """Too little of the invocation is left to begin the next dear step."""


class WorkInProgress(TracemendError):
    """Another invocation holds the claim; the message must come again after its lease."""


class PatchRefused(TracemendError):
    """An edit cannot become a patch; `reasons` are sentences that its author can act on."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons
