"""One self-contained HTML page of what people see of a card; it loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.local.channel.envelope import Envelope
from infra.local.channel.inbox import Arrival, Message, judged
from infra.local.channel.page import page as channel_page
from infra.local.preview.reading import Told
from lambda_image.domain.card import Card
from lambda_image.domain.errors import InputRefused
from lambda_image.steps.cards.slack import slack_messages
from lambda_image.steps.cards.teams import teams_messages

Client = Literal["chatbot", "slack", "teams"]
RENDERERS: dict[str, Callable[[Card], tuple[dict[str, Any], ...]]] = {
    "slack": slack_messages,
    "teams": teams_messages,
}


def page(told: Sequence[Told], client: Client, name: str = "incidents") -> str:
    """The page. Raises InputRefused where the client needs a card and the file holds only a notification."""
    if client == "chatbot":
        return channel_page(_arrivals(told), name)
    cards = [each.card for each in told if each.card]
    if len(cards) < len(told):
        raise InputRefused(
            "a notification alone is written for AWS Chatbot. Use --as chatbot, or give the whole outcome"
        )
    messages = [message for card in cards for message in RENDERERS[client](card)]
    environment = Environment(
        loader=FileSystemLoader([Path(__file__).parent, Path(__file__).parents[1] / "channel"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(f"{client}.html.j2").render(name=name, messages=messages)


def _arrivals(told: Sequence[Told]) -> tuple[Arrival, ...]:
    arrivals: list[Arrival] = []
    for number, message in enumerate(message for each in told for message in each.published):
        shown = tuple(each for each in arrivals if isinstance(each, Message))
        arrivals.append(judged(Envelope(str(number), datetime.now(UTC), message), shown))
    return tuple(arrivals)
