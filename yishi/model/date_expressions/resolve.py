"""From what a rule has found in a text (a year, a month, a festival …) to the dates that it can mean."""

import calendar
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from ..dates import PartialDate, create_span
from ..quantities import parse_chinese_numeral
from .rules import get_date_word, load_date_rules

DateOrder = Literal["YMD", "DMY", "MDY", ""]
"""The order of the numbers of a day in a country; "": not known, so that `9/11` is asked."""

TimeDirection = Literal["past", "future", "any"]
"""Where a date without its year lies, seen from the day of writing."""


class WritingContext(Struct, frozen=True):
    """When and where a date was written, and where it lies: `12.20` written in November of a meeting, a promise …
    `after`: the day of the step before in a record that tells one."""

    day: date
    order: DateOrder = "YMD"
    direction: TimeDirection = "any"
    after: date | None = None


DateGroups = dict[str, Any]
"""What a rule found: the name of a group → its text."""


class FoundDates(Struct, frozen=True):
    """The dates that a text can mean; `is_doubtful`: to be asked even if it is one only."""

    spans: Sequence[PartialDate]
    is_doubtful: bool = False


def resolve_date_groups(groups: DateGroups, context: WritingContext) -> FoundDates:
    """The dates that the groups of a rule can mean."""
    found = next(resolve(groups, context) for names, resolve in _RESOLVERS if has_any(groups, names))
    return replace(found, is_doubtful=found.is_doubtful or "doubt" in groups)


def _resolve_day_word(groups: DateGroups, context: WritingContext) -> FoundDates:
    return FoundDates([PartialDate("day", context.day + timedelta(days=get_date_word("day", groups["rd"])))])


def _resolve_ago(groups: DateGroups, context: WritingContext) -> FoundDates:
    """`三天前`; what is told in weeks, months and years is approximate."""
    written = groups.get("unit") or groups["unit2"]
    unit = load_date_rules().words["unit"].get(written, written)
    if groups["ago"] == "几":
        return FoundDates([create_span(context.day - timedelta(days=7), context.day - timedelta(days=1), "within")])
    half = groups["ago"] == "半"
    number = 1 if half else _number(groups["ago"])
    if unit == "day":
        return FoundDates([] if half else [PartialDate("day", context.day - timedelta(days=number))])
    if unit == "week" or (half and unit == "month"):
        days = 15 if unit == "month" else 7 * number
        return FoundDates([PartialDate("day", context.day - timedelta(days=days), is_about=True)])
    months = 6 if half else number
    if unit == "year" and not half:
        return FoundDates([PartialDate("year", date(context.day.year - number, 1, 1), is_about=True)])
    return FoundDates([PartialDate("month", _add_months(context.day, -months), is_about=True)])


def _resolve_week(groups: DateGroups, context: WritingContext) -> FoundDates:
    """`上周三`, `last week`, `周三`."""
    today = context.day
    monday = today - timedelta(days=today.weekday())
    first, days = _select_weekdays(groups.get("wd", ""))

    def week(offset: int) -> PartialDate:
        start = monday + timedelta(days=7 * offset + first)
        return create_span(start, start + timedelta(days=days - 1), "within")

    if groups.get("rw") in ("recent", "coming"):  # the last such day, or that of last week; the same of next
        way = -1 if groups["rw"] == "recent" else 1
        nearest = next(one for offset in (0, way) if (one := week(offset)).day and way * (one.day - today).days > 0)
        return FoundDates([nearest, week(way)])
    if "rw" in groups:
        return FoundDates([week(get_date_word("week", groups["rw"]))])
    weeks = [week(offset) for offset in range(-1, 3)]
    return _choose(weeks, context, 0 if context.direction == "past" else 7, is_end=context.direction != "future")


def _select_weekdays(word: str) -> tuple[int, int]:
    """The first weekday that `word` names (Monday = 0), and how many; "" is the whole week, `末` its end."""
    if word == "末":
        return 5, 2
    return (get_date_word("weekday", word), 1) if word else (0, 7)


