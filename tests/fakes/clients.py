"""What each client would make of a card: everything that is wrong with its messages, as sentences."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator, Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import best_match  # type: ignore[import-untyped]
from slack_sdk.models.blocks import Block as SlackBlock

from infra.local import preview
from infra.local.channel.mrkdwn import parse, pings
from infra.local.channel.schema import Dropped
from infra.local.channel.schema import check as accepted_by_channel
from lambda_image.adapters.channels.chatbot import envelope, problems
from lambda_image.domain.card import Card
from lambda_image.domain.notification import Notification
from lambda_image.steps.cards.email import email_messages
from lambda_image.steps.cards.slack import slack_messages
from lambda_image.steps.cards.teams import teams_messages
from lambda_image.steps.cards.webhook import webhook_messages
from lambda_image.steps.words.escape import END, ISOLATE, JOINER

SCHEMA = Path(preview.__file__).with_name("adaptive-card.schema.json")
PUBLIC_SCHEMA = Path(__file__).parent / "adaptive_cards" / "card-1.4.json"
CALL = re.compile(r"@(?:here|channel|everyone|all)\b", re.IGNORECASE)
ADDRESS = re.compile(r"(?:https?|ftp)://[^\s<>\"'`|\])}]+|(?<![A-Za-z0-9])www\.\S+|mailto:\S+")
TEAMS_LINK = re.compile(r"\[[^\n]*?\]\(([^()\s]+)\)")
OPEN = ("https://", "http://")
UNSEEN = {"Cc", "Cf", "Cs"}
SEEN = {"\n", "\t", JOINER, ISOLATE, END}


@dataclass(frozen=True, slots=True)
class Allowed:
    """Where a card may lead: to these addresses, and anywhere on these hosts. Read by a rule of its own."""

    urls: frozenset[str]
    hosts: tuple[str, ...] = ()

    def __contains__(self, url: object) -> bool:
        hosts = "|".join(map(re.escape, self.hosts))
        ours = rf"(?i:https)://(?i:{hosts})(?::\d*)?(?:[/?#][^\\]*)?"
        return url in self.urls or bool(hosts and isinstance(url, str) and re.fullmatch(ours, url))


def faults(
    card: Card,
    messages: Iterable[Notification],
    allowed: Container[str],
    client: str,
    *,
    public: bool = False,
) -> list[str]:
    """All that is wrong with a card in any client; `public` asks the public schema for Teams too, slowly."""
    return [
        *(f"chatbot: {fault}" for fault in of_chatbot(tuple(messages), allowed, client)),
        *(f"slack: {fault}" for fault in of_slack(card, allowed)),
        *(f"teams: {fault}" for fault in of_teams(card, allowed, public=public)),
        *(f"e-mail: {fault}" for fault in of_email(card, allowed)),
        *(f"webhook: {fault}" for fault in of_webhook(card, allowed)),
    ]


def of_chatbot(messages: tuple[Notification, ...], allowed: Container[str], client: str) -> Iterator[str]:
    """By the schema of custom notifications, and by what Slack or Teams make of the text."""
    if len({each.id for each in messages}) < len(messages) or len({each.thread_id for each in messages}) > 1:
        yield "messages share an id, or have no thread in common"
    for each in messages:
        published = envelope(each)
        yield from problems(each, published)
        verdict = accepted_by_channel(published)
        if isinstance(verdict, Dropped):
            yield from verdict.reasons
            continue
        yield from verdict.warnings
        texts = (each.title, each.summary, each.description, *each.next_steps, *each.keywords)
        for text in texts:
            yield from _marked(text, allowed, client)
            yield from _hidden(text)


def _marked(text: str, allowed: Container[str], client: str) -> Iterator[str]:
    if text.count("```") % 2:
        yield f"an open fence in {text[-80:]!r}"
    found = pings(text)
    if found:
        yield f"calls {found}"
    if client == "teams":
        shown = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL).replace("&amp;", "&")
        bare = ADDRESS.findall(TEAMS_LINK.sub(" ", shown))
        links = [*TEAMS_LINK.findall(shown), *(each.rstrip(".,;:!?") for each in bare)]
    else:
        links = [span.url for block in parse(text) for span in block.spans if span.url]
    yield from (f"leads to {link}" for link in links if link not in allowed)


def of_slack(card: Card, allowed: Container[str]) -> Iterator[str]:
    """By the models of Slack's SDK, and by the limits that these do not know."""
    for message in slack_messages(card):
        blocks = message["blocks"]
        for block in blocks:
            parsed = SlackBlock.parse(block)
            if parsed is None or parsed.to_dict() != block:
                yield f"no block of Slack's: {json.dumps(block)[:200]}"
        elements = tuple(_within(blocks))
        read = sum(len(str(each.get("text", ""))) for each in elements if each["type"] in {"text", "link"})
        if len(blocks) > 50 or read > 12_000:
            yield f"{len(blocks)} blocks with {read} characters"
        if len(message["text"]) > 4_000 or not message["text"]:
            yield f"a text of {len(message['text'])} characters"
        if pings(message["text"]):
            yield f"calls {pings(message['text'])}"
        yield from _plain(elements, "url", allowed)
        yield from _empty(elements)
        yield from _hidden_within(message)


