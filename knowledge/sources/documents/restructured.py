"""reStructuredText to Markdown by docutils, with room for the roles and directives of Sphinx."""

from __future__ import annotations

import re
from typing import Any

import docutils.core
from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles
from docutils.utils import SystemMessage

from knowledge.errors import DocumentUnreadable
from knowledge.sources.documents.charset import decoded
from knowledge.sources.documents.document import Document
from knowledge.sources.documents.html import fragment

SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 5,
    "smart_quotes": False,
    "syntax_highlight": "none",
    "input_encoding": "unicode",
    "initial_header_level": 1,
    "doctitle_xform": False,
    "toc_backlinks": False,
    "footnote_backlinks": False,
}
_ROLE = re.compile(r":([\w+.:-]+):`")
_DIRECTIVE = re.compile(r"^\s*\.\. ([\w+.:-]+)::", re.MULTILINE)
_CODE = frozenset({"code-block", "sourcecode", "literalinclude", "prompt"})
_NO_TEXT = frozenset({"toctree", "index", "meta", "highlight", "tabularcolumns", "currentmodule"})
# docutils wraps each word of a literal, and makes its spaces hard.
_LITERAL = re.compile(r'<span class="docutils literal">((?:[^<]|<span class="pre">[^<]*</span>)*)</span>')
_PIECE = re.compile(r"</?span[^>]*>")
_NAMED = re.compile(r"(.*?)\s*<([^<>]+)>$", re.DOTALL)


class _Any(dict[str, Any]):
    """Options of any name."""

    def __getitem__(self, name: str) -> Any:
        return directives.unchanged


class _Kept(Directive):  # type: ignore[misc]  # docutils has no types
    """A directive that docutils does not know: its words and its content, without what they would do."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = _Any(any=str)

    def run(self) -> list[nodes.Node]:
        """See `Directive.run`."""
        if self.name in _NO_TEXT:
            return []
        if self.name in _CODE:
            block = nodes.literal_block("\n".join(self.content), "\n".join(self.content))
            block["classes"] += ["code", *self.arguments[:1]]
            return [block]
        found = nodes.container()
        if self.arguments:
            found += nodes.paragraph("", self.arguments[0])
        self.state.nested_parse(self.content, self.content_offset, found)
        return list(found.children)


def _role(
    name: str, raw: str, text: str, *_: Any, **__: Any
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    shown = _NAMED.sub(r"\1", text).lstrip("~!")
    return [nodes.literal(raw, shown) if name not in ("ref", "doc", "term") else nodes.inline(raw, shown)], []


def read(raw: bytes, declared: str) -> Document:
    """See `formats.document`. What docutils cannot read stays as it was written."""
    text = decoded(raw, declared)
    for name in set(_DIRECTIVE.findall(text)):
        if name in _CODE or name.lower() not in _known_directives():
            directives.register_directive(name, _Kept)
    for name in set(_ROLE.findall(text)):
        if not _knows_role(name):
            roles.register_local_role(name, _role)
    try:
        made = docutils.core.publish_parts(text, writer="html5", settings_overrides=SETTINGS)
    except (SystemMessage, ValueError, RecursionError, AttributeError, KeyError, AssertionError) as error:
        raise DocumentUnreadable(f"no reStructuredText ({type(error).__name__})") from error
    return Document("", fragment(_LITERAL.sub(_code, made["html_body"])))


def _code(found: re.Match[str]) -> str:
    return f"<code>{_PIECE.sub('', found[1]).replace('&nbsp;', ' ').replace(chr(160), ' ')}</code>"


def _known_directives() -> frozenset[str]:
    return frozenset(directives._directive_registry)  # noqa: SLF001 - there is no other list


def _knows_role(name: str) -> bool:
    return name.lower() in roles._role_registry  # noqa: SLF001 - there is no other list
