"""`PartialDate`: a date with the precision known to its writer, from a day to `unknown`."""

import calendar
import re
import unicodedata
from collections.abc import Set
from datetime import date
from functools import cache
from typing import Literal
from zoneinfo import available_timezones

from msgspec import Struct

DatePrecision = Literal["day", "month", "year", "by", "unknown"]

_CALENDAR_DATE = r"(\d{4})(?:[-/年](\d{1,2})(?:[-/月](\d{1,2})日?|月)?|年)?"
_PARTIAL_DATE = re.compile(rf"(?P<by>by\s+|不晚于\s*)?{_CALENDAR_DATE}|(?P<unknown>unknown|未知)", re.IGNORECASE)
_FULL_WIDTH = re.compile("[０-９－／]")
_TO_HALF_WIDTH = str.maketrans("０１２３４５６７８９－／", "0123456789-/")


class PartialDate(Struct, frozen=True):
    """A date with its precision: `day` is its first day ("by": the last possible one; "unknown": none)."""

    precision: DatePrecision
    day: date | None = None

    @property
    def earliest(self) -> date | None:
        """The first possible day; None if unbounded."""
        return None if self.precision == "by" else self.day

    @property
    def latest(self) -> date | None:
        """The last possible day; None if unbounded."""
        if self.day is None or self.precision in ("day", "by"):
            return self.day
        month = self.day.month if self.precision == "month" else 12
        return date(self.day.year, month, calendar.monthrange(self.day.year, month)[1])

    def is_after(self, day: date) -> bool:
        """Whether its earliest possible day is after `day`; False for "unknown" and "by", which have none."""
        return self.earliest is not None and self.earliest > day

    @property
    def exact(self) -> date | None:
        """The day, if the precision is a day."""
        return self.day if self.precision == "day" else None

    @property
    def month(self) -> str | None:
        """`YYYY-MM`, if the precision is at least a month."""
        return self.day.isoformat()[:7] if self.day and self.precision in ("day", "month") else None

    def __str__(self) -> str:
        """The canonical spelling in records."""
        if self.day is None:
            return "unknown"
        text = self.day.isoformat()[:{"month": 7, "year": 4}.get(self.precision, 10)]
        return f"by {text}" if self.precision == "by" else text


UNKNOWN_DATE = PartialDate("unknown")

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years before this are typing errors, such as 1025 or 0225 for 2025 (content model §2)."""


class NonexistentDay(ValueError):
    """A date in a valid notation that does not exist, such as 2025-02-30; the argument is its text."""


class YearOutOfRange(NonexistentDay):
    """A date in a year before FIRST_YEAR or after LAST_YEAR; the argument is its text."""


def parse_partial_date(text: str) -> PartialDate:
    """Parse `2025-09-11`, `2025-09`, `2025`, `by 2025-09-11`, `unknown`, `2025年9月11日` …

    Raises NonexistentDay for a day that does not exist, YearOutOfRange for a year that cannot be meant, ValueError for
    anything else. "by" a month means by its last day.
    """
    match = _PARTIAL_DATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise ValueError(text)
    return _date_from_match(match)


def split_leading_date(text: str) -> tuple[PartialDate, str]:
    """The date at the beginning of `text` (UNKNOWN_DATE if none) and the rest.

    Raises as `parse_partial_date` for an impossible date.
    """
    match = _PARTIAL_DATE.match(text.translate(_TO_HALF_WIDTH) if _FULL_WIDTH.search(text) else text)
    if match is None or not text[match.end():match.end() + 1].isspace():
        return UNKNOWN_DATE, text
    return _date_from_match(match), text[match.end():].lstrip()


@cache  # to look through the system's folder of time zones takes a fifth of a build that finds nothing changed
def list_time_zones() -> Set[str]:
    """The names of the time zones that this computer knows."""
    return frozenset(available_timezones())


def _date_from_match(match: re.Match[str]) -> PartialDate:
    by, year, month, day, unknown = match.groups()
    if unknown:
        return UNKNOWN_DATE
    precision: DatePrecision = "day" if day else "month" if month else "year"
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise YearOutOfRange(match[0].strip())
    try:
        span = PartialDate(precision, date(int(year), int(month or 1), int(day or 1)))
    except ValueError:
        raise NonexistentDay(match[0].strip()) from None
    return PartialDate("by", span.latest) if by else span
