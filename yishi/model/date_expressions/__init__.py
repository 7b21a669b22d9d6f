"""Read dates as people write them: `9.11`, `去年冬天`, `中秋节前后`, `11-15 Sept`, with the rules of `rules.yaml`.

What is surely known is read; what can be guessed only is proposed; all else is refused. `templates/static/dates.js`
reads the same with the same rules, in the form for writers.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from babel.core import Locale, UnknownLocaleError, get_global
from msgspec import Struct
from msgspec.structs import replace

from ..dates import FIRST_YEAR, LAST_YEAR, UNKNOWN_DATE, PartialDate, create_span
from ..vocabulary import get_key_names
from .resolve import DateGroups, DateOrder, FoundDates, TimeDirection, WritingContext, has_any, resolve_date_groups
from .rules import DateRule, export_date_rules, get_date_word, load_date_rules

__all__ = ["DateOrder", "DateReading", "TimeDirection", "WritingContext", "export_date_rules", "find_date_order",
           "find_time_direction", "interpret_date", "interpret_written_date", "lacks_year"]


class DateReading(Struct, frozen=True):
    """What a text means: the date that is surely meant, else proposals to ask for; neither if it is refused."""

    date: PartialDate | None = None
    proposals: tuple[PartialDate, ...] = ()


REFUSED = DateReading()

_MAX_LENGTH = 60


def interpret_date(text: str, context: WritingContext) -> DateReading:
    """What the date written as `text` means. Never raises."""
    narrow = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip(" .。,，;；").casefold().replace("○", "〇")
    narrow = re.sub("[—–‐−－]", "-", narrow)
    if len(narrow) > _MAX_LENGTH:
        return REFUSED
    for pattern, order in load_date_rules().moves:
        narrow = pattern.sub(order, narrow)
    found = _read(narrow, context, {}, 0)
    if found is None:
        return REFUSED
    words = " ".join(unicodedata.normalize("NFKC", text).split())
    dates = [_keep_words(moment, words) for moment in dict.fromkeys(found.spans)
             if moment.day is None or FIRST_YEAR <= moment.day.year <= LAST_YEAR]
    if len(dates) == 1 and not found.is_doubtful:
        return DateReading(dates[0])
    return DateReading(proposals=tuple(sorted(dates, key=lambda moment: moment.day or date.min)))


def lacks_year(text: str) -> bool:
    """Whether a date written as `text` names a day or a month, but neither its year nor how long ago it was."""
    return bool(_YEARLESS.fullmatch(text.strip()))


_YEARLESS = re.compile(r"(?!.*(?:\d{4}|年|去|今|明|上|下|本|前|last|next|this|ago|year))"
                       r"(?=.*(?:\d|[一二三四五六七八九十]月)).*", re.IGNORECASE)


def interpret_written_date(text: str) -> PartialDate | None:
    """The date that `text` surely means whenever and wherever it was written; None if that would change it."""
    found = [interpret_date(text, context).date for context in _FAR_APART]
    return found[0] if found[0] == found[1] else None


_FAR_APART = (WritingContext(date(1995, 5, 17), "YMD", "past"), WritingContext(date(2049, 10, 9), "DMY", "future"))


def find_time_direction(key: str) -> TimeDirection:
    """Where the dates of a key of a record lie, by its English or its Chinese name."""
    names = get_key_names()
    for direction, keys in _KEYS_OF_DIRECTION.items():
        if any(key in (group, names.get(group)) for group in keys):
            return direction
    return "any"


_KEYS_OF_DIRECTION: Mapping[TimeDirection, Sequence[str]] = {
    "future": ("due", "check_on"),
    "past": ("raised", "updated", "published", "accessed", "founded", "claimed_on", "done_on", "answered_on",
             "responded_on", "notice_on", "decision_on", "result_on"),
}


def find_date_order(language: str, timezone: str) -> DateOrder:
    """How a country orders the numbers of a day, from the language of a site and its time zone."""
    territory = get_global("zone_territories").get(timezone, "")
    if language.startswith("zh"):
        return "YMD"
    if territory in ("", "001", "ZZ"):
        return ""
    try:
        pattern = str(Locale(language, territory).date_formats["short"].pattern)
    except (UnknownLocaleError, ValueError):
        return ""
    order = "".join(dict.fromkeys(re.sub("[^YMD]", "", pattern.upper())))
    return order if order in ("YMD", "DMY", "MDY") else ""  # type: ignore[return-value]


# --- text → spans -----------------------------------------------------------------------------------------------------

def _read(text: str, context: WritingContext, flags: Mapping[str, Any], depth: int) -> FoundDates | None:
    """What `text` can mean; `flags`: what wrappers around it have said of it."""
    if not flags and load_date_rules().unknown.fullmatch(text):
        return FoundDates([UNKNOWN_DATE])
    if groups := _match_rule(text):
        exact = {"exact": True} if "exact" in flags else {}
        found = resolve_date_groups({**groups, **exact}, context)
        if found.spans:
            return _apply_flags(found, flags)
    found_range = _read_range(text, context, bool(flags.get("between")))
    if found_range and not flags.get("about"):
        return _apply_flags(found_range, flags)
    for pattern, sets in load_date_rules().wrappers if depth < 4 else ():
        if match := pattern.fullmatch(text):
            weekday = {"weekday": match["wd"]} if "weekday" in sets else {}
            inner = _read(match["rest"].strip(), context, {**flags, **sets, **weekday}, depth + 1)
            if inner:
                return inner
    return None


def _match_rule(text: str, rules: Sequence[DateRule] = ()) -> DateGroups | None:
    for pattern, adds in rules or load_date_rules().rules:
        if match := pattern.fullmatch(text):
            return {**{name: value for name, value in match.groupdict().items() if value}, **adds}
    return None


def _apply_flags(found: FoundDates, flags: Mapping[str, Any]) -> FoundDates | None:
    """`found` with what was said around it: about, by, doubt, a weekday."""
    spans = list(found.spans)
    is_doubtful = found.is_doubtful or "doubt" in flags
    if "weekday" in flags:
        number = get_date_word("weekday", flags["weekday"])
        fitting = [span for span in spans if span.precision == "day" and span.day and span.day.weekday() == number]
        is_doubtful = is_doubtful or not fitting
        spans = fitting or spans
    if "week" in flags:
        spans = [_widen_to_week(span) if span.precision == "day" else span for span in spans]
    if "about" in flags:
        spans = [replace(span, is_about=True) for span in spans]
    if "by" in flags:
        if any(span.is_about and span.unit != "day" for span in spans):
            return None
        spans = [PartialDate("by", span.last_named) for span in spans]
    return FoundDates(spans, is_doubtful)


def _widen_to_week(when: PartialDate) -> PartialDate:
    """Some time in the week of a day."""
    assert when.day is not None, "only a day has a week"
    monday = when.day - timedelta(days=when.day.weekday())
    return create_span(monday, monday + timedelta(days=6), "within")


def _keep_words(when: PartialDate, words: str) -> PartialDate:
    """The writer's words beside a date that is less than a day, a month or a year."""
    says_more = (when.is_about or when.precision in ("within", "range", "by")) and not _SAYS_NO_MORE.fullmatch(words)
    return replace(when, words=words.translate(_NO_BRACKETS).strip()) if says_more else when


