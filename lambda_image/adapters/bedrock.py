"""Models on Amazon Bedrock through LangChain's Converse client; the only home of langchain_aws."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from lambda_image.adapters import answer_forms
from lambda_image.adapters.answer_forms import Form
from lambda_image.adapters.aws import client, error_code, translated
from lambda_image.adapters.retry import Retry
from lambda_image.domain.diagnosis import Usage
from lambda_image.domain.errors import (
    AnswerMalformed,
    BudgetExceeded,
    DeadlineNear,
    PermanentError,
    TransientError,
)
from lambda_image.domain.prompt import Answered, Prompt
from lambda_image.ports import Clock

if TYPE_CHECKING:
    from langchain_aws import ChatBedrockConverse
    from langchain_core.messages import AIMessage, BaseMessage

T = TypeVar("T")

# Stop reasons of Converse after which the text is an answer; the others in `_checked`.
COMPLETE = ("end_turn", "tool_use", "stop_sequence")
MALFORMED = ("malformed_model_output", "malformed_tool_use")
THINKING_ROOM = 4_096
# How IAM words a denial by a policy of the role itself; on our roles only the budget's hard stop is one.
DENIED = "explicit deny in an identity-based policy"
BUDGET_USED = "the month's budget is used up, and its hard stop denies the models. See docs/operations"


@dataclass(frozen=True, slots=True)
class BedrockConfig:
    """Which models to ask, in order, and how.

    `temperature` is sent only when set, because newer models refuse it. `read_timeout` is in seconds and
    shrinks with the invocation; below `least_time` seconds nothing is asked any more.
    """

    model_ids: tuple[str, ...]
    region: str
    temperature: float | None = None
    max_output_tokens: int = 4_096
    read_timeout: float = 600.0
    least_time: float = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of one model."""

    text: str
    stop: str
    thought: bool
    usage: Usage


class BedrockReasoner:
    """Implements `Reasoner`. A model that stays unavailable is followed by the next of the chain."""

    def __init__(self, config: BedrockConfig, clock: Clock, retry: Retry) -> None:
        self._config = config
        self._clock = clock
        self._retry = retry
        self._forms: dict[str, Form] = {}
        self._chats: dict[tuple[str, int], ChatBedrockConverse] = {}

    def ask(self, prompt: Prompt, into: type[T]) -> Answered[T]:
        """See `Reasoner.ask`."""
        schema = answer_forms.schema_of(into)
        return self._first_that_answers(lambda model: self._typed(model, prompt, into, schema))

    def write(self, prompt: Prompt) -> Answered[str]:
        """See `Reasoner.write`."""
        return self._first_that_answers(lambda model: self._plain(model, prompt))

    def _first_that_answers(self, ask: Callable[[str], Answered[T]]) -> Answered[T]:
        refused: TransientError | PermanentError | None = None
        for model in self._config.model_ids:
            try:
                return ask(model)
            except PermanentError as error:
                refused = BudgetExceeded(BUDGET_USED) if _denied(error) else error
            except TransientError as error:
                refused = error
        raise refused or PermanentError("no model is configured. Set TRACEMEND_MODELS")

    def _plain(self, model: str, prompt: Prompt) -> Answered[str]:
        reply = self._call(model, prompt, _messages(prompt), {})
        if reply.stop == "max_tokens":
            raise AnswerMalformed(f"the answer was cut off after {reply.usage.output_tokens} tokens")
        return Answered(reply.text, reply.usage)

    def _typed(self, model: str, prompt: Prompt, into: type[T], schema: dict[str, Any]) -> Answered[T]:
        """By the strictest form that this model takes; what it refused once is not tried again."""
        for form in list(Form)[self._forms.get(model, Form.SCHEMA) :]:
            try:
                answered = self._in_form(model, form, prompt, into, schema)
            except PermanentError as refused:
                if form is Form.TEXT or not _form_refused(refused):
                    raise
                continue
            self._forms[model] = form
            return answered
        raise PermanentError(f"{model} takes no form of question")

    def _in_form(
        self, model: str, form: Form, prompt: Prompt, into: type[T], schema: dict[str, Any]
    ) -> Answered[T]:
        """One question, and one more with what was wrong with the answer. Raises AnswerMalformed."""
        messages = _messages(replace(prompt, system=prompt.system + answer_forms.instruction(form, schema)))
        extra = answer_forms.parameters(form, schema)
        first = self._call(model, prompt, messages, extra)
        try:
            return Answered(_value(first, into), first.usage)
        except AnswerMalformed as malformed:
            again = _messages_after(messages, first, str(malformed))
        second = self._call(model, prompt, again, extra)
        return Answered(_value(second, into), _sum(first.usage, second.usage))

    def _call(
        self, model: str, prompt: Prompt, messages: Sequence[BaseMessage], extra: dict[str, Any]
    ) -> Reply:
        """One answer; a model that spent its tokens on thinking is given more, once."""
        tokens = min(prompt.max_tokens, self._config.max_output_tokens)
        reply = self._retry(lambda: self._once(model, prompt, messages, {**extra, "max_tokens": tokens}))
        if reply.stop != "max_tokens" or not reply.thought:
            return reply
        more = {**extra, "max_tokens": tokens + THINKING_ROOM}
        second = self._retry(lambda: self._once(model, prompt, messages, more))
        return replace(second, usage=_sum(reply.usage, second.usage))

    def _once(
        self, model: str, prompt: Prompt, messages: Sequence[BaseMessage], extra: dict[str, Any]
    ) -> Reply:
        chat = self._chat(model)
        begun = self._clock.now()
        with translated(f"Bedrock {model}"):
            try:
                message = chat.invoke(list(messages), **extra)
            except ValueError as error:
                raise PermanentError(f"Bedrock {model}: {error}") from error
        return _checked(message, model, prompt.name, (self._clock.now() - begun) / 1000)

    def _chat(self, model: str) -> ChatBedrockConverse:
        """The client for this model, whose patience ends before the invocation does."""
        left = self._clock.remaining() - self._config.least_time / 2
        if left < self._config.least_time / 2:
            raise DeadlineNear("too little time is left to ask a model. Raise the function's timeout")
        patience = int(min(left, self._config.read_timeout))
        patience = patience - patience % 15 if patience > 15 else patience
        if (model, patience) not in self._chats:
            self._chats[model, patience] = self._new_chat(model, patience)
        return self._chats[model, patience]

    def _new_chat(self, model: str, patience: int) -> ChatBedrockConverse:
        # LangChain takes more than a second to import: only functions that ask a model pay for it.
        from langchain_aws import ChatBedrockConverse  # noqa: PLC0415

        region = self._config.region
        profile = "application-inference-profile" in model
        runtime = client("bedrock-runtime", region, patience)
        options: dict[str, Any] = {"provider": "anthropic"} if model.startswith("arn:") else {}
        if self._config.temperature is not None:
            options["temperature"] = self._config.temperature
        return ChatBedrockConverse(
            model=model,
            client=runtime,
            bedrock_client=client("bedrock", region) if profile else runtime,
            disable_streaming=True,
            **options,
        )