def _resolve_festival(groups: DateGroups, context: WritingContext) -> FoundDates:
    name = groups["fest"]
    key = max((key for key in load_date_rules().words["fest"] if name.startswith(key)), key=len)
    month, day, *kinds = load_date_rules().words["fest"][key]
    is_about = "about" in kinds and "exact" not in groups

    def make(year: int) -> PartialDate | None:
        found = _festival_day(year, month, day, kinds)
        return PartialDate("day", found, is_about=is_about) if found else None

    years = _years_of(groups, context)
    if "lunar" in kinds and month > 10 and years:  # 腊八 of 2026 is in January of 2026, or of 2027
        years = [years[0] - 1, years[0]]
    return _choose_year(make, years, context)


def _festival_day(year: int, month: int, day: int, kinds: Sequence[str]) -> date | None:
    if "lunar" in kinds:
        return _lunar_day(year, month, day)
    if not {"term", "easter"} & set(kinds):
        return date(year, month, day)
    line = load_date_rules().years.get(year)
    if line is None:
        return None
    *_, qingming, dongzhi, easter = line.split()
    if "easter" in kinds:
        return date(year, int(easter[:2]), int(easter[2:])) + timedelta(days=month)
    return date(year, month, int(qingming if month == 4 else dongzhi))


def _resolve_lunar(groups: DateGroups, context: WritingContext) -> FoundDates:
    month = _number(groups["lm"])
    day = _number(groups["ld"].removeprefix("初")) if "ld" in groups else 1

    def make(year: int) -> PartialDate | None:
        found = _lunar_day(year, month, day) if day else None
        last = found if "ld" in groups else _lunar_day(year, month, 30) or _lunar_day(year, month, 29)
        return create_span(found, last, "within") if found and last else None

    years = _years_of(groups, context)
    return _choose_year(make, [years[0] - 1, years[0]] if years and month > 10 else years, context)


def _lunar_day(year: int, month: int, day: int) -> date | None:
    """A day of the lunar year that begins in `year`; day 0: the last before the month. None if it does not exist."""
    line = load_date_rules().years.get(year)
    if line is None or not 1 <= month <= 12:
        return None
    first, months, leap, *_ = line.split()
    index = month - 1 + (0 < int(leap) < month)
    if day > (29 if months[index] == "9" else 30):
        return None
    before = sum(29 if digit == "9" else 30 for digit in months[:index])
    return date(year, int(first[:2]), int(first[2:])) + timedelta(days=before + day - 1)


def _resolve_numbers(groups: DateGroups, context: WritingContext) -> FoundDates:
    """`9.11`, `26.9.11`, `11/9/2026`: numbers in the order of the country; both readings where it is not known."""
    rest = {key: value for key, value in groups.items() if key not in "abc"}
    orders = _possible_orders(groups, context)
    readings = [_resolve_calendar(rest | _name_numbers(groups, order), context) for order in orders]
    spans = [span for found in readings for span in found.spans]
    if spans:
        return FoundDates(spans, any(found.is_doubtful for found in readings))
    return FoundDates(_read_in_other_order(groups, rest, context), True)


def _possible_orders(groups: DateGroups, context: WritingContext) -> Sequence[str]:
    """The order of the country; several where it is not known, or where its year would be a strange one."""
    a = groups["a"]
    c = groups.get("c", "")
    if context.order == "YMD" and c:
        if len(c) == 4:
            return ("DMY", "MDY")
        is_strange = len(a) < 2 or not 0 <= context.day.year - 2000 - int(a) <= _USUAL_YEARS
        return ("YMD", "DMY", "MDY") if is_strange else ("YMD",)
    return (context.order,) if context.order else ("DMY", "MDY")


_USUAL_YEARS = 10
"""Years that a date with a year of two digits in front is usually not older than: 26.9.11, but not 11.9.26."""


def _name_numbers(groups: DateGroups, order: str) -> DateGroups:
    """The numbers as year, month and day; no month where a year has one digit only."""
    a = groups["a"]
    b = groups["b"]
    c = groups.get("c", "")
    if not c:
        return {"d": a, "m": b} if order == "DMY" else {"m": a, "d": b}
    if order == "YMD":
        return {"yy": a, "m": b, "d": c} if len(a) == 2 else {"m": "0"}
    if len(c) == 1:
        return {"m": "0"}
    year = {"y" if len(c) == 4 else "yy": c}
    return year | ({"m": a, "d": b} if order == "MDY" else {"d": a, "m": b})


