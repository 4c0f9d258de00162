"""Every fixed sentence stands in every language, with its values, in no other script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from lambda_image.domain.card import LANGUAGES
from lambda_image.languages.speech import FOLDER
from lambda_image.settings import CHOICES

KEYWORDS = {"mark": None, "line": None, "say": None, "counted": (1, 2)}
TRANSLATED = [language for language in LANGUAGES if language != "en"]
SCRIPTS = {"ko": {"HANGUL"}, "ja": {"HIRAGANA", "KATAKANA", "CJK", "KATAKANA-HIRAGANA"}, "zh-Hans": {"CJK"}}
# What is called so in every language.
NAMES = (
    "tracemend.toml",
    "`[^`]+`",
    "tracemend",
    "Tracemend",
    "CloudWatch Logs",
    "ingest",
    "UTC",
)
# Whole sentences that another language says in the same words: German, French.
ALIKE = {"Sandbox: .", " message", " messages"}
# Written the same in simplified and traditional Chinese or Japanese, or in one of them alone.
TRADITIONAL = "誤錯這個們時對應問題頻寫讀說過還將實驗證據來開關點頁據檢"


@cache
def said() -> frozenset[str | tuple[str, str]]:
    """The messages in the code, by Babel's own extraction; of a count both forms."""
    found = extract_from_dir(str(FOLDER.parent), method_map=[("**.py", "python")], keywords=KEYWORDS)
    return frozenset(tuple(each[2]) if isinstance(each[2], tuple) else each[2] for each in found)  # type: ignore[misc]


@cache
def catalogue(language: str) -> Catalog:
    """The catalogue of a language."""
    return read_po(BytesIO((FOLDER / f"{language}.po").read_bytes()), locale=language.replace("-", "_"))


def texts(language: str) -> Iterator[tuple[str, str]]:
    """Each message with each of its translations."""
    for message in catalogue(language):
        if message.id:
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            said = message.id if isinstance(message.id, tuple | list) else (message.id,)
            yield from ((each, str(form)) for each, form in zip(said[-len(forms) :], forms, strict=True))


def values(text: str) -> set[str]:
    """The names of its values."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_settings_offer_every_language() -> None:
    assert CHOICES["language"] == tuple(LANGUAGES)
    assert len(said()) > 60


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_none_is_left_over(language: str) -> None:
    known = {message.id for message in catalogue(language) if message.id}

    assert not said() - known, "translate these in every .po file"
    assert not known - said(), "nobody says these any more"
    assert all(text.strip() for _, text in texts(language))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_has_the_values_of_its_sentence(language: str) -> None:
    assert [text for message, text in texts(language) if values(text) != values(message)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_count_has_the_forms_that_its_language_needs(language: str) -> None:
    counts = [len(each.string or ()) for each in catalogue(language) if isinstance(each.id, tuple)]

    assert set(counts) == {catalogue(language).num_plurals}


@pytest.mark.parametrize("language", TRANSLATED)
def test_fixed_text_mixes_no_scripts(language: str) -> None:
    wrong = []
    for _, text in texts(language):
        words = re.findall(r"\w+", re.sub(rf"\{{\w+\}}|{'|'.join(NAMES)}", " ", text))
        wrong += [word for word in words if not fits(word, language)]

    assert wrong == []


def fits(word: str, language: str) -> bool:
    """Whether its letters are of the language's own scripts."""
    own = SCRIPTS.get(language, {"LATIN"})
    letters = [letter for letter in word if letter.isalpha()]
    return all(unicodedata.name(letter).split()[0] in own for letter in letters)


def test_simplified_chinese_is_simplified() -> None:
    assert [text for _, text in texts("zh-Hans") if set(text) & set(TRADITIONAL)] == []


def test_each_translation_differs_from_english() -> None:
    for language in TRANSLATED:
        same = [message for message, text in texts(language) if text == message]
        bare = [re.sub(r"\{\w+\}", "", message) for message in same]
        assert [text for text in bare if re.search(r"[a-z]{4}", text) and text not in ALIKE] == [], language
