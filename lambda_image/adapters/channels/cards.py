"""The notifier of every channel that is sent rendered cards, one message after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from lambda_image.domain.card import Card
from lambda_image.domain.notification import Telling

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class CardNotifier(Generic[M]):
    """Implements `Notifier`. `render` makes a card's messages, `send` takes an id and its message."""

    render: Callable[[Card], tuple[M, ...]]
    send: Callable[[str, M], None]

    def publish(self, telling: Telling) -> None:
        """See `Notifier.publish`. An outcome of before cards were kept is told by the topic alone."""
        card = telling.outcome.card
        for number, message in enumerate(self.render(card) if card else (), start=1):
            message_id = card.message_id(number) if card else ""
            if message_id not in telling.delivered:
                self.send(message_id, message)
                telling.note(message_id)
