"""Dates as writers know them (content model §2, `when`)."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

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
LIMITED = re.compile(r"(?:by\s+|不晚于\s*)(?P<limit>.+)")
APPROXIMATE = re.compile(r"(?:about\s+|约\s*)(?P<date>.+)|(?P<marked>.+)~")
SPANS = re.compile(r"(?P<start>[^.]+)\.\.(?P<end>[^.]+)|(?P<from>\d{4}(?:-\d\d?){0,2})/(?P<to>\d{4}.*)")
WORDS = re.compile(r"\s*[(（][^()（）]+[)）]$")
START = re.compile(
    r"(?P<when>(?:(?:by|about)\s+|不晚于\s*|约\s*)?\d{4}[^\s:：(（]*(?:\s*[(（][^()（）]+[)）])?|unknown|未知)\s+(?P<rest>.+)",
    re.DOTALL,
)
"""A date in front of the stage of an entry."""


@dataclass(frozen=True)
class When:
    """A date of some precision: the first and the last day that it may mean, None where there is none.

    `precision` is one of day, month, year, by, about, span, unknown; `by D` has no first day, `unknown` neither.
    """

    precision: str
    first: date | None = None
    last: date | None = None

    @property
    def day(self) -> date | None:
        """The day, if exactly one is meant."""
        return self.first if self.first == self.last else None

    @property
    def month(self) -> str | None:
        """The month, if all days that may be meant lie in it (content model §2.2.2)."""
        if self.first is None or self.last is None or f"{self.first:%Y-%m}" != f"{self.last:%Y-%m}":
            return None
        return f"{self.first:%Y-%m}"

    def is_after(self, day: date) -> bool:
        """Whether the earliest possible day is after `day`; `unknown` and `by` have none (content model §6.1)."""
        return self.first is not None and self.first > day


UNKNOWN = When("unknown")


def parse_when(text: str) -> When:
    """The date that a writer's text means; ValueError if it is none."""
    text = WORDS.sub("", text.strip())
    if text in ("", "unknown", "未知"):
        return UNKNOWN
    if limited := LIMITED.fullmatch(text):
        return When("by", None, parse_when(limited["limit"]).last)
    if rough := APPROXIMATE.fullmatch(text):
        return _approximate(parse_when(rough["date"] or rough["marked"]))
    if span := SPANS.fullmatch(text):
        start, end = parse_when(span["start"] or span["from"]), parse_when(span["end"] or span["to"])
        return When("span", start.first, end.last)
    for form in FORMS:
        if match := form.fullmatch(text):
            return _span({name: int(number) for name, number in match.groupdict().items()})
    raise ValueError(f"not a date: {text!r}")


def _approximate(when: When) -> When:
    """A week, a month or a year more on either side, as finely as the date is told (content model §2.2.1)."""
    assert when.first is not None
    assert when.last is not None
    after = when.last + timedelta(days=1)
    if (when.first.day, after.day) != (1, 1) or (when.precision == "span" and after - when.first < timedelta(days=32)):
        return When("about", when.first - timedelta(days=7), when.last + timedelta(days=7))
    if (when.first.month, after.month) == (1, 1) and (when.precision == "year" or after.year > when.first.year + 1):
        return When("about", date(when.first.year - 1, 1, 1), date(when.last.year + 1, 12, 31))
    before = when.first - timedelta(days=1)
    length = calendar.monthrange(after.year, after.month)[1]
    return When("about", before.replace(day=1), after.replace(day=length))


def _span(parts: dict[str, int]) -> When:
    year, month, day = parts["year"], parts.get("month"), parts.get("day")
    if month is None:
        return When("year", date(year, 1, 1), date(year, 12, 31))
    if day is None:
        return When("month", date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return When("day", date(year, month, day), date(year, month, day))
