"""Dates that writers spell otherwise: what they mean, and the line of a log as it should read."""

import re

from ..dates import UNKNOWN, NoSuchDay, parse_when, split_when
from ..records import Followup, LogEntry

DATED = (LogEntry, Followup)
"""What may be written as `2025-09-11 议事: …`."""

_BY = r"(?P<by>by\s+|不晚于\s*)?"
_DAY = r"(?P<y>\d{4})(?:\s?[-./年]\s?(?P<m>\d{1,2})(?:\s?[-./月]\s?(?P<d>\d{1,2})\s?[日号]?|月)?|(?P<md>\d{4}))"
_DATE = re.compile(_BY + _DAY)
_LINE = re.compile(_BY + _DAY + r"(?!\d)(?P<sign>[\s,，、.。:：;；]*)(?P<rest>.*)", re.DOTALL)


def plain_date(text: str) -> str:
    """The date that `text` means, as it must be written: `2025.9.11` → `2025-09-11` ("" = none)."""
    match = _DATE.fullmatch(text.strip())
    return _written(match) if match else ""


def mended_line(line: str) -> str | None:
    """`2025.9.11，反映: …` as `2025-09-11 反映: …`; None if its date is right, or if there is none."""
    match = _LINE.fullmatch(line)
    if match is None or _is_right(line) or not (date := _written(match)):
        return None
    if re.search("[:：]", match["rest"]):
        return f"{date} {match['rest']}"
    return f"{date} …: {match['rest']}" if re.search("[:：]", match["sign"]) else None


def _is_right(line: str) -> bool:
    try:
        when, rest = split_when(line)
    except NoSuchDay:
        return True  # told as such
    return when is not UNKNOWN and rest[:1] not in (":", "：")


def _written(match: re.Match[str]) -> str:
    md = match["md"] or ""
    numbers = [number for number in (match["m"] or md[:2], match["d"] or md[2:]) if number]
    text = (match["by"] or "") + "-".join([match["y"], *(number.zfill(2) for number in numbers)])
    try:
        return text if parse_when(text) else ""
    except ValueError:
        return ""
