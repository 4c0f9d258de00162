"""What can be wrong with a source or an index."""

from __future__ import annotations


class KnowledgeError(Exception):
    """Parent of all."""


class IndexUnusable(KnowledgeError):
    """The index file is missing, of another kind, damaged, or being written by someone else."""


class ServiceRefused(IndexUnusable):
    """A service of AWS does not answer; `fix` says what to do about it."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(f"{message}. {fix}")
        self.reason = message
        self.fix = fix


class ServiceBusy(ServiceRefused):
    """It does not answer for now; the same call may succeed later."""


class IndexOutdated(IndexUnusable):
    """The index was made by another version; `ingest` makes it anew."""


class EmbeddingUnavailable(KnowledgeError):
    """A model that makes vectors, or ranks, is not installed, not allowed, or does not answer."""


class SourceUnusable(KnowledgeError):
    """A source cannot be read."""


class HostUnknown(SourceUnusable):
    """No host of this name can be found."""


class AddressRefused(SourceUnusable):
    """A host stands at an address that no source may connect to."""


class DocumentUnreadable(KnowledgeError):
    """A document's text cannot be had; the message is the reason, without the document's name."""


class Declined(KnowledgeError):
    """Somebody said no to what it would cost; nothing is published, and the next run asks again."""


class OutOfTime(KnowledgeError):
    """A run was stopped before its end; nothing is published, and the next one goes on from there."""