def _messages(prompt: Prompt) -> list[BaseMessage]:
    from langchain_core.messages import HumanMessage, SystemMessage  # noqa: PLC0415

    return [SystemMessage(prompt.system), HumanMessage(prompt.user)]


def _messages_after(messages: list[BaseMessage], reply: Reply, problem: str) -> list[BaseMessage]:
    from langchain_core.messages import AIMessage, HumanMessage  # noqa: PLC0415

    answer = reply.text.strip() or "(no answer)"
    return [*messages, AIMessage(answer), HumanMessage(answer_forms.MENDED.format(problem=problem))]


def _value(reply: Reply, into: type[T]) -> T:
    if reply.stop == "max_tokens":
        raise AnswerMalformed(f"it was cut off after {reply.usage.output_tokens} tokens; be shorter")
    return answer_forms.validated(reply.text, into)


def _checked(message: AIMessage, model: str, stage: str, seconds: float) -> Reply:
    """The reply, if its stop reason lets it be one."""
    stop = str(message.response_metadata.get("stopReason", "none"))
    if stop not in (*COMPLETE, *MALFORMED, "max_tokens"):
        raise PermanentError(f"Bedrock {model} gave no answer: it stopped with {stop}")
    kinds = {block.get("type") for block in message.content if isinstance(block, dict)}
    counts: Any = message.usage_metadata or {}
    usage = Usage(
        stage=stage,
        engine=_engine(message.response_metadata, model),
        input_tokens=counts.get("input_tokens", 0),
        output_tokens=counts.get("output_tokens", 0),
        seconds=seconds,
    )
    return Reply(_text(message), stop, any("reason" in str(kind) for kind in kinds), usage)


def _text(message: AIMessage) -> str:
    """The arguments of the answering tool as JSON, or else all text, without what the model thought."""
    if message.tool_calls:
        return json.dumps(message.tool_calls[0]["args"], ensure_ascii=False)
    return str(message.text)


def _engine(metadata: dict[str, Any], model: str) -> str:
    """Who answered: what the endpoint says of itself, or the model that was asked."""
    engine = (metadata.get("additionalModelResponseFields") or {}).get("engine")
    if not isinstance(engine, dict):
        return model
    name, its_model = str(engine.get("name", "")), str(engine.get("model", ""))
    return f"{name} ({its_model})" if name and its_model and name not in its_model else its_model or name


def _form_refused(error: PermanentError) -> bool:
    """Whether the request itself was refused, and not for its length."""
    from langchain_core.exceptions import ContextOverflowError  # noqa: PLC0415

    cause = error.__cause__
    if isinstance(cause, ContextOverflowError) or not isinstance(cause, ClientError):
        return False
    return error_code(cause) == "ValidationException"


def _denied(error: PermanentError) -> bool:
    """Whether the role itself carries a policy that denies the model."""
    cause = error.__cause__
    coded = isinstance(cause, ClientError) and error_code(cause) == "AccessDeniedException"
    return coded and DENIED in str(cause)


def _sum(first: Usage, second: Usage) -> Usage:
    return replace(
        second,
        input_tokens=first.input_tokens + second.input_tokens,
        output_tokens=first.output_tokens + second.output_tokens,
        seconds=first.seconds + second.seconds,
    )
