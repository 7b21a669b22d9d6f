"""`PartialDate`: a date as it is known to its writer: a day, a month, some time within, a range, about, or unknown."""

import calendar
import re
import unicodedata
from collections.abc import Set
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import available_timezones

from msgspec import Struct
from msgspec.structs import replace

DatePrecision = Literal["day", "month", "year", "within", "range", "by", "unknown"]

_CALENDAR_DATE = r"\d{4}(?:[-/年]\d{1,2}(?!\d)(?:[-/月]\d{1,2}(?!\d)日?|月)?|年)?"
_PARTIAL_DATE = re.compile(
    rf"(?:(?P<by>by\s+|不晚于\s*)|(?P<about>about\s+|约\s*))?(?P<first>{_CALENDAR_DATE})(?P<edtf_about>~)?"
    rf"(?:(?P<between>\.\.|/)(?P<last>{_CALENDAR_DATE})~?)?(?:\s*[(（](?P<words>[^()（）\s][^()（）\n]{{0,59}})[)）])?"
    r"|(?P<unknown>unknown|未知)", re.IGNORECASE)
_PARTS = re.compile(r"(\d{4})(?:[-/年](\d{1,2})(?:[-/月](\d{1,2}))?)?")
_FULL_WIDTH = re.compile("[０-９－／～]")
_TO_HALF_WIDTH = str.maketrans("０１２３４５６７８９－／～", "0123456789-/~")

ABOUT_DAYS = 7
"""Days by which an approximate day may be off; an approximate month or year may be off by one (content model §2.2)."""


class PartialDate(Struct, frozen=True):
    """A date with its precision. `day`: its first day ("by": the last possible one; "unknown": none); `last`: the last
    day, of "within" (some time within these days) and "range" (from the first to the last); `is_about`: approximate;
    `words`: how the writer put it, where that says more."""

    precision: DatePrecision
    day: date | None = None
    last: date | None = None
    is_about: bool = False
    words: str = ""

    @property
    def earliest(self) -> date | None:
        """The first possible day; None if unbounded."""
        return None if self.day is None or self.precision == "by" else _widen(self, self.day, -1)

    @property
    def latest(self) -> date | None:
        """The last possible day; None if unbounded."""
        last = self.last_named
        return last if last is None or self.precision == "by" else _widen(self, last, 1)

    @property
    def last_named(self) -> date | None:
        """The last day of the day, month, year or days that are named, also where they are approximate."""
        if self.precision in ("month", "year") and self.day:
            return _end_of_month(self.day.year, self.day.month if self.precision == "month" else 12)
        return self.last or self.day

    def is_after(self, day: date) -> bool:
        """Whether its earliest possible day is after `day`; False for "unknown" and "by", which have none."""
        return self.earliest is not None and self.earliest > day

    @property
    def exact(self) -> date | None:
        """The day, if it can be no other."""
        return self.day if self.precision == "day" and not self.is_about else None

    @property
    def month(self) -> str | None:
        """`YYYY-MM`, if it can be no other."""
        first, last = self.earliest, self.latest
        return _spell_month(first) if first and last and _spell_month(first) == _spell_month(last) else None

    @property
    def unit(self) -> Literal["day", "month", "year"]:
        """How finely it is told: the days of "within" and "range" may be whole months or years."""
        if self.precision in ("day", "month", "year"):
            return self.precision
        first, last = self.day, self.last
        if not first or not last or first.day != 1 or last != _end_of_month(last.year, last.month):
            return "day"
        if (first.month, last.month) == (1, 12) and first.year != last.year:
            return "year"
        return "month" if _spell_month(first) != _spell_month(last) else "day"

    def __str__(self) -> str:
        """The canonical spelling in records."""
        about = "about " if self.is_about else ""
        before = "by " if self.precision == "by" else about
        between = {"within": "..", "range": "/"}.get(self.precision, "")
        return before + self._spell(between) + (f" ({self.words})" if self.words else "")

    @property
    def edtf(self) -> str:
        """The spelling for machines, in the Extended Date/Time Format (ISO 8601-2): `2026-09~`, `[..2026-09-11]`."""
        text = self._spell(".." if self.precision == "within" else "/")
        if self.precision == "by":
            return f"[..{text}]"
        text = re.sub(r"(?<=\d)(?=\.\.|/|$)", "~", text) if self.is_about else text
        return f"[{text}]" if self.precision == "within" else text

    def _spell(self, between: str) -> str:
        if self.day is None:
            return "unknown"
        length = {"day": 10, "month": 7, "year": 4}[self.unit]
        ends = [self.day, self.last] if self.last else [self.day]
        return between.join(end.isoformat()[:length] for end in ends if end)


