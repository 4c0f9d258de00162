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
        "shop/10.1.77.3:2379",
        "ip-10-2-8-45.us-east-1.compute.internal",
        "us-gov-west-1",
        "prod-eu-1",
        "15 minutes",
        "[ERROR]",
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


@pytest.mark.parametrize("line", ['{"level": "blocked", "queueId": "queue"}', "msg=queue request_id=blocked"])
def test_keys_of_fields_are_no_words(line: str) -> None:
    assert words(line) == {"queue": 1, "blocked": 1}


def test_a_pod_is_known_by_its_name_and_not_by_its_hash() -> None:
    assert words("pod checkout-6d9f7c5b8-x2k4q crashed") == {"pod": 1, "checkout": 1, "crashed": 1}


def test_an_error_in_a_sentence_is_a_word_and_a_level_is_none() -> None:
    assert words("ERROR Error 9: unknown boot failure") == {"error": 1, "unknown": 1, "boot": 1, "failure": 1}


def test_parts_of_compounds_are_names_unless_they_stand_alone_too() -> None:
    asked = question("search-prod/checkout-worker cannot reach the checkout of TooManyRequests")

    assert asked.names == {"search", "prod", "worker"}


def test_the_text_for_an_embedding_model_has_no_noise() -> None:
    line = "[ERROR] 2026-02-22T15:33:52.372Z 938dd100-053b-4655-9140-ee5aae3e8374 Queue (main) is blocked."

    assert question(line).text == "Queue main is blocked."


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
