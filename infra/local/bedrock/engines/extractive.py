"""No model: selects lines of the evidence that the prompt numbers, word for word, and says that it does."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.local.bedrock.engines.engine import Completion, Prompt, StopReason
from infra.local.bedrock.engines.evidence import Evidence, Span, quoted
from infra.local.bedrock.errors import BedrockError, invalid

Schema = Mapping[str, Any]
NOTICE = (
    "This engine is extractive: it has no language model, it only quotes the evidence it was given, "
    "and it proposes no code."
)
SELECTS_ONLY = "The extractive engine can only select evidence"
UNDECIDED = "unknown"
WORD = re.compile(r"\S+")
MANY = 3  # of an array without maxItems


class ExtractiveEngine:
    """Ranks the numbered lines by the words they share with the log. Its tokens are words."""

    name = "extractive"
    model = "no model (extractive)"

    def close(self) -> None:
        """Nothing to let go of."""

    def complete(self, prompt: Prompt) -> Completion:
        """Lines of the prompt in the shape of its schema, or a notice and the best lines.

        Raises ValidationException when the schema asks for something that no line can be.
        """
        asked = "\n".join(text for role, text in prompt.turns if role == "user")
        evidence = Evidence(asked)
        if prompt.json_schema is None:
            text = "\n".join(filter(None, [NOTICE, quoted(evidence.statements()[:MANY])]))
        else:
            text = json.dumps(_Filling(evidence, prompt.json_schema).value(prompt.json_schema))
        words = list(WORD.finditer(text))
        cut = len(words) > prompt.max_tokens
        return Completion(
            text=text[: words[prompt.max_tokens - 1].end()] if cut else text,
            input_tokens=len(WORD.findall(f"{prompt.system} {asked}")),
            output_tokens=min(len(words), prompt.max_tokens),
            stop_reason=StopReason.MAX_TOKENS if cut else StopReason.END_TURN,
        )


@dataclass(frozen=True, slots=True)
class _Filling:
    """A walk through a JSON schema that puts spans where they fit; `focus` is the enclosing item's span."""

    evidence: Evidence
    root: Schema

    def value(self, schema: Schema, focus: Span | None = None) -> Any:
        """A value of this schema. Raises ValidationException."""
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._of_enum(schema["enum"], focus)
        kind = schema.get("type")
        match next((each for each in kind if each != "null"), None) if isinstance(kind, list) else kind:
            case "object":
                return self._of_object(schema, focus)
            case "array":
                return self._of_array(schema, focus)
            case "string":
                return self._of_string(schema, focus)
            case other:
                raise invalid(f"{SELECTS_ONLY}; it cannot make a value of type {other}.")

    def _resolved(self, schema: Schema) -> Schema:
        """The schema behind a reference, or the first of the alternatives that is not null."""
        if "$ref" in schema:
            found: Any = self.root
            for key in schema["$ref"].removeprefix("#/").split("/"):
                found = found.get(key, {})
            return self._resolved(found)
        for choice in ("anyOf", "oneOf", "allOf"):
            if choice in schema:
                return self._resolved(
                    next((each for each in schema[choice] if each.get("type") != "null"), {})
                )
        return schema

    def _of_object(self, schema: Schema, focus: Span | None) -> dict[str, Any]:
        """All properties; one that may be left out is, when no line can be its value."""
        filled = {}
        for name, each in schema.get("properties", {}).items():
            try:
                filled[name] = self.value(each, focus)
            except BedrockError:
                if name in schema.get("required", ()):
                    raise
        return filled

    def _of_array(self, schema: Schema, focus: Span | None) -> list[Any]:
        """Ids for an array of ids, else one item for each of the best spans."""
        most, least = schema.get("maxItems", MANY), schema.get("minItems", 0)
        items = self._resolved(schema.get("items", {"type": "string"}))
        allowed = [items["const"]] if "const" in items else items.get("enum")
        if allowed is not None:
            values: list[Any] = self._ids(allowed, focus)[:most]
        else:
            values = [self.value(items, span) for span in self.evidence.statements()[:most]]
        if len(values) < least:
            raise invalid(f"{SELECTS_ONLY}, and too little of it fits the question.")
        return values

    def _ids(self, allowed: Sequence[Any], focus: Span | None) -> list[str]:
        if focus and focus.id in allowed:
            return [focus.id]
        return [span.id for span in self.evidence.relevant([str(each) for each in allowed])]

    def _of_enum(self, allowed: Sequence[Any], focus: Span | None) -> Any:
        if UNDECIDED in allowed:
            return UNDECIDED
        if ids := self._ids(allowed, focus):
            return ids[0]
        raise invalid(f"{SELECTS_ONLY}; it cannot choose among {list(allowed)[:8]}.")

    def _of_string(self, schema: Schema, focus: Span | None) -> str:
        found = focus or next(iter(self.evidence.statements()), None)
        if found is None:
            raise invalid(f"{SELECTS_ONLY}, and the prompt has none that is numbered.")
        return _within(found.text, schema.get("maxLength", len(found.text)))


def _within(text: str, limit: int) -> str:
    """At most so many characters, ended at a word where one ends in the second half."""
    if len(text) <= limit:
        return text
    at = text.rfind(" ", limit // 2, limit)
    return f"{text[:at]}\u2026" if at > 0 else text[:limit]
