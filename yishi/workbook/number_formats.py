"""Interpret the number format of a cell: the text a spreadsheet displays for a number or date."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

DatePrecision = Literal["day", "month", "year", "time"]

DateOrTime = datetime | date | time | timedelta
"""Value of a cell with a date, time or duration format."""

GENERAL = "General"

CHINESE_DATE_FORMATS = {27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
                        32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: 'h"时"mm"分"', 35: 'h"时"mm"分"ss"秒"',
                        36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"',
                        53: 'm"月"d"日"',
                        54: 'm"月"d"日"', 55: 'h"时"mm"分"', 56: 'h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"',
                        58: 'm"月"d"日"'}
"""Built-in formats of Chinese spreadsheet programs, known only by number (ECMA-376, part 1, 18.8.30)."""

_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]'
                    r"|(?P<digits>(?i:General|G/通用格式)|[0#?][0#?,.]*|\.[0#?,]+)"
                    r"|(?P<sign>AM/PM|A/P|上午/下午|.)", re.DOTALL)


class _Token(NamedTuple):
    kind: str
    text: str


def _tokens(code: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup
        if kind is not None:
            yield _Token("literal" if kind in ("quoted", "escaped") else kind, match[kind])


def _sections(code: str) -> list[list[_Token]]:
    """The sections of a format: for positive numbers, negative ones, zero, texts."""
    sections: list[list[_Token]] = [[]]
    for token in _tokens(code):
        if token == ("sign", ";"):
            sections.append([])
        else:
            sections[-1].append(token)
    return sections


# --- dates ------------------------------------------------------------------------------------------------------------


def get_date_precision(code: str) -> tuple[DatePrecision, bool]:
    """The precision with which a cell of this format shows a date, and whether it shows the year. A format without
    date units counts as a day with its year, as the value itself has them."""
    letters = set() if code == GENERAL else _date_letters(code)
    year = bool(letters & {"y", "e"})
    if "d" in letters:
        return "day", year
    if "m" in letters:
        return "month", year
    if year:
        return "year", True
    return ("time", False) if letters & {"h", "s"} else ("day", True)


def _date_letters(code: str) -> set[str]:
    """The units of a date format: y or e, m (months, not minutes), d, h, s."""
    return {one.unit.strip("[]")[0] for one in _units(code) if one.unit}


def has_extra_words(code: str) -> bool:
    """Whether a date format contains words beyond the usual ones of dates, such as `"约"yyyy`."""
    words = "".join(one.text or "" for one in _units(code))
    return re.fullmatch(r"[年月日号时分秒点TZ/.,，:：()（）\s\d-]*", words) is None


class _Unit(NamedTuple):
    """A unit of a date format, such as `yyyy`, `[h]`, `am/pm`, or `n` for minutes. With unit "", `text` is literal
    text (None: it cannot be determined)."""

    unit: str
    text: str | None = ""


_AM_PM = {"am/pm": ("AM", "PM"), "a/p": ("A", "P"), "上午/下午": ("上午", "下午")}


def _units(code: str) -> list[_Unit]:
    found: list[_Unit] = []
    for token in _sections(code)[0]:
        sign = token.text.lower()
        if token.kind == "bracket" and re.fullmatch("h+|m+|s+", sign):
            found.append(_Unit(f"[{sign}]"))
        elif token.kind != "sign" or not (sign in _AM_PM or sign in set("yemdhsa")):
            found.append(_Unit("", _literal_text(token)))
        elif found and set(found[-1].unit) == {sign}:
            found[-1] = _Unit(found[-1].unit + sign)
        else:
            found.append(_Unit(sign))
    return _mark_minutes(found)


def _mark_minutes(units: list[_Unit]) -> list[_Unit]:
    """Replace m by n (minutes) after hours or before seconds."""
    at = [number for number, one in enumerate(units) if one.unit]
    signs = ["", *(units[number].unit.strip("[]")[0] for number in at), ""]
    for number, before, sign, after in zip(at, signs, signs[1:], signs[2:], strict=False):
        if sign == "m" and (before == "h" or after == "s"):
            units[number] = _Unit(units[number].unit.replace("m", "n"))
    return units


# --- what is shown of a date ------------------------------------------------------------------------------------------

_SYSTEM_FORMATS = {"mm-dd-yy": "yyyy-mm-dd", "m/d/yy h:mm": "yyyy-mm-dd hh:mm"}
"""Formats displayed according to the system locale → how they are read here."""

_WEEKDAYS = "一二三四五六日"
_DAY_UNITS: Mapping[str, Callable[[date], str]] = {
    "yy": lambda day: f"{day.year % 100:02}", "yyy": lambda day: str(day.year), "yyyy": lambda day: str(day.year),
    "m": lambda day: str(day.month), "mm": lambda day: f"{day.month:02}",
    "mmm": lambda day: f"{day:%b}", "mmmm": lambda day: f"{day:%B}",
    "d": lambda day: str(day.day), "dd": lambda day: f"{day.day:02}",
    "ddd": lambda day: f"{day:%a}", "dddd": lambda day: f"{day:%A}",
    "aaa": lambda day: _WEEKDAYS[day.weekday()], "aaaa": lambda day: f"星期{_WEEKDAYS[day.weekday()]}"}
_TIME_UNITS: Mapping[str, Callable[[int], str]] = {
    "n": lambda seconds: str(seconds // 60 % 60), "nn": lambda seconds: f"{seconds // 60 % 60:02}",
    "s": lambda seconds: str(seconds % 60), "ss": lambda seconds: f"{seconds % 60:02}",
    "[h]": lambda seconds: str(seconds // 3600), "[hh]": lambda seconds: f"{seconds // 3600:02}",
    "[n]": lambda seconds: str(seconds // 60), "[nn]": lambda seconds: f"{seconds // 60:02}",
    "[m]": lambda seconds: str(seconds // 60), "[mm]": lambda seconds: f"{seconds // 60:02}",
    "[s]": lambda seconds: str(seconds), "[ss]": lambda seconds: f"{seconds:02}"}


_NAME_UNITS = {"mmm", "mmmm", "ddd", "dddd"}
_OTHER_LANGUAGE = re.compile(r"\[\$-(?!0*[48]09\]|en)")


def format_date_or_time(value: DateOrTime, code: str) -> str | None:
    """A date, time or duration as displayed: `1月2日`, `26:00`; None if the format cannot be interpreted."""
    units = _units(_SYSTEM_FORMATS.get(code, code))
    halves = next((_AM_PM[one.unit] for one in units if one.unit in _AM_PM), None)
    shown = [_format_unit(one, value, halves) for one in units]
    is_named_otherwise = any(one.unit in _NAME_UNITS for one in units) and _OTHER_LANGUAGE.search(code)
    return None if None in shown or is_named_otherwise else "".join(filter(None, shown)).strip()


def _format_unit(one: _Unit, value: DateOrTime, halves: tuple[str, str] | None) -> str | None:
    if not one.unit:
        return one.text
    if one.unit in _DAY_UNITS:
        return _DAY_UNITS[one.unit](value) if isinstance(value, date) else None
    seconds = _seconds(value)
    hour = seconds // 3600 % 24
    if one.unit in _AM_PM:
        return _AM_PM[one.unit][hour >= 12]
    if one.unit in ("h", "hh"):
        return f"{(hour + 11) % 12 + 1 if halves else hour:0{len(one.unit)}}"
    if seconds < 0 or (one.unit[0] == "[" and isinstance(value, date)):  # the stored serial number includes whole days
        return None
    return _TIME_UNITS[one.unit](seconds) if one.unit in _TIME_UNITS else None


def _seconds(value: DateOrTime) -> int:
    """Seconds of a duration, or since midnight."""
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    return value.hour * 3600 + value.minute * 60 + value.second if isinstance(value, datetime | time) else 0


# --- numbers ----------------------------------------------------------------------------------------------------------


def format_plain_number(value: float) -> str:
    """A number in General format: at most 15 significant digits, no exponent."""
    if isinstance(value, int):
        return str(value)
    return f"{Decimal(f'{value:.15g}'):f}"


def format_number(value: float, code: str, *, exactly: bool) -> str | None:
    """A number as displayed: 20 in `0"人"` is `20人`, 0.8 in `0%` is `80%`; None if the format cannot be
    interpreted. `exactly`: keep all digits instead of rounding; a number in a format that scales it or cannot be
    interpreted is returned as it is."""
    sections = _sections(code)
    if code == GENERAL or ("sign", "@") in sections[0] or (exactly and value < 0):
        return format_plain_number(value)
    shown = _format_in_section(_select_section(sections, value), abs(value), exactly)
    if shown is None:
        return format_plain_number(value) if exactly else None
    return f"-{shown}" if value < 0 and len(sections) == 1 else shown


def _format_in_section(section: list[_Token], value: float, exactly: bool) -> str | None:
    """A number in one section of a format; None for fractions, scaling by thousands, or several digit groups."""
    runs = [token.text for token in section if token.kind == "digits"]
    digits = "".join(runs)
    if ("sign", "/") in section or len(runs) > 1 or re.search(r",(\.|$)", digits):
        return None
    number = Decimal(format_plain_number(value)) * (100 if ("sign", "%") in section else 1)
    text = f"{number.normalize():f}" if exactly or digits[:1] in "Gg" else _round_to_digits(number, digits)
    parts = [text if token.kind == "digits" else _literal_text(token) for token in section]
    return None if None in parts else "".join(filter(None, parts)).strip()


_COLOURS = re.compile(r"(?i:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)"
                      r"|[黑蓝绿红白黄]色?|蓝绿色|洋红色?|颜色 ?\d+")


def _literal_text(token: _Token) -> str | None:
    """The literal text of a token; None if it cannot be determined, as for other numerals ([DBNum1])."""
    if token.kind == "bracket":  # [$¥-804] is a currency, [$-804] a language; [Red] a colour
        symbol, _, language = token.text[1:].partition("-")
        if not token.text.startswith("$"):
            return "" if _COLOURS.fullmatch(token.text) else None
        return None if len(language.lstrip("0")) > 3 and not re.fullmatch("[a-z]{2}-[A-Z]{2}", language) else symbol
    unknown = token.kind == "digits" or (token.kind == "sign" and re.fullmatch("[A-Za-z@]", token.text))
    return None if unknown else token.text


def _round_to_digits(number: Decimal, digits: str) -> str:
    whole, _, rest = digits.partition(".")
    places = sum(sign in "0#?" for sign in rest)
    text = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):{',' if ',' in whole else ''}f}"
    while places and text.endswith("0") and rest.rstrip(",")[places - 1:places] == "#":
        text, places = text[:-1].removesuffix("."), places - 1
    ones, point, decimals = text.partition(".")
    return ones.zfill(whole.count("0")) + point + decimals


def is_hidden_by(code: str, value: object) -> bool:
    """Whether the format hides the value, such as `;;;`."""
    sections = _sections(code)
    if len(sections) == 1:
        return False
    if isinstance(value, str):
        return len(sections) > 3 and not sections[3]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return not _select_section(sections, value)
    return not sections[0]


def _select_section(sections: list[list[_Token]], value: float) -> list[_Token]:
    """The section of a format for a number: those for positive, negative and zero, of which the first stands for all
    that are missing."""
    if value < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if value == 0 and len(sections) > 2 else sections[0]
