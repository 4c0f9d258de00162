"""slack-bolt on Lambda: each request is acknowledged at once, its work done by an invocation of its own.

Source: Bolt for Python, "Lazy listeners". Bolt marks an invocation for the work by headers, which others may
send to the function's URL as well; so they are taken from every request, and the work comes under a key that
only the function itself can send.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeVar

from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.aws_lambda import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.lazy_listener import LazyListenerRunner
from slack_bolt.request import BoltRequest
from slack_sdk.web import WebClient

from lambda_image.adapters.aws import translated
from lambda_image.adapters.channels.slack import EVENT
from lambda_image.adapters.channels.slack_api import HOST, Refused, SlackApi
from lambda_image.adapters.retry import Retry
from lambda_image.domain.card import Said
from lambda_image.domain.errors import TracemendError

LATER = "later"
BUTTON = re.compile(r"tracemend-([a-z]+)")
COMMAND = "/tracemend"
# Seconds that a call of Slack's may take; a form has to be open 3 s after the command.
TIMEOUT = 2
_LAZY = "x-slack-bolt-lazy"
_MENTION = re.compile(r"<@[A-Z0-9]+>")
_ID, _NAME = re.compile(r"[A-Z0-9]{1,40}", re.ASCII), re.compile(r"\w[\w.-]{0,79}")
Json = dict[str, Any]
T = TypeVar("T")


class Desk(Protocol):
    """What is said to people, in Slack's markup."""

    def command(self, text: str) -> str:
        """To what was typed behind the command."""

    def about(self, fingerprint: str) -> str:
        """Of one problem."""


@dataclass(frozen=True, slots=True)
class Service:
    """What the app does. `press` serves a button, by verb, token, and who pressed; `form` is a modal.

    `sent` reads the form, `describe` serves what it says: a description, and of the last so many seconds.
    `ask` answers words of somebody in the thread of this id. `show` makes messages of an answer.
    """

    desk: Desk
    press: Callable[[str, str, str], Said]
    ask: Callable[[str, str, str], Said]
    show: Callable[[Said], tuple[Json, ...]]
    describe: Callable[[str, int, str], str]
    form: Callable[[], Json]
    sent: Callable[[Json], tuple[str, int]]
    form_name: str


