"""Numbers, dates, plurals and lengths of time as each language has them."""

from __future__ import annotations

import pytest

from lambda_image.domain.card import LANGUAGES, Run, Style, words
from lambda_image.domain.errors import ConfigurationError
from lambda_image.languages import voice
from lambda_image.steps.words import messages

AT = 1_764_108_600_000
DAY = 86_400_000


@pytest.mark.parametrize(
    ("language", "when", "number", "span"),
    [
        ("en", "Nov 25, 2025 22:10 UTC", "11,482.5", "3 days"),
        ("ko", "2025년 11월 25일 22:10 UTC", "11,482.5", "3일"),
        ("ja", "2025年11月25日 22:10 UTC", "11,482.5", "3 日"),
        ("id", "25 Nov 2025 22.10 UTC", "11.482,5", "3 hari"),
        ("zh-Hans", "2025年11月25日 22:10 UTC", "11,482.5", "3天"),
        ("de", "25. Nov. 2025 22:10 UTC", "11.482,5", "3 Tage"),
        ("fr", "25 nov. 2025 22:10 UTC", "11\u202f482,5", "3 jours"),
        ("es", "25 nov 2025 22:10 UTC", "11.482,5", "3 días"),
    ],
)
def test_numbers_and_dates(language: str, when: str, number: str, span: str) -> None:
    say = voice(language)

    assert say.when(AT) == when
    assert say.number(11_482.5, 1) == number
    assert say.span(3 * DAY + 5).replace("\xa0", " ") == span


@pytest.mark.parametrize(
    ("language", "one", "none", "many"),
    [
        ("en", "1 log record", "0 log records", "2 log records"),
        ("de", "1 Logeintrag", "0 Logeinträge", "2 Logeinträge"),
        ("fr", "1 entrée de journal", "0 entrée de journal", "2 entrées de journal"),
        ("ko", "로그 레코드 1개", "로그 레코드 0개", "로그 레코드 2개"),
    ],
)
def test_plurals(language: str, one: str, none: str, many: str) -> None:
    said = [words(messages.log_records(voice(language), number)) for number in (1, 0, 2)]

    assert said == [one, none, many]


def test_lengths_of_time_are_rounded_down_to_their_largest_unit() -> None:
    say = voice("en")

    assert [say.span(each) for each in (5, 119_000, 2 * 3_600_000 + 1, 400 * DAY)] == [
        "1 minute",
        "1 minute",
        "2 hours",
        "400 days",
    ]


def test_small_prices_keep_their_hundredths_of_a_cent() -> None:
    assert [voice("en").money(each) for each in (0.01234, 3.5)] == ["$0.0123", "$3.50"]
    assert voice("de").money(0.01234) == "0,0123\xa0$"


def test_values_keep_their_looks_and_may_hold_braces() -> None:
    code = (Run("{x}", Style.CODE),)

    assert voice("en").line("Sandbox: {sandbox}.", sandbox=code) == (Run("Sandbox: "), *code, Run("."))


def test_what_no_catalogue_has_is_said_as_it_is() -> None:
    assert voice("ko").say("access denied by {policy}") == "access denied by {policy}"


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=f"'pt'; there are {', '.join(LANGUAGES)}"):
        voice("pt")