def _read_in_other_order(groups: DateGroups, rest: DateGroups, context: WritingContext) -> list[PartialDate]:
    """Proposals for numbers that no day of the country has: 13/9, 12/25/2025, and 25.9 for a month."""
    a = groups["a"]
    b = groups["b"]
    c = groups.get("c", "")
    if not c and context.order == "YMD" and len(a) == 2 and int(a) > 12 and "ry" not in groups and int(a) > 19:
        return list(_resolve_calendar({"yy": a, "m": b}, context).spans)
    other = "MDY" if context.order == "DMY" else "DMY"
    return list(_resolve_calendar(rest | _name_numbers(groups, other), context).spans)


def _resolve_calendar(groups: DateGroups, context: WritingContext) -> FoundDates:
    """A day, a month or a part of one, of a year or a year that is implied."""
    if not has_any(groups, ("m", "mon", "rm", "d", "part")):
        return _resolve_year(groups, context)
    months = _months_of(groups, context)

    def make(year: int, month: int) -> PartialDate | None:
        return _make_in_month(groups, year, month)

    is_end = "part" in groups and "end" in load_date_rules().words["part"][groups["part"]]
    if "rm" in groups:
        month = _add_months(context.day, get_date_word("month", groups["rm"]))
        return FoundDates(list(filter(None, [make(month.year, month.month)])))
    if not months:  # 15日, 月底
        offsets = range(-2, 1 if "part" in groups and context.direction != "future" else 3)
        around = [_add_months(context.day, offset) for offset in offsets]
        return _choose(list(filter(None, (make(day.year, day.month) for day in around))), context, is_end=is_end)
    if groups.get("ry") in ("last", "next"):
        return _last_or_next(lambda year: make(year, months[0]), groups["ry"], context)
    return _choose_year(lambda year: make(year, months[0]), _years_of(groups, context), context)


def _make_in_month(groups: DateGroups, year: int, month: int) -> PartialDate | None:
    """The day, part or whole of a month."""
    if not 1 <= month <= 12:
        return None
    length = calendar.monthrange(year, month)[1]
    if "d" in groups:
        day = _number(groups["d"])
        return PartialDate("day", date(year, month, day)) if 1 <= day <= length else None
    if "part" in groups:
        first, last, *_ = load_date_rules().words["part"][groups["part"]]
        return create_span(date(year, month, first), date(year, month, min(last, length)), "within")
    if "m2" in groups:
        last_month = _number(groups["m2"])
        return _make_months(year, month, last_month) if last_month == month + 1 else None
    return PartialDate("month", date(year, month, 1))


def _resolve_year(groups: DateGroups, context: WritingContext) -> FoundDates:
    """A year, a part of one, or ten."""
    if "decade" in groups or "decade2" in groups:
        decade = groups.get("decade") or str(1900 + _number(groups["decade2"]))
        return FoundDates([create_span(date(int(decade), 1, 1), date(int(decade) + 9, 12, 31), "within")])
    years = _years_of(groups, context)
    span = groups.get("span") or groups.get("span2")
    if span is None:
        return FoundDates([PartialDate("year", date(year, 1, 1)) for year in years])
    first, last, *kinds = load_date_rules().words["span"][span.removeprefix("第")]
    if groups.get("ry") in ("last", "next"):
        return _last_or_next(lambda year: _make_months(year, first, last), groups["ry"], context)
    found = _choose_year(lambda year: _make_months(year, first, last) if (
        years or context.direction == "future" or year <= context.day.year) else None, years, context, "end" in kinds)
    if last <= 12 or not years:
        return found
    now = context.day.month
    is_unclear = {0: now < 12, -1: now <= 2}.get(get_date_word("year", groups["ry"]), False) if "ry" in groups else (
        "either" in kinds)
    before = _make_months(years[0] - 1, first, last)
    return FoundDates([before, *found.spans]) if is_unclear else found


def _make_months(year: int, first: int, last: int) -> PartialDate:
    """Some time from the first to the last month; month 14 is February of the next year."""
    extra, month = divmod(last - 1, 12)
    end = date(year + extra, month + 1, calendar.monthrange(year + extra, month + 1)[1])
    return create_span(date(year, first, 1), end, "within")