_SAYS_NO_MORE = re.compile(r"(?:[\d\s./。,、~年月日号份至到—–-]|不[晚迟]于|[之以]?前|大?约|左右|by|before|about|to)+")
_NO_BRACKETS = str.maketrans("()\n", "   ")


# --- ranges -----------------------------------------------------------------------------------------------------------

_MAX_GUESSED_RANGE = 183
"""Days of the longest range of which a year is not written."""


def _read_range(text: str, context: WritingContext, is_within: bool) -> FoundDates | None:
    """The range in `text`, such as `9月11日至15日`; None if it is none."""
    for join in load_date_rules().joins.finditer(text):
        first = _match_end(text[:join.start()].strip())
        last = _match_end(text[join.end():].strip())
        if first and last and (found := _join_ends(*_complete_ends(first, last), context, is_within)):
            return found
    return None


def _match_end(text: str) -> DateGroups | None:
    """One end of a range, which may be a bare number."""
    if groups := _match_rule(text, load_date_rules().ends):
        return groups
    for pattern, sets in load_date_rules().wrappers:
        if not sets and (match := pattern.fullmatch(text)) and (groups := _match_rule(match["rest"].strip())):
            return groups
    return _match_rule(text)


_YEAR_GROUPS = ("y", "yy", "ry")
_MONTH_GROUPS = ("m", "mon", "rm", "a")


