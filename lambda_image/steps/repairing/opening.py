"""A planned pull request, opened: what the code host says of it is part of the outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.notification import Outcome
from lambda_image.domain.patch import PullRequest, PullRequestPlan


def open_pull_request(
    planned: Outcome, create: Callable[[PullRequestPlan], PullRequest], *, final: bool
) -> Outcome:
    """Carry out the plan, if there is one, by the code host's `open`; its refusal is told, with the change.

    Raises TransientError unless this try is the `final` one.
    """
    if planned.plan is None:
        return planned
    try:
        return replace(planned, pull_request=create(planned.plan))
    except (PermanentError, TransientError) as refused:
        if isinstance(refused, TransientError) and not final:
            raise
        return replace(planned, refusal=str(refused))
