"""What a spreadsheet shows for a number or a date, as far as the number format of its cell says so."""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

Shown = Literal["day", "month", "year", "time"]

GENERAL = "General"

CHINESE_DATES = {27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
                 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: 'h"时"mm"分"', 35: 'h"时"mm"分"ss"秒"',
                 36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
                 54: 'm"月"d"日"', 55: 'h"时"mm"分"', 56: 'h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"'}
"""The formats that a Chinese spreadsheet program knows by number only (ECMA-376, part 1, 18.8.30)."""

_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]'
                    r"|(?P<digits>[0#?][0#?,.]*|\.[0#?,]+)|(?P<sign>AM/PM|A/P|上午/下午|.)", re.DOTALL)


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


def date_shown(code: str) -> tuple[Shown, bool]:
    """How precisely a cell of this format shows a date, and whether it shows the year.

    Without any sign of a date in the format it is a day with its year, as the value itself says it.
    """
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
    """The units that a date format shows: y or e, m (months, not minutes), d, h, s."""
    signs = [sign for token in _sections(code)[0] for sign in _signs(token)]
    runs = [sign for number, sign in enumerate(signs) if number == 0 or signs[number - 1] != sign]
    found: set[str] = set()
    for number, sign in enumerate(runs):
        before, after = runs[number - 1] if number else "", runs[number + 1] if number + 1 < len(runs) else ""
        if sign != "m" or not (before == "h" or after == "s"):
            found.add(sign)
    return found


def _signs(token: _Token) -> str:
    if token.kind == "bracket":
        return token.text[0].lower() if re.fullmatch("[hHsS]+|[mM]+", token.text) else ""
    return token.text.lower() if token.kind == "sign" and token.text.lower() in set("yemdhs") else ""


# --- numbers ----------------------------------------------------------------------------------------------------------


def plain_number(value: float) -> str:
    """A number as spreadsheets show it without a format: no more than 15 digits, never an exponent."""
    if isinstance(value, int):
        return str(value)
    return f"{Decimal(f'{value:.15g}'):f}"


def number_shown(value: float, code: str, *, exactly: bool) -> str:
    """A number with the words of its format: 20 in `0"人"` is `20人`, 0.8 in `0%` is `80%`.

    `exactly`: all digits that it has, instead of those that the format leaves; where a format divides or cannot be
    understood, the number itself.
    """
    sections = _sections(code)
    if code == GENERAL or value < 0 or not _is_plain(sections[0]):
        return plain_number(value)
    section = sections[2] if value == 0 and len(sections) > 2 and _is_plain(sections[2]) else sections[0]
    digits = next((token.text for token in section if token.kind == "digits"), "0")
    if digits.endswith(",") or ",." in digits:
        return plain_number(value)
    times = 100 if ("sign", "%") in section else 1
    number = Decimal(plain_number(value)) * times
    text = f"{number.normalize():f}" if exactly else _rounded(number, digits)
    return "".join(text if token.kind == "digits" else _literal(token) for token in section).strip()


def _is_plain(section: list[_Token]) -> bool:
    """Whether it has one run of digits, no condition, no exponent, no fraction, and no text or date."""
    if sum(token.kind == "digits" for token in section) != 1:
        return False
    if any(token.kind == "bracket" and token.text[:1] in "<>=" for token in section):
        return False
    return not any(token.kind == "sign" and token.text.lower() in {"e", "/", "@", "y", "m", "d", "h", "s", "g"}
                   for token in section)


def _literal(token: _Token) -> str:
    if token.kind == "bracket":  # [$¥-804] is a currency; [Red] a colour
        return token.text[1:].partition("-")[0] if token.text.startswith("$") else ""
    return token.text


def _rounded(number: Decimal, digits: str) -> str:
    whole, _, rest = digits.partition(".")
    places = sum(sign in "0#?" for sign in rest)
    text = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):{',' if ',' in whole else ''}f}"
    while places and text.endswith("0") and rest.rstrip(",")[places - 1:places] == "#":
        text, places = text[:-1].removesuffix("."), places - 1
    ones, point, decimals = text.partition(".")
    return ones.zfill(whole.count("0")) + point + decimals


def is_hidden_by(code: str, value: object) -> bool:
    """Whether the format shows nothing at all of a value, such as `;;;`."""
    sections = _sections(code)
    if len(sections) == 1:
        return False
    if isinstance(value, str):
        return len(sections) > 3 and not sections[3]
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = 1 if value < 0 else 2 if value == 0 and len(sections) > 2 else 0
        return not sections[number]
    return not sections[0]
