"""The template files behind `render`: Jinja2, strict about names, neutralising whatever it inserts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta

from lambda_image.domain.errors import ConfigurationError
from lambda_image.domain.prompt import Prompt
from lambda_image.prompts.fence import attribute, capped, neutralise, one_line

FOLDER = Path(__file__).parent
OPTIONAL = frozenset({"max_tokens"})


@cache
def environment() -> Environment:
    """`finalize` sees each `{{ }}`, so no template can forget it; a prompt is not HTML, so no autoescape."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        finalize=neutralise,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701
    )
    made.filters.update(one_line=one_line, attribute=attribute, capped=capped)
    return made


@cache
def source(name: str) -> str:
    """The text of a template. Raises ConfigurationError for a name that is not there."""
    try:
        return (FOLDER / f"{name}.j2").read_text(encoding="utf-8")
    except OSError as missing:
        raise ConfigurationError(f"there is no prompt named {name}") from missing


@cache
def whole(name: str) -> str:
    """The text of a template, and of the parts that it includes."""
    included = meta.find_referenced_templates(environment().parse(source(name)))
    return "".join((source(name), *(whole(str(part).removesuffix(".j2")) for part in included)))


@cache
def version(name: str) -> str:
    """The template's hash, with that of its parts."""
    return hashlib.sha256(whole(name).encode()).hexdigest()[:12]


@cache
def variables(name: str) -> frozenset[str]:
    """The names that a template must be given."""
    return frozenset(meta.find_undeclared_variables(environment().parse(whole(name)))) - OPTIONAL


def fill(name: str, values: Mapping[str, object]) -> Prompt:
    """The prompt; see `lambda_image.prompts.render`."""
    wanted, given = variables(name), frozenset(values) - OPTIONAL
    if wanted != given:
        raise ConfigurationError(
            f"prompt {name}: missing {sorted(wanted - given)}, unknown {sorted(given - wanted)}"
        )
    template = environment().get_template(f"{name}.j2")
    context = template.new_context(dict(values))
    own = getattr(template.make_module(dict(values)), "max_tokens", None)
    max_tokens = values.get("max_tokens", own)
    if not isinstance(max_tokens, int):
        raise ConfigurationError(f"prompt {name}: max_tokens must be set in the template or given")
    system, user = ("".join(template.blocks[block](context)).strip() for block in ("system", "user"))
    return Prompt(name, system, user, max_tokens, version(name))
