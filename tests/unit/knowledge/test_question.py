"""Which words of a question are looked for."""

from __future__ import annotations

import time

import pytest

from knowledge.question import question


def words(text: str) -> dict[str, int]:
    return dict(question(text).words)


@pytest.mark.parametrize(
    "noise",
    [
        "2026-02-22T15:33:52.372Z",
        "938dd100-053b-4655-9140-ee5aae3e8374",
        "arn:aws:lambda:eu-west-1:428917350264:function:deploy-bot",
        "https://remote-write.example.com/api/v1/push?x=1",
        "10.0.34.117:9100",
        "0x7ffee4",
        "94.03%",
        "4f0c9d1e8a7b6c5d4e3f",
        "36m",
        "1760000000",
        "48",
    ],
)
def test_what_differs_each_time_is_no_word(noise: str) -> None:
    assert words(f"queue {noise} blocked") == {"queue": 1, "blocked": 1}


def test_identifiers_are_asked_whole_and_in_parts() -> None:
    assert words("lambda:InvokeFunction") == {
        "lambda": 1,
        "invokefunction": 1,
        "invoke": 1,
        "function": 1,
    }
    assert set(words("HTTPServerError max_retry_count")) >= {"http", "server", "max_retry_count", "retry"}


def test_a_word_that_stands_twice_counts_twice_and_stop_words_do_not_count() -> None:
    assert words("The broker is down: broker of the queue") == {"broker": 2, "down": 1, "queue": 1}


def test_words_of_other_languages_stay_whole() -> None:
    assert set(words("Fehler beim Öffnen der Verbindung")) == {
        "fehler",
        "beim",
        "öffnen",
        "der",
        "verbindung",
    }


def test_pairs_keep_numbers_and_stop_at_punctuation_and_noise() -> None:
    pairs = question("Error 9: unknown boot failure at 2026-02-22T15:33:52Z host").pairs

    assert pairs == ("error 9", "unknown boot", "boot failure", "failure at")


@pytest.mark.parametrize("unit", ["a.", "aA", "a1", "://", "1-", "f", "arn:", '"'])
def test_a_huge_question_takes_no_time(unit: str) -> None:
    start = time.perf_counter()

    question(unit * 500_000)

    assert time.perf_counter() - start < 1
