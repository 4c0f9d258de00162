"""Fixed sentences in one language, with its plurals, numbers and dates by Babel (Unicode CLDR)."""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import groupby
from pathlib import Path
from string import Formatter

from babel import Locale
from babel.dates import format_skeleton, format_timedelta
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from lambda_image.domain.card import LANGUAGES, Line, Run, Style
from lambda_image.domain.errors import ConfigurationError

FOLDER = Path(__file__).parent


class Voice:
    """Says messages; what is put into one is a text of ours, or a line that may hold untrusted text."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ConfigurationError(f"there is no language {language!r}; there are {', '.join(LANGUAGES)}")
        self.language = language
        self._locale = Locale.parse(language, sep="-")
        self._catalogue = _catalogue(language)

    def say(self, message: str) -> str:
        """A sentence without values; one that no catalogue has is said as it is."""
        return self._catalogue.gettext(message) if message else ""

    def line(self, message: str, **values: str | Line) -> Line:
        """A sentence with its values."""
        return _filled(self.say(message), values)

    def counted(self, one: str, many: str, number: int, **values: str | Line) -> Line:
        """A sentence about so many things, `{number}` of them."""
        said = self._catalogue.ngettext(one, many, number)
        return _filled(said, {**values, "number": self.number(number)})

    def number(self, value: float, digits: int = 0) -> str:
        """A number with at most so many digits behind the point, always shown."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, format=pattern, locale=self._locale)

    def listed(self, names: Sequence[str]) -> str:
        """These one after the other, as in "a, b, and c"."""
        return format_list(names, locale=self._locale) if names else ""

    def money(self, dollars: float) -> str:
        """US dollars, to a hundredth of a cent."""
        cents = dollars >= 1
        return format_currency(round(dollars, 4), "USD", locale=self._locale, decimal_quantization=cents)

    def when(self, timestamp: int) -> str:
        """A time in ms since the epoch as people read it."""
        return f"{self.day(timestamp)} {self._clock(timestamp)} UTC"

    def period(self, first: int, last: int) -> tuple[str, str]:
        """From when to when, in ms since the epoch; what is the same is said once."""
        if self.day(first) != self.day(last):
            return self.when(first), self.when(last)
        return f"{self.day(first)} {self._clock(first)}", f"{self._clock(last)} UTC"

    def _clock(self, timestamp: int) -> str:
        return format_skeleton("Hm", datetime.fromtimestamp(timestamp / 1_000, UTC), locale=self._locale)

    def day(self, timestamp: int) -> str:
        """The day of a time in ms since the epoch."""
        return format_skeleton("yMMMd", datetime.fromtimestamp(timestamp / 1_000, UTC), locale=self._locale)

    def span(self, milliseconds: int) -> str:
        """A length of time in its largest unit up to days, rounded down; at least a minute."""
        unit = next((each for each in (86_400, 3_600, 60) if milliseconds >= each * 1_000), 60)
        whole = max(milliseconds // (unit * 1_000), 1) * unit
        names = {86_400: "day", 3_600: "hour", 60: "minute"}
        found = timedelta(seconds=whole)
        return format_timedelta(found, names[unit], threshold=1e9, locale=self._locale)  # type: ignore[arg-type]


def _catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue as it stands in its file: compiled in memory, so that no compiled copy can be stale."""
    path = FOLDER / f"{language}.po"
    if language == "en":
        return gettext.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language.replace("-", "_")))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _filled(message: str, values: dict[str, str | Line]) -> Line:
    runs: list[Run] = []
    for said, name, _, _ in Formatter().parse(message):
        value = values[name] if name else ""
        runs += [Run(said)] if said else []
        runs += [Run(value)] if isinstance(value, str) and value else value or ()
    return tuple(_joined(runs))


def _joined(runs: list[Run]) -> Iterator[Run]:
    """The same, with plain text in one run."""
    for plain, group in groupby(runs, key=lambda run: run.style is Style.PLAIN and not run.url):
        same = tuple(group)
        yield from (Run("".join(run.text for run in same)),) if plain else same
