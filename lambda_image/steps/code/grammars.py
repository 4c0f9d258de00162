"""Other languages by tree-sitter; the grammars are loaded when a file of their language is read."""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import TYPE_CHECKING

from lambda_image.domain.code import CLASS, FUNCTION, Definition, Outline

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

# The ending of a file's name: its grammar's package, and the function there that gives the language.
GRAMMARS = {
    "js": ("tree_sitter_javascript", "language"),
    "jsx": ("tree_sitter_javascript", "language"),
    "mjs": ("tree_sitter_javascript", "language"),
    "cjs": ("tree_sitter_javascript", "language"),
    "ts": ("tree_sitter_typescript", "language_typescript"),
    "mts": ("tree_sitter_typescript", "language_typescript"),
    "cts": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "java": ("tree_sitter_java", "language"),
    "go": ("tree_sitter_go", "language"),
    "rb": ("tree_sitter_ruby", "language"),
    "php": ("tree_sitter_php", "language_php"),
    "cs": ("tree_sitter_c_sharp", "language"),
    "rs": ("tree_sitter_rust", "language"),
}
FUNCTIONS = {
    "function_declaration",
    "generator_function_declaration",
    "method_definition",
    "method_declaration",
    "constructor_declaration",
    "compact_constructor_declaration",
    "function_definition",
    "function_item",
    "macro_definition",
    "method",
    "singleton_method",
    "local_function_statement",
    "property_declaration",
    "operator_declaration",
    "destructor_declaration",
}
CLASSES = {
    "class_declaration",
    "abstract_class_declaration",
    "interface_declaration",
    "enum_declaration",
    "record_declaration",
    "annotation_type_declaration",
    "struct_declaration",
    "trait_declaration",
    "type_alias_declaration",
    "internal_module",
    "type_spec",
    "class",
    "module",
    "struct_item",
    "enum_item",
    "trait_item",
    "impl_item",
    "mod_item",
}
# What makes a function of the name that it is given to.
NAMED = {
    "variable_declarator",
    "pair",
    "field_definition",
    "public_field_definition",
    "assignment_expression",
}
VALUES = {"arrow_function", "function_expression", "function", "generator_function", "class"}
IMPORTS = {
    "import_statement",
    "import_declaration",
    "use_declaration",
    "using_directive",
    "namespace_use_declaration",
}
_CALLED = re.compile(
    rb"\s*(?:(?:const|let|var)\b.*=\s*)?(?:require|require_relative|import|require_once|include_once)\b"
)
_WORD = re.compile(r"[A-Za-z_]\w*")


def read(text: str, ending: str) -> Outline:
    """Functions, classes and imported names; nothing where the ending is not one of ours."""
    parser = _parser(ending)
    if parser is None:
        return Outline()
    definitions: list[Definition] = []
    imports: set[str] = set()
    waiting = [parser.parse(text.encode()).root_node]
    while waiting:
        node = waiting.pop()
        if node.type in IMPORTS or (node.type in {"call", "lexical_declaration"} and _requires(node)):
            imports.update(_WORD.findall(_text(node)))
        elif found := _definition(node):
            definitions.append(found)
        waiting.extend(node.named_children)
    return Outline(tuple(sorted(definitions, key=lambda each: (each.start, -each.end))), frozenset(imports))


def _definition(node: Node) -> Definition | None:
    kind = FUNCTION if node.type in FUNCTIONS else CLASS if node.type in CLASSES else ""
    named = node
    if node.type in NAMED:
        value = node.child_by_field_name("value") or node.child_by_field_name("right")
        if value is None or value.type not in VALUES:
            return None
        kind = CLASS if value.type == "class" else FUNCTION
    if not kind or not node.is_named:
        return None
    name = next((each for field in _NAMES if (each := named.child_by_field_name(field))), None)
    if name is None:
        return None
    around = node
    while around.parent and around.parent.type in _WRAPPERS:
        around = around.parent
    while (before := around.prev_named_sibling) and before.type in _AHEAD:
        around = before
    last = _WORD.findall(_text(name))
    return Definition(last[-1] if last else "", around.start_point[0] + 1, node.end_point[0] + 1, kind)


_NAMES = ("name", "key", "property", "left", "type")
# What stands around a definition and belongs to it, as `export` does.
_WRAPPERS = {
    "export_statement",
    "lexical_declaration",
    "variable_declaration",
    "type_declaration",
    "decorated",
}
# What stands before a definition and belongs to it, as Rust's `#[test]` does and TypeScript's `@Get()`.
_AHEAD = {"attribute_item", "decorator"}


def _requires(node: Node) -> bool:
    return bool(_CALLED.match(node.text or b""))


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


@cache
def _parser(ending: str) -> Parser | None:
    if ending not in GRAMMARS:
        return None
    # Every function but those that read code does without the grammars.
    try:
        from tree_sitter import Language, Parser  # noqa: PLC0415

        package, function = GRAMMARS[ending]
        return Parser(Language(getattr(importlib.import_module(package), function)()))
    except ImportError:
        return None