@dataclass
class SlackApp:
    """`token` is the bot's, `functions` a client of Lambda; by `api` it says what was put off.

    What Slack does not take now is tried again: a button serves once, and so does the answer to it.
    """

    service: Service
    token: Callable[[], str]
    functions: Any
    api: SlackApi
    retry: Retry
    host: str = HOST
    _logger: logging.Logger = field(default_factory=lambda: logging.getLogger("tracemend.slack_app"))

    def take(self, event: Json, context: Any) -> Json:
        """Acknowledge a request that the gate let in; what it takes to answer is done later."""
        headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
        kept = {name: value for name, value in headers.items() if not name.startswith(_LAZY)}
        return self._handle({**event, "headers": kept}, context)

    def go_on(self, event: Json, context: Any) -> Json | None:
        """Do the work of a request that was acknowledged; None where this is no such work."""
        return self._handle(event[LATER], context) if LATER in event else None

    def _handle(self, event: Json, context: Any) -> Json:
        return dict(self._handler.handle(event, context))  # type: ignore[no-untyped-call]

    @cached_property
    def _handler(self) -> SlackRequestHandler:
        self._logger.setLevel(logging.ERROR)
        handler = SlackRequestHandler(self._bolt())
        handler.app.listener_runner.lazy_listener_runner = _Later(self._logger, self.functions)
        return handler

    def _bolt(self) -> App:
        """The app with its listeners. Its requests were verified at the gate."""

        # Bolt takes a method for a function that lacks its first argument.
        def authorized(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=self.token())

        client = WebClient(base_url=f"https://{self.host}/api/", timeout=TIMEOUT, retry_handlers=[])
        app = App(
            client=client,
            authorize=authorized,
            logger=self._logger,
            process_before_response=True,
            request_verification_enabled=False,
        )
        app.command(COMMAND)(ack=self._open, lazy=[self._command])
        app.view(self.service.form_name)(ack=_acknowledge, lazy=[self._describe])
        app.event("app_mention")(ack=_nothing, lazy=[self._mention])
        app.action(BUTTON)(ack=_acknowledge, lazy=[self._press])
        return app

    def _open(self, ack: Ack, body: Json, client: WebClient) -> None:
        """The form, which has to be opened now; anything else is answered later."""
        if not str(body.get("text") or "").strip():
            client.views_open(trigger_id=body["trigger_id"], view=self.service.form())
        ack()

    def _command(self, body: Json, respond: Respond) -> None:
        text = str(body.get("text") or "").strip()
        if text:
            respond(_tried(lambda: self.service.desk.command(text)))

    def _describe(self, body: Json, view: Json) -> None:
        by = person(body["user"])
        said = _tried(lambda: self.service.describe(*self.service.sent(view), by))
        self._post({"channel": body["user"]["id"], "text": said})

    def _mention(self, event: Json) -> None:
        """In the thread of a card a question about its problem, elsewhere as the command."""
        thread = event.get("thread_ts")
        about = self._card(event["channel"], thread) if thread else {}
        text = _MENTION.sub("", str(event.get("text", ""))).strip()
        said = _tried(lambda: self._answer(about, text, person({"id": event.get("user")})))
        self._reply(event["channel"], thread or event["ts"], said)

    def _answer(self, about: Json, text: str, by: str) -> str | Said:
        if not about:
            return self.service.desk.command(text)
        if text:
            return self.service.ask(_own_thread(about), text, by)
        return self.service.desk.about(str(about.get("fingerprint")))

    def _press(self, body: Json, action: Json) -> None:
        found = BUTTON.fullmatch(str(action.get("action_id")))
        verb, token = found[1] if found else "", str(action.get("value"))
        said = _tried(lambda: self.service.press(verb, token, person(body["user"])))
        message = body.get("message", {})
        thread = message.get("thread_ts") or message.get("ts")
        self._reply(body["channel"]["id"], thread, said)

    def _reply(self, channel: str, thread: str, said: str | Said) -> None:
        """Into a thread; a text is in Slack's markup already."""
        for message in ({"text": said},) if isinstance(said, str) else self.service.show(said):
            self._post({"channel": channel, "thread_ts": thread, **message})

    def _post(self, message: Json) -> None:
        body = {**message, "unfurl_links": False, "unfurl_media": False}
        self.retry(lambda: self.api.write("chat.postMessage", body))

    def _card(self, channel: str, thread: str) -> Json:
        """What the card that began this thread says of itself; nothing where it was none of ours."""
        asked = {"channel": channel, "ts": thread, "limit": 1, "include_all_metadata": True}
        try:
            first = self.retry(lambda: self.api.read("conversations.replies", asked))["messages"][0]
        except (Refused, LookupError):
            return {}
        metadata = first.get("metadata") or {}
        return dict(metadata.get("event_payload") or {}) if metadata.get("event_type") == EVENT else {}


class _Later(LazyListenerRunner):
    """Starts the work in an invocation of its own, which Lambda makes at least once."""

    def __init__(self, logger: logging.Logger, functions: Any) -> None:
        self.logger = logger
        self._functions = functions

    def start(self, function: Callable[..., None], request: BoltRequest) -> None:
        """See `LazyListenerRunner.start`."""
        del function
        event = request.context["lambda_request"]
        marks = {f"{_LAZY}-only": "1", f"{_LAZY}-function-name": request.lazy_function_name}
        later = {**event, "headers": {**event["headers"], **marks, "cookie": []}}
        with translated("Lambda Invoke"):
            self._functions.invoke(
                FunctionName=request.context["aws_lambda_function_name"],
                InvocationType="Event",
                Payload=json.dumps({LATER: later}),
            )


def _own_thread(about: Json) -> str:
    """The thread of a card's problem: a member's card names that of its incident, which may not be here."""
    own = re.match(rf"{re.escape(str(about.get('fingerprint')))}-\d+", str(about.get("id")), re.ASCII)
    return own[0] if own else str(about.get("thread"))


def person(user: Json) -> str:
    """Who it is, without a mention: the name where Slack tells a plain one, and the id."""
    name, found = str(user.get("username") or user.get("name") or ""), str(user.get("id") or "")
    known = found if _ID.fullmatch(found) else "somebody"
    return f"{name} ({known})" if _NAME.fullmatch(name) else known


def _acknowledge(ack: Ack) -> None:
    ack()


def _nothing() -> None:
    """An event is acknowledged by itself."""


def _tried(work: Callable[[], T]) -> T | str:
    try:
        return work()
    except TracemendError as error:
        return f"That did not work: {error}. Try it again in a minute."
