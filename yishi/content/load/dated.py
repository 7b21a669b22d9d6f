"""Dates that writers spell otherwise: what they mean, and the line of a log as it should read."""

import re

from ...model.dates import UNKNOWN, NoSuchDay, parse_when, split_when
from ...model.records import Followup, LogEntry

DATED = (LogEntry, Followup)
"""What may be written as `2025-09-11 议事: …`."""

_BY = r"(?P<by>by\s+|不晚于\s*)?"
_MARK = "-./．。－／"
_DAY = (rf"(?P<y>\d{{4}})(?:\s?[{_MARK}年]\s?(?P<m>\d{{1,2}})(?:\s?[{_MARK}月]\s?(?P<d>\d{{1,2}})\s?[日号]?|月)?"
        r"|(?P<md>\d{4}))")
_DATE = re.compile(_BY + _DAY)
_LINE = re.compile(_BY + _DAY + r"(?!\d)(?P<sign>[\s,，、.。:：;；]*)(?P<rest>.*)", re.DOTALL)


def plain_date(text: str) -> str:
    """The date that `text` means, as it must be written: `2025.9.11` → `2025-09-11` ("" = none)."""
    match = _DATE.fullmatch(text.strip())
    return _written(match) if match else ""


def mended_line(line: str) -> str | None:
    """`2025.9.11，反映: …` as `2025-09-11 反映: …`; None if its date is right, or if there is none."""
    if start := mended_start(line):
        return start[1] + line[start[0]:]
    match = _wrong_date(line)
    return f"{_written(match)} …: {match['rest']}" if match and re.search("[:：]", match["sign"]) else None


def mended_start(line: str) -> tuple[int, str] | None:
    """How many characters the wrong date takes that `line` begins with, and what must stand in their place.

    None if the date is right, if there is none, or if no stage follows it.
    """
    match = _wrong_date(line)
    return (match.start("rest"), f"{_written(match)} ") if match and re.search("[:：]", match["rest"]) else None


def _wrong_date(line: str) -> re.Match[str] | None:
    match = _LINE.fullmatch(line)
    return None if match is None or _is_right(line) or not _written(match) else match


def _is_right(line: str) -> bool:
    try:
        when, rest = split_when(line)
    except NoSuchDay:
        return True  # told as such
    return when is not UNKNOWN and rest[:1] not in (":", "：")


def _written(match: re.Match[str]) -> str:
    md = match["md"] or ""
    numbers = [number for number in (match["m"] or md[:2], match["d"] or md[2:]) if number]
    text = (match["by"] or "") + "-".join([f"{int(match['y'])}", *(f"{int(number):02}" for number in numbers)])
    try:
        return text if parse_when(text) else ""
    except ValueError:
        return ""
