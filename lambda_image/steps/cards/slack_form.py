"""The form in which people describe an error and say when it was: a modal of Slack's, and what was sent.

Source: Slack API reference, "Modals" and "Views".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAME = "tracemend-describe"
_WHAT, _WHEN = "what", "when"
LONGEST = 3_000
# Seconds.
RANGES = {
    "900": "The last 15 minutes",
    "3600": "The last hour",
    "21600": "The last 6 hours",
    "86400": "The last day",
    "604800": "The last week",
}
USUAL = "3600"


def form() -> dict[str, Any]:
    """The `view` of `views.open`."""
    options = {value: {"text": _plain(said), "value": value} for value, said in RANGES.items()}
    what = {"type": "plain_text_input", "action_id": _WHAT, "multiline": True, "max_length": LONGEST}
    when = {
        "type": "static_select",
        "action_id": _WHEN,
        "options": list(options.values()),
        "initial_option": options[USUAL],
    }
    return {
        "type": "modal",
        "callback_id": NAME,
        "title": _plain("Tracemend"),
        "submit": _plain("Search"),
        "close": _plain("Cancel"),
        "blocks": [
            {"type": "input", "block_id": _WHAT, "label": _plain("What goes wrong?"), "element": what},
            {"type": "input", "block_id": _WHEN, "label": _plain("When?"), "element": when},
        ],
    }


def sent(view: Mapping[str, Any]) -> tuple[str, int]:
    """The description, and the time range in seconds, of a `view_submission`."""
    values = view.get("state", {}).get("values", {})
    what = values.get(_WHAT, {}).get(_WHAT, {}).get("value") or ""
    chosen = (values.get(_WHEN, {}).get(_WHEN, {}).get("selected_option") or {}).get("value")
    return str(what)[:LONGEST], int(chosen if chosen in RANGES else USUAL)


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}
