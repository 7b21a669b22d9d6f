"""Dates in other notations than that of records: their meaning, and the corrected line of a log."""

import re
from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from ...model.date_expressions import WritingContext, interpret_date, interpret_written_date, lacks_year
from ...model.dates import (
    UNKNOWN_DATE,
    NonexistentDay,
    PartialDate,
    format_date,
    parse_partial_date,
    split_leading_date,
)
from ...model.records import Followup, LogEntry

DATED_MODELS = (LogEntry, Followup)
"""Models with the short form `2025-09-11 议事: …`."""


def respell_date(text: str, writing: WritingContext | None = None) -> str:
    """The date that `text` surely means in the notation of records, in Chinese for a Chinese text: `2025年9月上旬` →
    `2025-09-01..2025-09-10（2025年9月上旬）`; `text` itself if it is such a notation, "" if it means no date. Without
    `writing` no text is read that means another date at another time or place."""
    try:
        return text if parse_partial_date(text) else ""
    except NonexistentDay:
        return ""
    except ValueError:
        when = _interpret_within(text, writing) if writing else interpret_written_date(text)
        return _spell(when, text) if when else ""


def _interpret_within(text: str, writing: WritingContext) -> PartialDate | None:
    """The date that `text` surely means; without a year the next such one after the step before, unless that was still
    to come when it was written."""
    if writing.after is None or not lacks_year(text):
        return interpret_date(text, writing).date
    when = interpret_date(text, replace(writing, day=writing.after, direction="future")).date
    return when if when and when.day and when.day <= writing.day else None


def _spell(when: PartialDate, text: str) -> str:
    return format_date(when, "en" if text.isascii() else "zh-Hans")


def repair_dated_line(line: str) -> str | None:
    """`2025.9.11，反映: …` as `2025-09-11 反映: …`; None if its date is valid, or if there is none."""
    if start := repair_line_start(line):
        return start[1] + line[start[0]:]
    found = _find_wrong_date(line, None)
    return f"{found[0]} …: {line[found[1]:]}" if found and re.search("[:：]", line[:found[1]]) else None


def move_clock_time(line: str) -> str | None:
    """`2025-09-11 12:30 提出：…` as `2025-09-11 提出：12:30 …`; None if there is no time of day before the stage."""
    try:
        when, rest = split_leading_date(line)
    except NonexistentDay:
        return None  # reported as a problem of its own
    clock = _CLOCK.match(rest) if when is not UNKNOWN_DATE else None
    entry = _STAGE_AND_TEXT.fullmatch(rest[clock.end():]) if clock else None
    if clock is None or entry is None:
        return None
    return f"{line[:-len(rest)]}{entry['stage']}{clock[0].strip()} {entry['text']}".rstrip()


_CLOCK = re.compile(r"(?:凌晨|[早晚]上|[上中下]午)?\s*\d{1,2}"
                    r"(?:\s?[:：]\s?\d{2}(?:[:：]\d{2})?|\s?[点时](?:半|\s?\d{1,2}分?)?(?=[\s:：,，]))"
                    r"\s*(?:[ap]\.?m\.?\b)?", re.IGNORECASE)
_STAGE_AND_TEXT = re.compile(r"[\s:：,，]*(?P<stage>[^\s:：,，][^:：]*(?:：|:\s?))\s*(?P<text>.*)", re.DOTALL)


def repair_line_start(line: str, writing: WritingContext | None = None) -> tuple[int, str] | None:
    """The length of the date at the beginning of `line` that is not in the notation of records, and its replacement.

    None if the date is valid, if there is none, or if no stage follows it.
    """
    found = _find_wrong_date(line, writing)
    return (found[1], f"{found[0]} ") if found and re.search("[:：]", line[found[1]:]) else None


def has_unsure_date(line: str) -> bool:
    """Whether a line seems to begin with a date, but another one at another time: `9.11 反映: …`."""
    return bool(_STARTS_LIKE_DATE.match(line)) and _find_wrong_date(line, _SOME_TIME) is not None


_STARTS_LIKE_DATE = re.compile(r"\d{1,2}\s?[-./。月日号]|[去前昨今上本这]|[一二三四五六七八九十]+月")
_SOME_TIME = WritingContext(date(2025, 6, 18), "YMD", "past")
_SIGN = re.compile(r"[\s,，、.。:：;；]*")
_HAS_YEAR = re.compile(r"\d\d|[〇零一二三四五六七八九]{2}年")
_GOES_ON = re.compile(r"[-./。、,]\s?\d")
_STAGE_COLON = re.compile(r"(?<!\d)[:：]|[:：](?!\d)")
_MAX_DATE_LENGTH = 40


def _find_wrong_date(line: str, writing: WritingContext | None) -> tuple[str, int] | None:
    """The date at the beginning of `line` as it should be written, and where the rest begins; None if the date is
    valid or if there is none."""
    # Most entries without a date are those that say none: they must not cost the reading of one.
    if not (writing or _HAS_YEAR.search(line, 0, _MAX_DATE_LENGTH)) or _has_valid_date(line):
        return None
    for end in _list_ends(line):
        text = line[:end].strip()
        sign = _SIGN.match(line, end)
        if sign and not _GOES_ON.match(line, end) and (when := respell_date(text, writing)):
            return when, sign.end()
    return None


def _list_ends(line: str) -> Iterator[int]:
    """Where a date at the beginning of `line` may end, the farthest first: before the colon behind the stage, and not
    within a number or a word."""
    colon = _STAGE_COLON.search(line)
    for end in range(min(colon.start() if colon else 0, _MAX_DATE_LENGTH), 1, -1):
        around = line[end - 1:end + 1]
        is_within_word = around.isascii() and around.isalnum() and len(around) == 2
        if not is_within_word and not _SIGN.fullmatch(line[end - 1]):
            yield end


def _has_valid_date(line: str) -> bool:
    try:
        when, rest = split_leading_date(line)
    except NonexistentDay:
        return True  # reported as a problem of its own
    return (when is not UNKNOWN_DATE or rest != line) and rest[:1] not in (":", "：")
