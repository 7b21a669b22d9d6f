"""Dates as writers know them (content model §2, `when`)."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

_YEAR, _MONTH, _DAY = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
FORMS = tuple(
    re.compile(form)
    for form in (
        f"{_YEAR}-{_MONTH}-{_DAY}",
        f"{_YEAR}/{_MONTH}/{_DAY}",
        f"{_YEAR}年{_MONTH}月{_DAY}日?",
        f"{_YEAR}-{_MONTH}",
        f"{_YEAR}/{_MONTH}",
        f"{_YEAR}年{_MONTH}月?",
        f"{_YEAR}年?",
    )
)
NOT_LATER_THAN = re.compile(r"(?:by\s+|不晚于\s*)(?P<limit>.+)")


@dataclass(frozen=True)
class When:
    """A date of some precision: the first and the last day that it may mean, None where there is none.

    `precision` is one of day, month, year, by, unknown; `by D` has no first day, `unknown` neither.
    """

    precision: str
    first: date | None = None
    last: date | None = None

    @property
    def day(self) -> date | None:
        """The day, if exactly one is meant."""
        return self.first if self.precision == "day" else None

    def is_after(self, day: date) -> bool:
        """Whether the earliest possible day is after `day`; `unknown` and `by` have none (content model §6.1)."""
        return self.first is not None and self.first > day


UNKNOWN = When("unknown")


def parse_when(text: str) -> When:
    """The date that a writer's text means; ValueError if it is none."""
    text = text.strip()
    if text in ("", "unknown", "未知"):
        return UNKNOWN
    if limited := NOT_LATER_THAN.fullmatch(text):
        return When("by", None, parse_when(limited["limit"]).last)
    for form in FORMS:
        if match := form.fullmatch(text):
            return _span({name: int(number) for name, number in match.groupdict().items()})
    raise ValueError(f"not a date: {text!r}")


def _span(parts: dict[str, int]) -> When:
    year, month, day = parts["year"], parts.get("month"), parts.get("day")
    if month is None:
        return When("year", date(year, 1, 1), date(year, 12, 31))
    if day is None:
        return When("month", date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return When("day", date(year, month, day), date(year, month, day))
