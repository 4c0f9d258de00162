"""Untrusted text reads as it was written and does nothing: no format, no ping, no link."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.channel.mrkdwn import parse, pings
from lambda_image.steps.cards.chatbot import line
from lambda_image.steps.words import escape, github_text, ink
from lambda_image.steps.words.escape import FENCE, JOINER, code, fence, links, no_links
from lambda_image.steps.words.ink import address, prose
from lambda_image.steps.words.length import cut, size

EVIL = "https://evil.example.com/a?b=1"


def plain(text: str, allowed: Callable[[str], bool] = no_links) -> str:
    """Running text as the channel is given it."""
    return line(prose(text, allowed))


def label(text: str) -> str:
    """A title as the channel is given it."""
    return escape.label(ink.label(text))


MARKS = """
* _ ~ ` ``` <!channel> <@U123ABC> @here @everyone &lt; > # - 1. :tada: #12 word a_b www.evil.example
"""
ODD = (
    "\n",
    " ",
    "\u202e",
    "\u200b",
    EVIL,
    f"<{EVIL}|ok>",
    f"[t]({EVIL})",
    "mailto:a@b.example",
    "http://evil",
)
HOSTILE = st.lists(st.sampled_from((*MARKS.split(), *ODD)) | st.text(max_size=6), max_size=12).map("".join)


def looks_plain(text: str) -> None:
    """No ping, no link, no style but code, no quotation."""
    blocks = parse(text)

    assert not pings(text)
    assert {block.kind for block in blocks} <= {"text", "fence"}
    for block in blocks:
        assert not [span for span in block.spans if span.url or span.styles - {"code"}]


@given(HOSTILE)
def test_running_text_does_nothing(text: str) -> None:
    looks_plain(plain(text))


@given(HOSTILE)
def test_inline_code_does_nothing(text: str) -> None:
    looks_plain(code(text))


@given(HOSTILE)
def test_a_block_of_code_cannot_be_ended_and_does_nothing(text: str) -> None:
    shown = fence(text)

    looks_plain(shown)
    assert shown.count(FENCE) == 2


@given(HOSTILE)
def test_a_label_does_nothing_and_is_one_line(text: str) -> None:
    looks_plain(f"Title {label(text)}")
    assert "`" not in label(text)
    assert "\n" not in label(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("user_id is None", "user_id is None"),
        ("run `a && b` now", "run `a &amp;&amp; b` now"),
        ("a *bold* claim", "a `*bold*` claim"),
        ("__init__ failed", "`__init__` failed"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("ask @here", f"ask @{JOINER}here"),
        ("at 12:30:45 :tada:", f"at 12:30:45 :{JOINER}tada:"),
        ("see https://evil.example.com/x.", "see `hxxps[:]//evil[.]example[.]com/x`."),
        ("[t](https://evil.example.com)", "`[t](` `hxxps[:]//evil[.]example[.]com`)"),
        ("> quoted", "`&gt;` quoted"),
        ("1. first", "`1.` first"),
        ("two\nlines", "two lines"),
        ("no\ufffe\uffff XML", "no XML"),
    ],
)
def test_what_is_shown_for_what(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_only_retrieved_pages_and_configured_hosts_stay_links() -> None:
    allowed = links(["git.example.com"], ["https://wiki.example.com/p?a=1"])

    assert allowed("https://wiki.example.com/p?a=1")
    assert allowed("https://git.example.com/pull/1")
    assert not allowed("https://wiki.example.com/other")
    assert not allowed("http://git.example.com/pull/1")
    assert not allowed("https://git.example.com@evil.example.com/")
    assert not allowed("https://evil.example.com/git.example.com")
    assert plain("at https://wiki.example.com/p?a=1.", allowed) == "at https://wiki.example.com/p?a=1."
    assert address("https://wiki.example.com/p?a=*b*|(c)") == "https://wiki.example.com/p?a=%2Ab%2A%7C%28c%29"


def test_a_block_keeps_commands_byte_by_byte_as_people_see_them() -> None:
    command = 'aws sqs send --queue "$Q" && grep "<a>" *_x | tee `date`'

    assert [span.text for span in parse(fence(command))[0].spans] == [command]


@given(HOSTILE)
def test_a_pull_request_text_has_no_mention_issue_link_or_html(text: str) -> None:
    shown = github_text.line(text)

    assert not re.search(r"@\w|(?<!&)#\d|!\d|^/\w|<|(?<!\\)[*_`\[\]]", shown)
    assert "://" not in shown.replace("[:\\]//", "")
    assert "\n" not in shown


def test_a_line_of_a_pull_request_is_no_command_and_names_no_other() -> None:
    assert github_text.line("/merge") == "\\/merge"
    assert github_text.line("as in !12, and/or /merge") == f"as in !{JOINER}12, and/or /merge"
    assert github_text.title("Fix KeyError !12") == f"Fix KeyError !{JOINER}12"


@given(HOSTILE)
def test_a_block_in_a_pull_request_has_a_fence_longer_than_its_content(text: str) -> None:
    marks = github_text.fence(text).split("\n")[0]

    assert marks not in text


@given(HOSTILE, st.integers(min_value=40, max_value=300))
def test_a_cut_text_keeps_its_limit_and_closes_its_code(text: str, limit: int) -> None:
    for shown in (cut(plain(text), limit), cut(f"Log:\n{fence(text * 5)}", limit)):
        assert size(shown) <= limit
        assert shown.count(FENCE) % 2 == 0
        looks_plain(shown)


def test_a_cut_ends_at_a_sentence() -> None:
    assert cut("First sentence here. Second one follows. " + "x" * 60, 60) == (
        "First sentence here. Second one follows.\u2026"
    )
