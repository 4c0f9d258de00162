"""Tokens of buttons: ours alone, for one verb, one incident and one time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_image.domain.action import Verb
from lambda_image.domain.errors import InputRefused
from lambda_image.steps.action_token import REFUSED, VALID, read, sign, vouch, vouched

KEY = b"k" * 48
NOW = 1_764_000_000
THREAD = "v1-83db245ee5561a6c-1764000000000"
threads = st.from_regex(r"v1-[0-9a-f]{16}-[0-9]{13}", fullmatch=True)


@given(verb=st.sampled_from(Verb), thread=threads, left=st.integers(0, VALID))
def test_our_own_token_is_read_until_it_expires(verb: Verb, thread: str, left: int) -> None:
    token = sign(verb, thread, NOW + left, KEY)
    request = read(verb, token, NOW, KEY)

    assert (request.verb, request.thread_id) == (verb, thread)
    assert request.fingerprint == thread.rpartition("-")[0]
    with pytest.raises(InputRefused, match="expired"):
        read(verb, token, NOW + left + 1, KEY)


@given(
    at=st.integers(0, len(sign(Verb.MUTE, THREAD, NOW + VALID, KEY)) - 1),
    other=st.characters(codec="ascii", exclude_categories=["Cc"]),
)
def test_no_altered_token_is_read(at: int, other: str) -> None:
    token = sign(Verb.MUTE, THREAD, NOW + VALID, KEY)
    altered = token[:at] + other + token[at + 1 :]

    if altered != token:
        with pytest.raises(InputRefused, match=REFUSED):
            read(Verb.MUTE, altered, NOW, KEY)


@given(forged=st.text(max_size=200))
def test_no_forged_token_is_read(forged: str) -> None:
    with pytest.raises(InputRefused, match=REFUSED):
        read(Verb.REPAIR, forged, NOW, KEY)


@pytest.mark.parametrize("other", [verb for verb in Verb if verb is not Verb.MUTE])
def test_a_token_serves_its_own_verb_and_key(other: Verb) -> None:
    token = sign(Verb.MUTE, THREAD, NOW + VALID, KEY)

    with pytest.raises(InputRefused):
        read(other, token, NOW, KEY)
    with pytest.raises(InputRefused):
        read(Verb.MUTE, token, NOW, b"another key")


def test_a_token_fits_a_variable_of_a_custom_action() -> None:
    token = sign(Verb.ANALYSE, THREAD, NOW + VALID, KEY)

    assert len(token) <= 100
    assert token.isascii()
    assert token.isprintable()


def test_words_behind_a_token_are_read_and_help_no_forged_one() -> None:
    token = sign(Verb.ASK, THREAD, NOW + VALID, KEY)
    bare, first, again, other = (
        read(Verb.ASK, f"{token}{words}", NOW, KEY) for words in ("", " why so", "  why so ", " what changed")
    )

    assert (bare.text, first.text) == ("", "why so")
    assert first.mark == again.mark
    assert len({bare.mark, first.mark, other.mark}) == 3
    for forged in (f"{token[:-1]} why", f"x{token} why", f"{THREAD} why", f" {token}", f"{token}\twhy"):
        with pytest.raises(InputRefused):
            read(Verb.ASK, forged, NOW, KEY)


def test_who_asks_is_believed_of_our_own_app_alone() -> None:
    token = sign(Verb.MUTE, THREAD, NOW, KEY)
    seal = vouch("ada (U1)", token, KEY)

    assert vouched("ada (U1)", token, seal, KEY) == "ada (U1)"
    for by, said, told, key in (
        ("eve (U2)", token, seal, KEY),
        ("ada (U1)", f"{token} more", seal, KEY),
        ("ada (U1)", token, "", KEY),
        ("ada (U1)", token, "\u00e9", KEY),
        ("ada (U1)", token, seal, b"other"),
    ):
        with pytest.raises(InputRefused):
            vouched(by, said, told, key)