def _widen(when: PartialDate, day: date, way: int) -> date:
    """`day` moved by what an approximate date may be off, earlier (-1) or later (1)."""
    if not when.is_about:
        return day
    if when.unit == "day":
        return day + timedelta(days=ABOUT_DAYS * way)
    months = day.year * 12 + day.month - 1 + way * (1 if when.unit == "month" else 12)
    year, month = divmod(months, 12)
    return date(year, month + 1, 1) if way < 0 else _end_of_month(year, month + 1)


def _spell_month(day: date) -> str:
    return day.isoformat()[:7]  # several times faster than `strftime`


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


UNKNOWN_DATE = PartialDate("unknown")

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years before this are typing errors, such as 1025 or 0225 for 2025 (content model §2)."""


class NonexistentDay(ValueError):
    """A date in a valid notation that does not exist, such as 2025-02-30; the argument is its text."""


class YearOutOfRange(NonexistentDay):
    """A date in a year before FIRST_YEAR or after LAST_YEAR; the argument is its text."""


def create_span(first: date, last: date, precision: Literal["within", "range"]) -> PartialDate:
    """The date of these days; a whole day, month or year is called so."""
    if first == last:
        return PartialDate("day", first)
    if precision == "within" and first.day == 1 and last == _end_of_month(first.year, first.month):
        return PartialDate("month", first)
    if precision == "within" and (first.month, first.day) == (1, 1) and last == date(first.year, 12, 31):
        return PartialDate("year", first)
    return PartialDate(precision, first, last)


def parse_partial_date(text: str) -> PartialDate:
    """Parse `2025-09-11`, `2025-09`, `2025`, `by 2025-09-11`, `about 2025-09`, `2025-09-11/2025-09-15`,
    `2025-09-01..2025-09-10 (9月上旬)`, `unknown`, `2025年9月11日`, and what `PartialDate.edtf` spells.

    Raises NonexistentDay for a day that does not exist, YearOutOfRange for a year that cannot be meant, ValueError for
    anything else. "by" a month means by its last day.
    """
    return _read_date(_EDTF_SET.sub(lambda match: f"by {match[2]}" if match[1] else match[2],
                                    unicodedata.normalize("NFKC", text).strip()))


_EDTF_SET = re.compile(r"^\[(\.\.)?([\d.~-]+)\]$")
"""One of a set of days in EDTF: `[..2025-09-11]`, `[2025-12..2026-02]`."""


def format_date(when: PartialDate, language: str) -> str:
    """The date in the notation of records, in `language`."""
    text = str(when)
    if language == "en":
        return text
    before, blank, rest = text.partition(" ")
    chinese = _CHINESE_WORDS.get(before, before) + blank + rest
    return chinese.replace(" (", "（").replace(")", "）") if when.words else chinese


_CHINESE_WORDS = {"unknown": "未知", "by": "不晚于", "about": "约"}


def split_leading_date(text: str) -> tuple[PartialDate, str]:
    """The date at the beginning of `text` (UNKNOWN_DATE if none) and the rest.

    Raises as `parse_partial_date` for an impossible date.
    """
    match = _PARTIAL_DATE.match(text.translate(_TO_HALF_WIDTH) if _FULL_WIDTH.search(text) else text)
    if match is None or not text[match.end():match.end() + 1].isspace():
        return UNKNOWN_DATE, text
    return _read_date(match[0]), text[match.end():].lstrip()


@cache  # to look through the system's folder of time zones takes a fifth of a build that finds nothing changed
def list_time_zones() -> Set[str]:
    """The names of the time zones that this computer knows."""
    return frozenset(available_timezones())


@lru_cache(2048)  # the records of a site share their days, and each is read several times
def _read_date(text: str) -> PartialDate:
    match = _PARTIAL_DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    if match["unknown"]:
        return UNKNOWN_DATE
    is_about = bool(match["about"] or match["edtf_about"])
    first = _parse_calendar_date(match["first"], match[0])
    when = first if match["last"] is None else _join(first, match)
    if match["by"]:
        if is_about or match["last"]:
            raise ValueError(match[0])
        return PartialDate("by", first.latest, words=match["words"] or "")
    return replace(when, is_about=is_about, words=match["words"] or "")


def _join(first: PartialDate, match: re.Match[str]) -> PartialDate:
    last = _parse_calendar_date(match["last"], match[0]).last_named
    if first.day is None or last is None or last < first.day:
        raise ValueError(match[0])
    return create_span(first.day, last, "within" if match["between"] == ".." else "range")


def _parse_calendar_date(text: str, whole: str) -> PartialDate:
    match = _PARTS.match(text)
    assert match is not None, "the pattern of a calendar date begins with a year"
    year, month, day = match.groups()
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise YearOutOfRange(whole.strip())
    coarse: DatePrecision = "month" if month else "year"
    try:
        return PartialDate("day" if day else coarse, date(int(year), int(month or 1), int(day or 1)))
    except ValueError:
        raise NonexistentDay(whole.strip()) from None
