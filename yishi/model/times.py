"""`TimeSpan`: from when to when something takes place on a day; its notation in records, and as people write it."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from .dates import list_time_zones
from .quantities import parse_count


class TimeSpan(Struct, frozen=True):
    """The minutes from midnight at which it begins and ends; `end` None = not known."""

    start: int
    end: int | None = None

    def __str__(self) -> str:
        """The notation of records: `19:00-20:30`, `19:00`."""
        return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (self.start, self.end)
                        if minutes is not None)

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
        """Its beginning and end on a day in a time zone, by the clocks there."""
        midnight = datetime.combine(day, time(), zone)
        return (midnight + timedelta(minutes=self.start),
                None if self.end is None else midnight + timedelta(minutes=self.end))


def get_time_zone(name: str) -> ZoneInfo:
    """The time zone of a site; the default one if this computer does not know `name`, which is a problem elsewhere."""
    return ZoneInfo(name if name in list_time_zones() else "Asia/Shanghai")


TIME_SPAN_PATTERN = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?:-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00))?"
"""The notation of records, for Python and for JSON Schema."""


def parse_time_span(text: str) -> TimeSpan:
    """Parse `19:00-20:30` or `19:00`. Raises ValueError for anything else, also for an end that is not after the
    start."""
    if not re.fullmatch(TIME_SPAN_PATTERN, text):
        raise ValueError(text)
    start, *ends = (int(one[:2]) * 60 + int(one[3:]) for one in text.split("-"))
    if ends and ends[0] <= start:
        raise ValueError(text)
    return TimeSpan(start, *ends)


def interpret_time_span(text: str) -> TimeSpan | None:
    """What `晚上7点到8点半`, `7-8:30 pm`, `9:00—11:00` surely means; None if it may be the morning or the
    evening, or if it is no time."""
    match = _SPAN.fullmatch(unicodedata.normalize("NFKC", text).strip(" .。,，").casefold())
    if match is None or not _says_time(match):
        return None
    first = _read_end(match, "1")
    if not match["hour2"]:
        return TimeSpan(first.sure[0]) if first.sure and first.sure[0] < _DAY else None
    last = _read_end(match, "2")
    if first.is_named == last.is_named:
        starts, ends = first.sure, last.sure
    else:  # the part of the day holds for both: 晚上7点到8点半, 7-8:30 pm
        starts, ends = (one.sure if one.is_named else one.possible for one in (first, last))
    spans = (TimeSpan(start, end) for start in starts for end in ends if start < end)
    return min(spans, key=lambda one: (one.end or 0) - one.start, default=None)


def _says_time(match: re.Match[str]) -> bool:
    """Whether numbers are surely times: `9-11` may be a date, and so may `9.11` without am or pm."""
    is_english = bool(match["half1"] or match["half2"])
    if match["dot1"] or match["dot2"]:
        return is_english
    return is_english or any(match[name] for name in ("sign1", "sign2"))


class _End(NamedTuple):
    """What one end can mean and surely means, in minutes from midnight; whether it names the part of the day."""

    possible: tuple[int, ...]
    sure: tuple[int, ...]
    is_named: bool


_DAY = 24 * 60
_SURE_FROM = 9
"""A bare `9:00` is in the morning; a bare `8:00` may be in the evening (content model §4.5.1)."""


def _read_end(match: re.Match[str], number: str) -> _End:
    written = match["hour" + number]
    hour, minutes = _read_number(written), _read_minutes(match, number)
    hours = [hour, hour + 12, *([0] if hour == 12 else [])]
    if word := match["word" + number] or match["half" + number]:
        first, last = _HOURS_OF_WORD[word[0]]
        possible = sure = [one for one in hours if first <= one <= last]
    elif hour > 12 or written.startswith("0"):
        possible = sure = [hour]
    else:
        possible = [one for one in hours if 0 < one < 24]
        sure = [hour] if hour >= _SURE_FROM and match["sign" + number] else []
    ends = [tuple(one * 60 + minutes for one in some if one * 60 + minutes <= _DAY and minutes < 60)
            for some in (possible, sure)]
    return _End(ends[0], ends[1], bool(word))


_HOURS_OF_WORD = {"凌": (0, 5), "清": (4, 9), "早": (5, 10), "上": (6, 12), "中": (11, 14), "下": (12, 18),
                  "午": (12, 18), "傍": (16, 20), "晚": (17, 23), "夜": (18, 23), "a": (0, 11), "p": (12, 23)}
"""First character of the part of the day → its first and last hour."""


def _read_minutes(match: re.Match[str], number: str) -> int:
    written = match["part" + number] or match["minute" + number] or match["dot" + number] or "0"
    return _MINUTES_OF_WORD.get(written) or _read_number(written.removeprefix("零"))


def _read_number(text: str) -> int:
    return int(text) if text.isdecimal() else parse_count(text) or 0


_MINUTES_OF_WORD = {"半": 30, "一刻": 15, "三刻": 45}
_CHINESE_NUMERAL = "[一二两三四五六七八九十]{1,3}"


def _end(number: int) -> str:
    """The expression of one end: part of the day, hour, what tells it from a bare number, minutes, am or pm."""
    return (rf"(?P<word{number}>凌晨|清晨|早晨|早上|早|上午|中午|下午|午后|傍晚|晚上|晚间|夜里|夜间|晚)?\s*"
            rf"(?P<hour{number}>[01]?[0-9]|2[0-4]|{_CHINESE_NUMERAL})"
            rf"(?:(?P<sign{number}>:(?=[0-5][0-9])|[点时])"
            rf"(?:(?P<part{number}>半|一刻|三刻|整|正)|(?P<minute{number}>[0-5]?[0-9]|零?{_CHINESE_NUMERAL})(?:分|:00)?)?"
            rf"|[.](?P<dot{number}>[0-5][0-9]))?(?:\s*(?P<half{number}>[ap])\.?m\b\.?)?")


_SPAN = re.compile(rf"(?:from |at |从)?{_end(1)}(?:\s*(?:-|–|—|~|至|到|to|until|till)+\s*{_end(2)})?\s*(?:开始|起)?")
