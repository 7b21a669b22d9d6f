"""Dates in other notations: their meaning, and the corrected line of a log."""

import re

from ...model.dates import UNKNOWN_DATE, NonexistentDay, parse_partial_date, split_leading_date
from ...model.records import Followup, LogEntry

DATED_MODELS = (LogEntry, Followup)
"""Models with the short form `2025-09-11 议事: …`."""

_BY = r"(?P<by>by\s+|不晚于\s*)?"
_SEPARATORS = "-./．。－／"
_LOOSE_DATE = (r"(?P<y>\d{4})"
               rf"(?:\s?[{_SEPARATORS}年]\s?(?P<m>\d{{1,2}})(?:\s?[{_SEPARATORS}月]\s?(?P<d>\d{{1,2}})\s?[日号]?|月)?"
               r"|(?P<md>\d{4}))")
_DATE_TEXT = re.compile(_BY + _LOOSE_DATE)
_DATED_LINE = re.compile(_BY + _LOOSE_DATE + r"(?!\d)(?P<sign>[\s,，、.。:：;；]*)(?P<rest>.*)", re.DOTALL)


def normalize_date(text: str) -> str:
    """The date that `text` means in the required notation: `2025.9.11` → `2025-09-11`; "" if none."""
    match = _DATE_TEXT.fullmatch(text.strip())
    return _format_match(match) if match else ""


def repair_dated_line(line: str) -> str | None:
    """`2025.9.11，反映: …` as `2025-09-11 反映: …`; None if its date is valid, or if there is none."""
    if start := repair_line_start(line):
        return start[1] + line[start[0]:]
    match = _match_wrong_date(line)
    return f"{_format_match(match)} …: {match['rest']}" if match and re.search("[:：]", match["sign"]) else None


def repair_line_start(line: str) -> tuple[int, str] | None:
    """The length of the invalid date at the beginning of `line`, and its replacement.

    None if the date is valid, if there is none, or if no stage follows it.
    """
    match = _match_wrong_date(line)
    return (match.start("rest"), f"{_format_match(match)} ") if match and re.search("[:：]", match["rest"]) else None


def _match_wrong_date(line: str) -> re.Match[str] | None:
    match = _DATED_LINE.fullmatch(line)
    return None if match is None or _has_valid_date(line) or not _format_match(match) else match


def _has_valid_date(line: str) -> bool:
    try:
        when, rest = split_leading_date(line)
    except NonexistentDay:
        return True  # reported as a problem of its own
    return when is not UNKNOWN_DATE and rest[:1] not in (":", "：")


def _format_match(match: re.Match[str]) -> str:
    md = match["md"] or ""
    numbers = [number for number in (match["m"] or md[:2], match["d"] or md[2:]) if number]
    text = (match["by"] or "") + "-".join([f"{int(match['y'])}", *(f"{int(number):02}" for number in numbers)])
    try:
        return text if parse_partial_date(text) else ""
    except ValueError:
        return ""