def _last_or_next(make: Callable[[int], PartialDate | None], word: str, context: WritingContext) -> FoundDates:
    """`last April`: the last that was, or that of last year."""
    offset = get_date_word("year", word)
    spans = _spans_around(make, context)
    nearest = ([span for span in spans if span.last_named and span.last_named < context.day][-1:] if offset < 0
               else [span for span in spans if span.day and span.day > context.day][:1])
    of_year = make(context.day.year + offset)
    return FoundDates([*nearest, of_year] if of_year else nearest)


_RESOLVERS: Sequence[tuple[tuple[str, ...], Callable[[DateGroups, WritingContext], FoundDates]]] = (
    (("rd",), _resolve_day_word), (("ago",), _resolve_ago), (("rw", "wd"), _resolve_week),
    (("fest",), _resolve_festival), (("lm",), _resolve_lunar), (("a",), _resolve_numbers),
    (("y", "yy", "ry", "m", "mon", "rm", "d", "part", "span", "span2", "decade", "decade2"), _resolve_calendar))


# --- what is not written ----------------------------------------------------------------------------------------------

_NEAR_DAYS: Mapping[str, int] = {"past": 7, "any": 60}
"""A date without its year may be the coming one, if that is as near as this."""
_FUTURE_DAYS = 183
"""What lies ahead without a year is asked, if the next such day is farther away than this."""


def _choose_year(make: Callable[[int], PartialDate | None], years: Sequence[int], context: WritingContext,
                 is_end: bool = False) -> FoundDates:
    """The date of these years; of no year, the one that is meant by the day of writing."""
    if years:
        return FoundDates([span for year in years if (span := make(year))])
    return _choose(_spans_around(make, context), context, is_end=is_end)


def _spans_around(make: Callable[[int], PartialDate | None], context: WritingContext) -> list[PartialDate]:
    return [span for year in range(context.day.year - 5, context.day.year + 3) if (span := make(year))]


def _choose(spans: Sequence[PartialDate], context: WritingContext, near: int | None = None,
            is_end: bool = False) -> FoundDates:
    """Of spans in order, the one that is meant, or both where it may be the last or the coming one. `is_end`: one that
    is not over may be the last one too (`月底`)."""
    today = context.day
    for last, now in pairwise(spans):
        if now.day and now.last_named and now.day <= today <= now.last_named:
            return FoundDates([last, now] if is_end and context.direction != "future" else [now])
    past = [span for span in spans if span.day and span.day <= today][-1:]
    coming = [span for span in spans if span.day and span.day > today][:1]
    distance = (coming[0].day - today).days if coming and coming[0].day else _FUTURE_DAYS * 2
    if context.direction == "future":
        return FoundDates(coming if distance <= _FUTURE_DAYS else past + coming)
    limit = _NEAR_DAYS[context.direction] if near is None else near
    return FoundDates(past + coming if distance <= limit or not past else past)


# --- words → numbers --------------------------------------------------------------------------------------------------


def _years_of(groups: DateGroups, context: WritingContext) -> list[int]:
    """The year that is written, [] if none is."""
    if "y" in groups:
        return [_digits(groups["y"])]
    if "yy" in groups:
        year = 2000 + _digits(groups["yy"].strip("'"))
        return [year if year <= context.day.year + 10 else year - 100]
    return [context.day.year + get_date_word("year", groups["ry"])] if "ry" in groups else []


def _months_of(groups: DateGroups, context: WritingContext) -> list[int]:
    if "mon" in groups:
        return [load_date_rules().words["name"].index(groups["mon"][:3]) + 1]
    return [_number(groups["m"])] if "m" in groups else []


def _digits(text: str) -> int:
    """`2026`, `二〇二六`"""
    return int("".join(str("〇一二三四五六七八九".find(sign.replace("零", "〇"))) if not sign.isascii() else sign
                       for sign in text))


def _number(text: str) -> int:
    """`11`, `十一`, `廿三`, `three`"""
    if text.isascii() and text.isdigit():
        return int(text)
    if text in load_date_rules().words["number"]:
        return int(load_date_rules().words["number"][text])
    return parse_chinese_numeral(text)


def _add_months(day: date, months: int) -> date:
    """The first of the month that lies so many months after that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def has_any(groups: DateGroups, names: Iterable[str]) -> bool:
    """Whether a rule has found one of these."""
    return any(name in groups for name in names)
