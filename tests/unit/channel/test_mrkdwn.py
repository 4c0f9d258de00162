"""How Slack's markup is read, and that no text can slow the reader down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.channel.mrkdwn import Block, Span, parse, pings
from infra.local.channel.schema import MESSAGE_LIMIT

# One letter for each style, so that an expectation is one line.
LETTERS = {"bold": "b", "italic": "i", "strike": "s", "code": "c"}


def shown(text: str) -> str:
    """Spans written as [styles:text], links as (text→url), unstyled text as it is."""
    return "".join(written(span) for block in parse(text) for span in block.spans)


def written(span: Span) -> str:
    text = f"({span.text}→{span.url})" if span.url else span.text
    styles = "".join(sorted(LETTERS[style] for style in span.styles))
    return f"[{styles}:{text}]" if styles else text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("*bold* _it_ ~gone~ `code`", "[b:bold] [i:it] [s:gone] [c:code]"),
        ("*_both_*", "[bi:both]"),
        ("_*both*_", "[bi:both]"),
        ("*bold _both_ bold*", "[b:bold ][bi:both][b: bold]"),
        ("*one `two` three*", "[b:one ][bc:two][b: three]"),
        ("(*bold*), done", "([b:bold]), done"),
    ],
)
def test_styles(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "*open",
        "open*",
        "`open",
        "<open",
        "a * b * c",
        "2*3*4",
        "snake_case_name",
        "__init__",
        "**twice**",
        "* spaced *",
        "*first\nsecond*",
        "```open",
        "",
        "*",
        "<>",
        "``",
        "std::map::at",
        "arn:aws:sns:eu-west-1:1:x",
    ],
)
def test_what_has_no_partner_is_text(text: str) -> None:
    assert shown(text) == text


def test_crossing_delimiters_keep_the_outer_style() -> None:
    assert shown("*a _b* c_") == "[b:a _b] c_"


def test_a_fence_is_verbatim() -> None:
    blocks = parse("before\n```\n*not bold* _x_ :fire:\n  indented\n```\nafter")

    assert blocks == (
        Block("text", (Span("before"),)),
        Block("fence", (Span("*not bold* _x_ :fire:\n  indented"),)),
        Block("text", (Span("after"),)),
    )


def test_an_unclosed_fence_after_a_closed_one_is_text() -> None:
    assert [block.kind for block in parse("```a``` b ```c")] == ["fence", "text"]
    assert shown("```a``` b ```c") == "a b ```c"


def test_quotes_group_their_lines() -> None:
    blocks = parse("&gt; one\n> *two*\nthree")

    assert [block.kind for block in blocks] == ["quote", "text"]
    assert shown("&gt; one\n> *two*\nthree") == "one\n[b:two]three"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<https://a.example/x|label>", "(label→https://a.example/x)"),
        ("<https://a.example/x>", "(https://a.example/x→https://a.example/x)"),
        (
            "<https://a.example|*bold* rest>",
            "[b:(bold→https://a.example)]( rest→https://a.example)",
        ),
        ("*<https://a.example|x>*", "[b:(x→https://a.example)]"),
        ("<mailto:a@b.example|write>", "(write→mailto:a@b.example)"),
        ("see https://a.example/b_c_d.", "see (https://a.example/b_c_d→https://a.example/b_c_d)."),
        ("<https://a.example/?a=1&amp;b=2|q>", "(q→https://a.example/?a=1&b=2)"),
        ("<javascript:alert(1)|x>", "<javascript:alert(1)|x>"),
        ("<#C024BE7LR|general>", "#general"),
        ("<!date^1392734382^{date}|18 February>", "18 February"),
    ],
)
def test_angles(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_entities_are_decoded_once() -> None:
    assert shown("&lt;b&gt; &amp;lt; &quot; `&lt;`") == "<b> &lt; &quot; [c:<]"


def test_emoji_names_become_emoji_outside_of_code() -> None:
    assert shown(":rotating_light: at 12:30:45, `:fire:` :no_such_emoji:") == (
        "\U0001f6a8 at 12:30:45, [c::fire:] :no_such_emoji:"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!channel>", ("@channel",)),
        ("<!here|here> <!everyone>", ("@here", "@everyone")),
        ("<@U024BE7LH> <@W1|ann>", ("@U024BE7LH", "@ann")),
        ("<!subteam^SAZ94GDB8|@sre>", ("@sre",)),
        ("ask @here or (@Channel)", ("@here", "@Channel")),
        ("`@here` and ```<!channel>```", ("@here", "@channel")),
        ("*@everyone*", ("@everyone",)),
        ("&lt;!channel&gt; &lt;@U024BE7LH&gt;", ()),
        ("ops@here.example, @hereafter, @\u200bhere, @property", ()),
        ("<!DOCTYPE html> <@Override>", ()),
    ],
)
def test_what_would_notify_people_is_marked(text: str, expected: tuple[str, ...]) -> None:
    assert pings(text) == expected


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "unit",
    ["`", "<", "<a", "```", "&lt;", ":a", "https://", "https://!", "@here", "> ", "a\n", "*a ", "_a*b~"],
)
def test_a_hostile_text_is_read_to_its_end(unit: str) -> None:
    text = unit * (MESSAGE_LIMIT // len(unit)) + "the end"

    assert parse(text)[-1].spans[-1].text.endswith("end")


@given(st.text(alphabet="ab *_~`<>|&;\n:@!#", max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for block in parse(text):
        assert block.kind in {"text", "quote", "fence"}
        assert all(span.text for span in block.spans)


@given(st.text(alphabet=st.characters(exclude_characters="*_~`<>&:@", exclude_categories=["Cs"])))
def test_text_without_markup_stays_as_it_is(text: str) -> None:
    assert "".join(span.text for block in parse(text) for span in block.spans) == text
