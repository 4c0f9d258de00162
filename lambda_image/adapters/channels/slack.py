"""Cards in a Slack channel: the first of a problem there, all others in its thread.

Slack documents no key by which it would drop a repeat. So each message carries our id as metadata, and before
one is sent we look for it where it would stand (docs/decisions/0025-slack.md). The first message tells the
newest state: whoever scrolls through the channel sees what became of each problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from lambda_image.adapters.channels.slack_api import Refused
from lambda_image.adapters.retry import Retry
from lambda_image.domain.card import Card
from lambda_image.domain.errors import PermanentError, TracemendError
from lambda_image.domain.notification import Telling

EVENT = "tracemend_card"
STATE = "-state"
# Between the id of a message and its `ts`: by that pair a delivery is noted.
_AT = "@"
# Slack asks for no more than 200 messages at once. A channel that is busier than this has no look-up.
PAGE, PAGES = 200, 10
# Seconds that Slack's clock may be behind ours.
SKEW = 300

Message = Mapping[str, Any]


class Api(Protocol):
    """Slack's Web API."""

    def write(self, method: str, body: Message) -> dict[str, Any]:
        """Call a method with JSON."""

    def read(self, method: str, params: Message) -> dict[str, Any]:
        """Call a method with parameters."""


@dataclass(frozen=True, slots=True)
class SlackNotifier:
    """Implements `Notifier` for the channel of this id.

    `render` makes the bodies of `chat.postMessage`; `renew` the blocks of a thread's first message anew, so
    that they tell what a newer card says.
    """

    api: Api
    channel: str
    render: Callable[[Card], tuple[Message, ...]]
    renew: Callable[[list[Any], Card], list[Any]]
    retry: Retry

    def publish(self, telling: Telling) -> None:
        """See `Notifier.publish`. An outcome of before cards were kept is told by the topic alone."""
        card = telling.outcome.card
        if card is None:
            return
        places = {name: ts for name, at, ts in (each.partition(_AT) for each in telling.delivered) if at}
        told = sorted((ts, name) for name, ts in places.items() if not name.endswith(STATE))
        root, first = told[0] if told else ("", "")
        thread = _Thread(self.api, self.channel, card, root)
        for number, message in enumerate(self.render(card), start=1):
            message_id = card.message_id(number)
            if message_id not in places:
                ts = self.retry(partial(thread.send, message_id, message))
                telling.note(f"{message_id}{_AT}{ts}")
        state = f"{card.id}{STATE}"
        if state not in places and card.id != (first or self.retry(thread.first)):
            self.retry(lambda: thread.update(lambda blocks: self.renew(blocks, card)))
            telling.note(f"{state}{_AT}{thread.root}")


@dataclass(slots=True)
class _Thread:
    """The thread of a problem, as far as it is known; `root` is the `ts` of its first message, or empty."""

    api: Api
    channel: str
    card: Card
    root: str
    # What stands in it by our ids; None where that has to be looked up.
    seen: dict[str, Message] | None = field(default=None)

    def first(self) -> str:
        """Our id of its first message."""
        here = self._look()
        return next((name for name, each in here.items() if each["ts"] == self.root), "")

    def send(self, message_id: str, message: Message) -> str:
        """Send it if it is not there; its `ts`. After a failure nobody knows, so that is looked up anew."""
        here = self._look()
        if message_id in here:
            return str(here[message_id]["ts"])
        about = {"id": message_id, "thread": self.card.thread_id, "fingerprint": self.card.fingerprint}
        metadata = {"event_type": EVENT, "event_payload": about}
        body = {"channel": self.channel, **message, "metadata": metadata}
        try:
            sent = self.api.write("chat.postMessage", {**body, "thread_ts": self.root} if self.root else body)
        except TracemendError:
            self.seen = None
            raise
        ts = str(sent["ts"])
        self.root = self.root or ts
        here[message_id] = {**body, "ts": ts}
        return ts

    def update(self, change: Callable[[list[Any]], list[Any]]) -> None:
        """Change the blocks of its first message; where that is refused, the thread tells."""
        root = next((each for each in self._look().values() if each["ts"] == self.root), None)
        if root is None:
            return
        body = {"channel": self.channel, "ts": self.root, "metadata": root["metadata"]}
        body |= {"text": root["text"], "blocks": change(list(root.get("blocks", ())))}
        with suppress(PermanentError):
            self.api.write("chat.update", {**body, "parse": "none", "link_names": False})

    def _look(self) -> dict[str, Message]:
        if self.seen is None:
            self.seen = self._replies() or self._replies_of_another_root()
        return self.seen

    def _replies_of_another_root(self) -> dict[str, Message]:
        """Where no root is known, or the one that was is gone."""
        began = self.card.thread_id.rpartition("-")[2]
        oldest = str(max(int(began) / 1_000 - SKEW, 0)) if began.isdigit() else "0"
        found = self._ours("conversations.history", {"oldest": oldest})
        stand = [each["ts"] for each in found.values() if each.get("thread_ts", each["ts"]) == each["ts"]]
        self.root = min(stand, default="")
        return self._replies()

    def _replies(self) -> dict[str, Message]:
        if not self.root:
            return {}
        try:
            return self._ours("conversations.replies", {"ts": self.root})
        except Refused as refused:
            if refused.code != "thread_not_found":
                raise
            return {}

    def _ours(self, method: str, where: Message) -> dict[str, Message]:
        """The messages of this thread there, by our ids."""
        found = {}
        for message in self._pages(method, where):
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == EVENT and payload.get("thread") == self.card.thread_id:
                found[str(payload.get("id"))] = message
        return found

    def _pages(self, method: str, where: Message) -> Iterator[Message]:
        asked = {"channel": self.channel, "limit": PAGE, "include_all_metadata": True, **where}
        for _ in range(PAGES):
            answer = self.api.read(method, asked)
            yield from answer.get("messages", ())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            asked = {**asked, "cursor": cursor}