def _complete_ends(first: DateGroups, last: DateGroups) -> tuple[DateGroups, DateGroups]:
    """Both ends, each with what only the other one says."""
    first, last = _as_unit_of(first, last), _as_unit_of(last, first)
    for one, other in ((last, first), (first, last)):
        needs_month = has_any(one, ("d", "part")) and not has_any(one, _MONTH_GROUPS)
        if needs_month and "a" in other and "d" in one and one is last:  # 9.11-15
            one |= {"a": other["a"], "b": one.pop("d")}
        elif needs_month:
            one |= {key: other[key] for key in _MONTH_GROUPS if key in other and key != "a"}
        if not has_any(one, _YEAR_GROUPS) and (one is first or needs_month or "rm" not in other):
            one |= {key: other[key] for key in _YEAR_GROUPS if key in other}
    return first, last


def _as_unit_of(end: DateGroups, other: DateGroups) -> DateGroups:
    """A bare number as a month beside a month, and as a year beside a year: 3-5月, 2024-25."""
    if "bare" not in end or "d" in other or "a" in other or "b" in other:
        return {key: value for key, value in end.items() if key != "bare"}
    if has_any(other, _MONTH_GROUPS):
        return {"m": end["d"]}
    return {"yy": end["d"], "doubt": True}


def _join_ends(first: DateGroups, last: DateGroups, context: WritingContext, is_within: bool) -> FoundDates | None:
    """The spans from the first to the last; without a year the last is the next one after the first."""
    begin = resolve_date_groups(first, context)
    spans = []
    for span in begin.spans:
        end = _resolve_end(last, span, context)
        if end is None or span.is_about or end.is_about or span.precision != end.precision:
            continue
        if span.day and end.last_named and span.day < end.last_named:
            spans.append(create_span(span.day, end.last_named, "within" if is_within else "range"))
    return FoundDates(spans, begin.is_doubtful or "doubt" in last) if spans else None


def _resolve_end(groups: DateGroups, begin: PartialDate, context: WritingContext) -> PartialDate | None:
    groups = {key: value for key, value in groups.items() if key != "doubt"}
    if has_any(groups, (*_YEAR_GROUPS, "rm", "rd", "rw")):
        return _get_single(resolve_date_groups(groups, context))
    assert begin.day is not None, "a range begins with a day"
    for year in (begin.day.year, begin.day.year + 1):
        end = _get_single(resolve_date_groups({**groups, "y": str(year)}, context))
        if end and end.day and end.day > begin.day:
            same_month = end.day.month == begin.day.month
            is_short = (end.day - begin.day).days <= _MAX_GUESSED_RANGE
            return end if is_short and not (same_month and year > begin.day.year) else None
    return None


def _get_single(found: FoundDates) -> PartialDate | None:
    """The one date that is surely meant."""
    return found.spans[0] if len(found.spans) == 1 and not found.is_doubtful else None