def of_teams(card: Card, allowed: Container[str], *, public: bool = False) -> Iterator[str]:
    """By a schema that is stricter than the public one, by that too if asked, and in 28 KB."""
    for message in teams_messages(card):
        yield from (f"{error.json_path}: {error.message[:120]}" for error in validator().iter_errors(message))
        # The schema knows nothing of what is Teams' own.
        shown = {name: value for name, value in _content(message).items() if name != "msteams"}
        if public and not public_validator().is_valid(shown):
            yield f"by the public schema: {best_match(public_validator().iter_errors(shown)).message[:120]}"
        size = len(json.dumps(message).encode())
        if size > 28_000:
            yield f"{size} bytes"
        yield from _plain(tuple(_within(message)), "url", allowed)
        yield from _hidden_within(message)


def _content(message: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = message["attachments"][0]["content"]
    return content


def of_email(card: Card, allowed: Container[str]) -> Iterator[str]:
    """By the limits of SNS, and by what a mail program makes a link of."""
    for message in email_messages(card):
        if not re.fullmatch(r"[ -~]{1,99}", message.subject):
            yield f"a subject {message.subject!r}"
        if len(message.body.encode()) > 262_144:
            yield "a body that is too long"
        found = (each.rstrip(".,;:!?") for each in ADDRESS.findall(message.body))
        yield from (f"leads to {each}" for each in found if each not in allowed)
        yield from _hidden(message.body)
        sent = EmailMessage(policy=policy.SMTP)
        sent["Subject"] = message.subject
        sent.set_content(message.body)
        read = message_from_bytes(sent.as_bytes(), policy=policy.SMTP)
        if read["Subject"].strip() != message.subject.strip() or read.get_content() != message.body.replace(
            "\n", "\r\n"
        ):
            yield "another e-mail arrives than was sent"


def of_webhook(card: Card, allowed: Container[str]) -> Iterator[str]:
    """By the size that receivers take, and by what its text would make live."""
    for message in webhook_messages(card):
        size = len(json.dumps(message).encode())
        if size > 256_000:
            yield f"{size} bytes"
        found = (each.rstrip(".,;:!?") for each in ADDRESS.findall(message["text"]))
        yield from (f"leads to {each}" for each in found if each not in allowed)
        yield from (f"leads to {url}" for url in _addresses(message["sections"]) if url not in allowed)
        yield from _hidden_within(message)


def _hidden(text: str) -> Iterator[str]:
    """What nobody sees in it, and a direction of writing that is begun or ended alone."""
    unseen = {each for each in text if unicodedata.category(each) in UNSEEN} - SEEN
    if unseen:
        yield f"hides {sorted(map(hex, map(ord, unseen)))}"
    depth = 0
    for each in re.findall(f"[{ISOLATE}{END}]", text):
        depth += 1 if each == ISOLATE else -1
        if depth < 0:
            break
    if depth:
        yield f"turns without an end in {text[-40:]!r}"


def _hidden_within(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield from _hidden(node)
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list | tuple) else ():
        yield from _hidden_within(each)


def _addresses(node: Any) -> Iterator[str]:
    """All that a run leads to."""
    if isinstance(node, dict):
        yield from filter(None, [node.get("url")])
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list | tuple) else ():
        yield from _addresses(each)


def _plain(elements: tuple[dict[str, Any], ...], key: str, allowed: Container[str]) -> Iterator[str]:
    for each in elements:
        url = each.get(key)
        if url is not None and url not in allowed:
            yield f"leads to {url}"
        text = each.get("text")
        if isinstance(text, str) and CALL.search(text):
            yield f"calls people in {text[:80]!r}"


def _empty(elements: tuple[dict[str, Any], ...]) -> Iterator[str]:
    for each in elements:
        if each["type"] in {"text", "link"} and not each.get("text"):
            yield "an element without text"
        if each["type"].startswith("rich_text") and not each["elements"]:
            yield f"an empty {each['type']}"


def _within(node: Any) -> Iterator[dict[str, Any]]:
    """All objects with a type, at any depth."""
    if isinstance(node, dict):
        if "type" in node:
            yield node
        for each in node.values():
            yield from _within(each)
    elif isinstance(node, list):
        for each in node:
            yield from _within(each)


@cache
def validator() -> Draft202012Validator:
    """Of a Teams message."""
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


@cache
def public_validator() -> Draft6Validator:
    """Of its Adaptive Card, by what Microsoft publishes."""
    return Draft6Validator(json.loads(PUBLIC_SCHEMA.read_text(encoding="utf-8")))
