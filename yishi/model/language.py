"""The interface languages: gettext catalogues, and the formats of dates, numbers and names in each.

Message ids are English. A catalogue is `locales/<language>.po`; English needs none.
"""

import datetime
import gettext
from functools import cache, lru_cache
from importlib import resources
from io import BytesIO

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from msgspec import Struct

from .. import LANGUAGES
from ..core.traditional import CONVERSION_SOURCES
from .dates import PartialDate
from .message_ids import marked

_PACKAGE = "yishi.model"

__all__ = ["LANGUAGES", "Language", "get_collation_key", "get_language", "marked", "slugify"]


class Language(Struct, frozen=True):
    """One interface language: its tag (`zh-Hans`), its messages, and its formats."""

    tag: str
    catalogue: gettext.NullTranslations
    locale: Locale

    def __reduce__(self) -> tuple[object, ...]:
        """What goes to another process: its tag."""
        return get_language, (self.tag,)

    def text(self, message: str, /, **values: object) -> str:
        """`message` translated, with `{name}` replaced from `values`."""
        translated = self.catalogue.gettext(message)
        return translated.format(**values) if values else translated

    def plural(self, one: str, many: str, number: int, **values: object) -> str:
        """The form for `number`; `{n}` is the number as written in this language."""
        return self.catalogue.ngettext(one, many, number).format(n=self.number(number), **values)

    def number(self, value: float | int) -> str:
        """`1,234.5`, with all its digits: recorded values are never rounded."""
        return _format_number(self.locale, value)

    def percent(self, share: float) -> str:
        """A computed share 0-1 with at most one decimal: `73%`."""
        return str(format_percent(share, "#,##0.#%", locale=self.locale))

    def percent_as_written(self, share: float) -> str:
        """A recorded share 0-1 as a percentage with all its digits."""
        return str(format_percent(share, "#,##0.#%", locale=self.locale, decimal_quantization=False))

    def day(self, day: datetime.date) -> str:
        """`2025年9月11日`, `11 September 2025`"""
        return _format_day(self.locale, day)

    def year(self, year: str) -> str:
        """`YYYY` as `2025年`, `2025`."""
        return _format_month(self.locale, f"{year}-01", "y")

    def month(self, month: str) -> str:
        """`YYYY-MM` as `2025年9月`, `September 2025`."""
        return _format_month(self.locale, month, "yMMMM")

    def short_month(self, month: str) -> str:
        """`YYYY-MM` without its year: `9月`, `Sep`."""
        return _format_month(self.locale, month, "MMM")

    def quarter(self, month: str) -> str:
        """The quarter of the month `YYYY-MM`: `2025年第3季度`, `Q3 2025`."""
        return _format_month(self.locale, month, "yQQQ")

    def when(self, when: PartialDate) -> str:
        """A date with its precision: `2025年9月`, `by 11 September 2025`, `2025年9月上旬`, `date unknown`; in brackets
        the writer's words where they say more."""
        if when.day is None:
            return self.text("date unknown")
        last = when.last_named or when.day
        if when.precision == "range":
            text = self.text("{start} to {end}", start=self._unit(when.day, when.unit), end=self._unit(last, when.unit))
        else:
            text = self._within(when.day, last) if when.precision == "within" else self._unit(when.day, when.unit)
        if when.precision == "by":
            text = self.text("by {day}", day=text)
        if when.is_about:
            text = self.text("about {when}", when=text)
        is_said = not when.words or _squeeze(when.words) in _squeeze(text)
        return text if is_said else self.text("{when} (“{words}”)", when=text, words=when.words)

    def _unit(self, day: datetime.date, unit: str) -> str:
        """The day, or its month or year."""
        if unit == "year":
            return self.text("{year}", year=day.year)
        return self.month(f"{day:%Y-%m}") if unit == "month" else self.day(day)

    def _within(self, first: datetime.date, last: datetime.date) -> str:
        """Some time within these days: `2025年9月上旬`, `spring 2025`, `between 3 March 2025 and 5 March 2025`."""
        month = self.month(f"{first:%Y-%m}")
        is_in_month = (first.year, first.month) == (last.year, last.month)
        days = (first.day, last.day if (last + datetime.timedelta(days=1)).month == last.month else 31)
        if is_in_month and days in _PARTS_OF_MONTH:
            return self.text(_PARTS_OF_MONTH[days], month=month)
        years = last.year - first.year
        if not is_in_month and first.day == 1 and days[1] == 31:
            months = (first.month, last.month + 12 * years)
            if months in _PARTS_OF_YEAR:
                return self.text(_PARTS_OF_YEAR[months], year=first.year, next_year=f"{last.year % 100:02}")
            if months in _QUARTERS:
                return self.quarter(f"{first:%Y-%m}")
            unit = "year" if months[0] == 1 and months[1] % 12 == 0 else "month"
            return self.text("between {start} and {end}", start=self._unit(first, unit), end=self._unit(last, unit))
        return self.text("between {start} and {end}", start=self.day(first), end=self.day(last))


