"""Prompts as template files, rendered strictly, with every value neutralised on its way in.

A template `name.j2` has the blocks `system` and `user` and sets `max_tokens` at its top.
"""

from __future__ import annotations

from lambda_image.domain.prompt import Prompt


def render(name: str, /, **values: object) -> Prompt:
    """The prompt of a template; `max_tokens` may be given in place of the template's own.

    Raises ConfigurationError that names the unknown and the missing variables.
    """
    # Jinja2 waits for the first prompt: `intake` imports the pipeline and never renders one.
    from lambda_image.prompts.templates import fill  # noqa: PLC0415

    return fill(name, values)
