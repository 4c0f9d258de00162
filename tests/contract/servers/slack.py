"""A Slack on loopback behind TLS: the methods that cards need, held against what Slack publishes of them.

Slack API reference: "Using the Slack Web API" (tokens, content types, `ok` and `error`), "Rate limits",
"Message metadata", and the page of each method.
"""

from __future__ import annotations

import json
import math
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from infra.local.served import Served
from tests.contract.servers.hooks import certify

TOKEN, CHANNEL, USER = "xoxb-SECRET-TOKEN", "C0123ABCD", "U0123ABCD"
TRIGGER, RESPONSE = "1.2.3", "/commands/"
TEXT, BLOCKS, PAGE = 40_000, 50, 999
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one call of a method.

    `status` other than 200 is answered with `headers`, and 0 ends the connection; else `error` is Slack's
    code. With `after` the call is served first, so that its caller cannot know. `seconds` let it wait.
    """

    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False
    seconds: float = 0.0


class Refusal(Exception):
    """An `error` of Slack's."""


class LoopbackSlack(Served):
    """One channel of one workspace. `faults` are used up, one by each call of their method."""

    def __init__(self, folder: Path) -> None:
        self.messages: list[Answer] = []
        self.calls: list[str] = []
        self.wrong: list[str] = []
        self.faults: dict[str, list[Fault]] = {}
        self.room = math.inf
        self.full = Fault(503)
        self.scopes = {"chat:write", "channels:history"}
        self.certificate = folder / "loopback.pem"
        certify(self.certificate)
        self._time = 1_790_000_000.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.host = f"127.0.0.1:{self._server.server_port}"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._methods: dict[str, Callable[[Answer], Answer]] = {
            "auth.test": self._auth,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.scheduleMessage": self._plan,
            "chat.deleteScheduledMessage": self._take_back,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "views.open": self._open,
        }
        self.views: list[Answer] = []
        self.planned: dict[str, Answer] = {}
        self.responses: list[Answer] = []

    def chatter(self, count: int) -> None:
        """Messages of others."""
        for number in range(count):
            self.messages.append({"type": "message", "text": str(number), "ts": self._now(), "user": "U1"})

    def fault(self, method: str) -> Fault | None:
        """What is to go wrong with this call."""
        if method == "chat.postMessage" and len(self.ours) >= self.room:
            return self.full
        waiting = self.faults.get(method)
        return waiting.pop(0) if waiting else None

    @property
    def ours(self) -> list[Answer]:
        """The messages that bots sent."""
        return [each for each in self.messages if "bot_id" in each]

    def call(self, method: str, headers: dict[str, str], body: bytes) -> Answer:
        """Serve one call."""
        self.calls.append(method)
        try:
            return {"ok": True, **self._served(method, headers, body)}
        except Refusal as refused:
            code, _, needed = str(refused).partition(" ")
            return {"ok": False, "error": code, **({"needed": needed} if needed else {})}

    def _served(self, method: str, headers: dict[str, str], body: bytes) -> Answer:
        if method.startswith(RESPONSE):
            self.responses.append(json.loads(body))
            return {}
        if headers.get("authorization") != f"Bearer {TOKEN}":
            raise Refusal("invalid_auth")
        if method not in self._methods:
            self._odd(f"unknown method {method}")
            raise Refusal("unknown_method")
        kind = headers.get("content-type", "").partition(";")[0]
        if kind == JSON and method.startswith("conversations."):
            self._odd(f"{method} takes no JSON")
            raise Refusal("invalid_arguments")
        sent = json.loads(body) if kind == JSON else {k: v[-1] for k, v in parse_qs(body.decode()).items()}
        if "channel" in sent and sent["channel"] not in (CHANNEL, USER):
            raise Refusal("channel_not_found")
        return self._methods[method](sent)

    def _auth(self, _: Answer) -> Answer:
        return {"team_id": "T1", "user_id": "UBOT", "bot_id": "B1"}

    def _post(self, sent: Answer) -> Answer:
        self._needs("chat:write")
        self._judge(sent)
        thread = sent.get("thread_ts")
        if thread and not any(each["ts"] == thread for each in self.messages):
            raise Refusal("thread_not_found")
        ts = self._now()
        kept = {"type": "message", "ts": ts, "bot_id": "B1", "text": sent["text"]}
        kept["channel"] = sent["channel"]
        kept |= {key: sent[key] for key in ("blocks", "metadata", "thread_ts") if key in sent}
        self.messages.append(kept)
        return {"channel": CHANNEL, "ts": ts, "message": kept}

    def _update(self, sent: Answer) -> Answer:
        self._needs("chat:write")
        self._judge(sent)
        found = next((each for each in self.ours if each["ts"] == sent.get("ts")), None)
        if found is None:
            raise Refusal("message_not_found")
        found |= {key: sent[key] for key in ("text", "blocks", "metadata") if key in sent}
        return {"channel": CHANNEL, "ts": found["ts"], "text": found["text"]}

    def _plan(self, sent: Answer) -> Answer:
        self._needs("chat:write")
        if not time.time() < sent["post_at"] < time.time() + 120 * 86_400:
            raise Refusal("time_too_far")
        name = f"Q{len(self.calls)}"
        self.planned[name] = sent
        return {"channel": CHANNEL, "scheduled_message_id": name, "post_at": sent["post_at"]}

    def _take_back(self, sent: Answer) -> Answer:
        self._needs("chat:write")
        if self.planned.pop(sent["scheduled_message_id"], None) is None:
            raise Refusal("invalid_scheduled_message_id")
        return {}

    def _open(self, sent: Answer) -> Answer:
        if sent.get("trigger_id") != TRIGGER:
            raise Refusal("invalid_trigger_id")
        view = sent["view"] if isinstance(sent["view"], dict) else json.loads(sent["view"])
        View(**view).validate_json()
        self.views.append(view)
        return {"view": {"id": "V1", **view}}

    def _history(self, sent: Answer) -> Answer:
        self._needs("channels:history")
        oldest = float(sent.get("oldest", 0))
        found = [each for each in self.messages if each.get("thread_ts", each["ts"]) == each["ts"]]
        return self._page([each for each in reversed(found) if float(each["ts"]) > oldest], sent)

    def _replies(self, sent: Answer) -> Answer:
        self._needs("channels:history")
        root = sent.get("ts")
        found = [each for each in self.messages if root in (each["ts"], each.get("thread_ts"))]
        if not found:
            raise Refusal("thread_not_found")
        return self._page(found, sent)

    def _page(self, found: list[Answer], sent: Answer) -> Answer:
        start, limit = int(sent.get("cursor", 0)), int(sent.get("limit", 100))
        if not 0 < limit <= PAGE:
            self._odd(f"a limit of {limit}")
        shown = found[start : start + limit]
        if sent.get("include_all_metadata") not in ("1", "true", True):
            shown = [{key: value for key, value in each.items() if key != "metadata"} for each in shown]
        more = start + limit < len(found)
        cursor = str(start + limit) if more else ""
        return {"messages": shown, "has_more": more, "response_metadata": {"next_cursor": cursor}}

    def _needs(self, scope: str) -> None:
        if scope not in self.scopes:
            raise Refusal(f"missing_scope {scope}")

    def _judge(self, sent: Answer) -> None:
        """A message by Slack's limits and block models, and its metadata."""
        blocks = sent.get("blocks", [])
        for block in blocks:
            parsed = Block.parse({key: value for key, value in block.items() if key != "block_id"})
            if parsed is None:
                self._odd(f"no block: {json.dumps(block)[:200]}")
                raise Refusal("invalid_blocks")
            parsed.validate_json()
        metadata = sent.get("metadata", {})
        named = re.fullmatch(r"\w+", metadata.get("event_type", "")) if metadata else True
        if not named or len(blocks) > BLOCKS or not 0 < len(sent.get("text", "")) <= TEXT:
            self._odd(f"{len(blocks)} blocks, metadata {metadata}")
            raise Refusal("invalid_arguments")

    def _odd(self, what: str) -> None:
        self.wrong.append(what)

    def _now(self) -> str:
        self._time += 1
        return f"{self._time:.6f}"


def trusted(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    """Let Slack's SDK trust this certificate. urllib's opener keeps whom it trusts (3.12 on)."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr("urllib.request._opener", None)


def _handler(slack: LoopbackSlack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            method = self.path.removeprefix("/api/")
            fault = slack.fault(method)
            answer: Answer = {}
            if fault is None or fault.after:
                answer = slack.call(method, {k.lower(): v for k, v in self.headers.items()}, body)
            else:
                slack.calls.append(method)
            fault = fault or Fault()
            time.sleep(fault.seconds)
            answer = {"ok": False, "error": fault.error} if fault.error else answer
            status, headers = fault.status, fault.headers
            if not status:
                self.close_connection = True
                return
            told = (
                json.dumps(answer).encode() if status in (200, 429) else b"<html>SECRET-IN-THE-ANSWER</html>"
            )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("X-OAuth-Scopes", ",".join(sorted(slack.scopes)))
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            try:
                self.wfile.write(told)
            except OSError:  # whoever asked did not wait
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Nothing."""

    return Handler
