"""The cards in a terminal, and that a log line cannot steer it."""

from __future__ import annotations

from io import StringIO
from typing import Literal

from rich.console import Console

from infra.local.channel.terminal import Terminal
from tests.unit.channel.notes import arrived, note, threaded


def printed(*messages: str, color: bool = False) -> str:
    stream = StringIO()
    system: Literal["truecolor"] | None = "truecolor" if color else None
    terminal = Terminal(Console(file=stream, width=80, force_terminal=color, color_system=system))
    for arrival in arrived(*messages):
        terminal(arrival)
    return stream.getvalue()


def test_a_card_has_title_text_steps_and_tags() -> None:
    content = {
        "title": "*Orders* fail",
        "description": "See `price_of` in <https://a.example|the code>\n```\n  KeyError\n```\n&gt; quoted",
        "nextSteps": ["Roll back", "word " * 30],
        "keywords": ["orders", "KeyError"],
    }

    card = printed(threaded("a", **content))

    assert "Summary of a\n╭─ Orders fail ─" in card
    assert "See price_of in the code" in card
    assert "│   KeyError" in card
    assert "│   quoted" in card
    assert "│ • Roll back" in card
    assert "│ • word word" in card
    assert "│   word word" in card
    assert " orders   KeyError " in card
    assert "08:35:00 UTC" in card


def test_a_reply_is_indented() -> None:
    lines = printed(threaded("a"), threaded("a", title="reply")).splitlines()

    assert any(line.startswith("    ╭─ reply") for line in lines)


def test_a_dropped_message_says_why() -> None:
    card = printed(note({"title": "x" * 251}))

    assert "Dropped: a real channel would show nothing" in card
    assert "content.title: 251 characters, at most 250" in card


def test_pings_repeats_and_warnings_are_said() -> None:
    card = printed(note(id="x"), note({"description": "<!here>", "keywords": ["a", "a"]}, id="x"))

    assert "Notifies people: @here" in card
    assert "Same id as an earlier message: x" in card
    assert "content.keywords: holds the same item twice" in card


def test_control_sequences_are_shown_and_not_obeyed() -> None:
    text = "a\x1b[2Jb\x9b1mc\x07 \r[red]d[/red]"

    card = printed(note({"description": text, "title": text}, id="\x1b[2J"), note(id="\x1b[2J"), color=True)

    assert "\x1b[2J" not in card
    assert not {"\x9b", "\x07", "\r"} & set(card)
    assert "a␛[2Jb" in card
    assert "[red]d[/red]" in card


def test_a_link_cannot_break_out_of_its_escape_sequence() -> None:
    card = printed(note({"description": "<https://a.example/\x1b\\\x1b[2J|label>"}), color=True)

    assert "label" in card
    assert "\x1b[2J" not in card
