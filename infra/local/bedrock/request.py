"""A Converse call as a question to an engine. What the engines cannot honour is refused, never ignored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from infra.local.bedrock.engines.engine import Prompt, Role
from infra.local.bedrock.errors import BedrockError, invalid
from infra.local.bedrock.service_model import check_converse

# Members that change the answer and that are read here, and members that change nothing in it.
READ = {"modelId", "messages", "system", "inferenceConfig", "toolConfig", "outputConfig"}
WITHOUT_EFFECT = {"requestMetadata", "performanceConfig", "serviceTier"}
DEFAULT_MAX_TOKENS = 1024  # Bedrock takes the model's maximum; a small model would ramble to its end


@dataclass(frozen=True, slots=True)
class Request:
    """The question, and the name of the tool whose input the answer is, if it is one."""

    prompt: Prompt
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the answer must look like."""

    schema: Mapping[str, Any] | None = None
    tool: str | None = None
    instruction: str = ""


def read_request(model_id: str, body: bytes) -> Request:
    """The question in a request body of Converse. Raises SerializationException or ValidationException."""
    params = _parsed(body)
    check_converse(params | {"modelId": model_id})
    for member in params:
        if params[member] and member not in READ | WITHOUT_EFFECT:
            raise _refused(member)
    shape = _shape(params.get("toolConfig"), params.get("outputConfig"))
    inference = params.get("inferenceConfig", {})
    system = "\n\n".join(filter(None, [*_texts(params.get("system", ()), "system"), shape.instruction]))
    prompt = Prompt(
        system=system,
        turns=tuple(_turns(params.get("messages", ()))),
        json_schema=shape.schema,
        max_tokens=inference.get("maxTokens", DEFAULT_MAX_TOKENS),
        temperature=inference.get("temperature", 0.0),
        top_p=inference.get("topP", 1.0),
        stop=tuple(inference.get("stopSequences", ())),
    )
    return Request(prompt, shape.tool)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        params = json.loads(body)
    except ValueError as broken:
        raise BedrockError("SerializationException", f"The body is not JSON: {broken}") from broken
    if not isinstance(params, dict):
        raise BedrockError("SerializationException", "The body is not a JSON object.")
    return params


def _refused(what: str) -> BedrockError:
    return invalid(f"{what} is not supported by the local endpoint.")


def _turns(messages: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Role, str]]:
    """The messages as text. Roles alternate, and the user has the first word and the last."""
    roles = [message["role"] for message in messages]
    if not roles or roles[0] != "user":
        raise invalid("A conversation must start with a user message.")
    if any(one == other for one, other in pairwise(roles)):
        raise invalid("A conversation must alternate between user and assistant roles.")
    if roles[-1] != "user":
        raise invalid("This model does not support assistant message prefill. "
                      "The conversation must end with a user message.")  # fmt: skip
    for index, message in enumerate(messages):
        if message["role"] not in {"user", "assistant"}:
            raise _refused(f"The role {message['role']}")
        yield message["role"], "\n".join(_texts(message["content"], f"messages.{index}.content"))


def _texts(blocks: Iterable[Mapping[str, Any]], path: str) -> Iterator[str]:
    """The text of each block; a tool's use is its input, and its result what the tool said."""
    for index, block in enumerate(blocks):
        kind, value = next(iter(block.items()))
        if kind == "text":
            if not value.strip():
                raise invalid(f"The text field in the ContentBlock object at {path}.{index} is blank.")
            yield value
        elif kind == "json":
            yield json.dumps(value)
        elif kind == "toolUse":
            yield json.dumps(value["input"])
        elif kind == "toolResult":
            yield from _texts(value["content"], f"{path}.{index}.toolResult.content")
        elif kind != "cachePoint":  # a cache point saves money and changes nothing
            raise _refused(f"The content block {kind} at {path}.{index}")


def _shape(tools: Mapping[str, Any] | None, output: Mapping[str, Any] | None) -> _Shape:
    wanted = (output or {}).get("textFormat")
    if (output or {}).get("effort"):
        raise _refused("outputConfig.effort")
    if tools and wanted:
        raise _refused("toolConfig together with outputConfig.textFormat")
    if tools:
        return _of_tool(_chosen(tools))
    return _of_format(wanted) if wanted else _Shape()


def _chosen(tools: Mapping[str, Any]) -> Mapping[str, Any]:
    """The only tool that may be called. Small models are held to it, also when the choice is theirs."""
    if any("systemTool" in tool for tool in tools["tools"]):
        raise _refused("A systemTool")
    specs: list[Mapping[str, Any]] = [tool["toolSpec"] for tool in tools["tools"] if "toolSpec" in tool]
    name = tools.get("toolChoice", {}).get("tool", {}).get("name")
    found = [spec for spec in specs if name in (None, spec["name"])]
    if name and not found:
        raise invalid(f"toolChoice names {name}, which is not among the tools.")
    if len(found) != 1:
        raise _refused("A choice between several tools")
    return found[0]


def _of_tool(spec: Mapping[str, Any]) -> _Shape:
    schema = spec["inputSchema"].get("json")
    if not isinstance(schema, Mapping):
        raise invalid("The inputSchema must be a JSON schema object.")
    told = f"Answer with the input of the tool {spec['name']}, as JSON."
    return _Shape(schema, spec["name"], _instruction(told, spec.get("description"), schema))


def _of_format(wanted: Mapping[str, Any]) -> _Shape:
    definition = wanted["structure"]["jsonSchema"]
    try:
        schema = json.loads(definition["schema"])
    except ValueError as broken:
        raise invalid(f"outputConfig.textFormat: the schema is not JSON: {broken}") from broken
    if not isinstance(schema, dict):
        raise invalid("outputConfig.textFormat: the schema is not a JSON object.")
    return _Shape(schema, None, _instruction("Answer with JSON.", definition.get("description"), schema))


def _instruction(told: str, description: str | None, schema: Mapping[str, Any]) -> str:
    """What a grammar cannot carry: the purpose, and what each field means."""
    return "\n".join([told, *filter(None, [description]), *_fields(schema)])


def _fields(schema: Any, name: str = "") -> Iterator[str]:
    if not isinstance(schema, Mapping):
        return
    if name and isinstance(schema.get("description"), str):
        yield f"- {name}: {schema['description']}"
    properties = schema.get("properties", {})
    for each in properties if isinstance(properties, Mapping) else ():
        yield from _fields(properties[each], f"{name}.{each}".lstrip("."))
    yield from _fields(schema.get("items"), name)
