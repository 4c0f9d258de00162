"""What the model is shown of the code: where the error passed, what that uses, and what the log speaks of."""

from __future__ import annotations

from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.evidence import Revision, SourceExcerpt
from lambda_image.ports import Repository
from lambda_image.steps.code.packing import CHARACTERS_PER_TOKEN, pack
from lambda_image.steps.code.ranking import ranked
from lambda_image.steps.code.tree import Tree


def context(
    event: RedactedEvent, revision: Revision, source: Repository, budget_tokens: int = 1_500
) -> tuple[SourceExcerpt, ...]:
    """Excerpts in the order of their worth, together within the budget.

    The frame that raised comes first and always holds its failing line. Raises EvidenceUnavailable when the
    tree, or all lines of the trace, cannot be shown.
    """
    tree = Tree(source, revision)
    return pack(ranked(event, tree), tree, int(budget_tokens * CHARACTERS_PER_TOKEN))
