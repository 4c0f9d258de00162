"""What can be wrong with a source or an index; each text says what to do."""

from __future__ import annotations


class KnowledgeError(Exception):
    """Parent of both."""


class IndexUnusable(KnowledgeError):
    """The index file is missing, of another kind, or being written by someone else."""


class SourceUnusable(KnowledgeError):
    """A source cannot be read."""