_PARTS_OF_MONTH = {(1, 10): marked("early {month}"), (11, 20): marked("mid-{month}"), (21, 31): marked("late {month}")}
"""First and last day (31: the last of the month) → its name."""
_PARTS_OF_YEAR = {(3, 5): marked("spring {year}"), (6, 8): marked("summer {year}"), (9, 11): marked("autumn {year}"),
                  (12, 14): marked("winter {year}/{next_year}"), (1, 6): marked("first half of {year}"),
                  (7, 12): marked("second half of {year}")}
"""First and last month (14: February of the next year) → its name."""
_QUARTERS = ((1, 3), (4, 6), (7, 9), (10, 12))


def _squeeze(text: str) -> str:
    return "".join(text.split()).casefold()


# Cached: the same numbers and days are shown on many pages, and Babel is slow.
@lru_cache(20_000)
def _format_number(locale: Locale, value: float | int) -> str:
    return str(format_decimal(value, locale=locale, decimal_quantization=False))


@lru_cache(20_000)
def _format_day(locale: Locale, day: datetime.date) -> str:
    return str(format_date(day, "long" if locale.language != "en" else "d MMMM y", locale=locale))


@lru_cache(2_000)
def _format_month(locale: Locale, month: str, skeleton: str) -> str:
    first = datetime.date(int(month[:4]), int(month[5:7]), 1)
    return str(format_skeleton(skeleton, first, locale=locale))


@cache
def get_language(tag: str) -> Language:
    """The language with this tag; its catalogue is read once."""
    return Language(tag, _load_catalogue(CONVERSION_SOURCES.get(tag, tag)), Locale.parse(tag.replace("-", "_")))


def _load_catalogue(tag: str) -> gettext.NullTranslations:
    po = resources.files(_PACKAGE).joinpath("locales", f"{tag}.po")
    if not po.is_file():
        return gettext.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(po.read_bytes())))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def get_collation_key(place: str) -> tuple[str, str]:
    """The sort key of a name: pinyin with tones for Chinese, the text itself otherwise."""
    return (place.casefold() if place.isascii() else _to_pinyin(place)), place


def slugify(text: str) -> str:
    """A file name suggested for `text`: pinyin, lower-case letters, digits and hyphens."""
    spelt = text if text.isascii() else _to_pinyin(text, tones=False)
    letters = "".join(c if c.isascii() and c.isalnum() else " " for c in spelt)
    return "-".join(letters.casefold().split()) or "x"


def _to_pinyin(text: str, *, tones: bool = True) -> str:
    from pypinyin import Style, lazy_pinyin  # takes 0.3 s to import; only needed where Chinese names are sorted

    syllables: list[str] = lazy_pinyin(text, style=Style.TONE3 if tones else Style.NORMAL)
    return " ".join(syllables)
