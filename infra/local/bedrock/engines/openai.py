"""Any server that speaks OpenAI's chat completions: Ollama, llama-server, vLLM, or a service with a key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from infra.local.bedrock.engines.engine import Completion, Prompt, StopReason
from infra.local.bedrock.errors import TOO_LONG, BedrockError, invalid

CODES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "AccessDeniedException",
    HTTPStatus.FORBIDDEN: "AccessDeniedException",
    HTTPStatus.NOT_FOUND: "ResourceNotFoundException",
    HTTPStatus.REQUEST_TIMEOUT: "ModelTimeoutException",
    HTTPStatus.GATEWAY_TIMEOUT: "ModelTimeoutException",
    HTTPStatus.TOO_MANY_REQUESTS: "ThrottlingException",
    HTTPStatus.SERVICE_UNAVAILABLE: "ModelNotReadyException",  # llama-server while it loads a model
    HTTPStatus.BAD_REQUEST: "ValidationException",
    HTTPStatus.UNPROCESSABLE_ENTITY: "ValidationException",
}
# How servers say it: OpenAI and vLLM, llama-server, Ollama.
TOO_LONG_SIGNS = ("context_length", "maximum context", "exceed_context_size", "exceeds the available context")


def chat_request(prompt: Prompt) -> dict[str, Any]:
    """The body of a chat completion, without the model's name."""
    messages = [{"role": "system", "content": prompt.system}] if prompt.system else []
    messages += [{"role": role, "content": text} for role, text in prompt.turns]
    body: dict[str, Any] = {
        "messages": messages,
        "max_tokens": prompt.max_tokens,
        "temperature": prompt.temperature,
        "top_p": prompt.top_p,
    }
    if prompt.stop:
        body["stop"] = list(prompt.stop)
    if prompt.json_schema is not None:
        schema = {"name": "answer", "schema": prompt.json_schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


@dataclass(frozen=True, slots=True)
class OpenAIServer:
    """`base_url` ends before /chat/completions, as in http://127.0.0.1:11434/v1; `key` is a bearer token."""

    base_url: str
    model: str
    key: str | None = None
    seconds: float = 600

    def __post_init__(self) -> None:
        """Refuses an address that is not http or https."""
        if urlsplit(self.base_url).scheme not in {"http", "https"}:
            raise ValueError(f"the base URL must begin with http:// or https://, not {self.base_url!r}")


class OpenAIEngine:
    """The model of another server."""

    name = "openai"

    def __init__(self, server: OpenAIServer) -> None:
        self.model = server.model
        self._server = server

    def close(self) -> None:
        """Nothing to let go of."""

    def complete(self, prompt: Prompt) -> Completion:
        """The model's text; tokens that the server does not count are 0.

        Raises the server's refusal under its Bedrock name, ServiceUnavailableException when it
        cannot be reached, and ModelErrorException when it answers something else than a completion.
        """
        answer = self._post(chat_request(prompt) | {"model": self.model})
        try:
            choice = answer["choices"][0]
            text, finish = choice["message"]["content"], choice["finish_reason"]
            usage = answer.get("usage") or {}
        except (KeyError, IndexError, TypeError, AttributeError) as strange:
            raise BedrockError(
                "ModelErrorException", "The server's answer is no chat completion."
            ) from strange
        if not isinstance(text, str):
            raise BedrockError("ModelErrorException", "The server's answer has no text.")
        return Completion(
            text=text,
            input_tokens=usage.get("prompt_tokens", 0),
            output_tokens=usage.get("completion_tokens", 0),
            stop_reason=StopReason.MAX_TOKENS if finish == "length" else StopReason.END_TURN,
        )

    def _post(self, body: dict[str, Any]) -> Any:
        url = f"{self._server.base_url.rstrip('/')}/chat/completions"
        headers = {"content-type": "application/json"}
        if self._server.key:
            headers["authorization"] = f"Bearer {self._server.key}"
        request = Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - the scheme was checked
        try:
            with _opener(url).open(request, timeout=self._server.seconds) as response:
                return json.load(response)
        except HTTPError as refused:
            with refused:
                raise _refusal(refused.code, refused.read(2000).decode(errors="replace")) from refused
        except TimeoutError as late:
            raise BedrockError("ModelTimeoutException", f"No answer from {url} in time.") from late
        except (OSError, HTTPException) as away:
            raise BedrockError("ServiceUnavailableException", f"Cannot reach {url}: {away}") from away
        except ValueError as strange:
            raise BedrockError("ModelErrorException", f"The answer of {url} is not JSON.") from strange


def _opener(url: str) -> Any:
    """An opener that asks a proxy for other machines only."""
    local = urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
    return build_opener(ProxyHandler({})) if local else build_opener()


def _refusal(status: int, body: str) -> BedrockError:
    if status == HTTPStatus.BAD_REQUEST and any(sign in body for sign in TOO_LONG_SIGNS):
        return invalid(TOO_LONG)
    code = CODES.get(status, "ModelErrorException")
    return BedrockError(code, f"The server answered {status}: {body[:300]}")
