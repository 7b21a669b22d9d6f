"""Numbers as people write them: `约20人`, `二十多人`, `1.5万`, `over 20 people`; the only parser, for cells and
files."""

import re
import unicodedata
from decimal import Decimal
from typing import Literal

from msgspec import Struct

NumberPrecision = Literal["exact", "about", "over", "at_least"]


class ParsedQuantity(Struct, frozen=True):
    """A number, its unit ("": none), its precision, and leading text that means neither."""

    value: int
    unit: str = ""
    precision: NumberPrecision = "exact"
    ignored_text: str = ""


def _ignore_case(words: str) -> str:
    """A case-insensitive pattern for words that every dialect of regular expressions understands; `_` stands for a
    blank."""
    return "".join(f"[{sign.upper()}{sign}]" if sign.isascii() and sign.isalpha() else sign for sign in words).replace(
        "_", r"\s")


_UNITS = ("人次|人|名|位|户次|户|家|票|件|个|盏|条|处|块|张|次|场|栋|幢|座|间|层|套|台|部|辆|棵|株|份|组|批|项|页|篇"
          "|平方米|平米|公里|千米|米|亩|公顷|吨|公斤|元|小时|分钟|天|日|周|月|年|"
          + _ignore_case("people|persons?|residents?|households?|homes?|volunteers?|votes?|pounds?|metres?|hours?|days?"
                         "|weeks?|months?|years?|lamps?|trees?|times?"))
_TOTAL = "(?:一共|总共|合计|共计|共|计|" + _ignore_case("total_|in_total_") + ")?"
_ABOUT = ("(?P<about>大约|约|大概|差不多|将近|接近|近|"
          + _ignore_case("about_|approximately_|around_|roughly_|circa_") + "|~|≈)")
_OVER = "(?P<over>超过|超|逾|多于|" + _ignore_case("more_than_|over_") + "|>)"
_AT_LEAST = "(?P<least>至少|起码|不少于|不低于|" + _ignore_case("at_least_") + "|≥|>=)"
_PEOPLE = r"(?P<people>[^\W\d_]*(?:者|员|民|众|代表|社工|学生|老人|老年人|儿童|青年|妇女|业主|住户|家庭))?"

_DIGITS = r"(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*|0)"
_DECIMAL = r"(?P<parts>(?:[1-9]\d*|0)\.\d{1,2})(?=\s?[百千万亿])"
"""A decimal, which is a whole number only with a multiplier: 1.5万."""
_ONE = "[一二两三四五六七八九]"
_TENS = f"(?:{_ONE}?十|廿|卅)"
_BELOW_100 = f"(?:{_TENS}{_ONE}?|{_ONE})"
_HUNDREDS = f"百(?:[零〇]{_ONE}|{_ONE}?十{_ONE}?|{_ONE})?"
_BELOW_1000 = f"(?:{_ONE}?{_HUNDREDS}|{_BELOW_100})"
_BELOW_10000 = f"(?:{_ONE}?千(?:[零〇]{_BELOW_100}|{_ONE}{_HUNDREDS}|{_ONE})?|{_BELOW_1000})"
_CHINESE_NUMERAL = f"(?:{_BELOW_10000}(?:万(?:[零〇]?{_BELOW_10000})?)?|零|〇)"
"""Chinese numerals below a hundred million; two adjacent digits (两三百) mean a range, so they are no number."""

_NUMBER = (rf"(?:(?P<number>{_DIGITS}|{_CHINESE_NUMERAL})\s?(?P<more>多|余|来)?|{_DECIMAL}"
           rf"|(?P<tens>[1-9]\d*0|{_TENS})(?P<few>几))"
           r"\s?(?P<times>[百千万亿])?\s?(?P<more2>多|余)?")
_AFTER = r"(?:\s?(?P<after>左右|上下|前后|以上|\+|" + _ignore_case("or_so|or_more") + "))?"
_QUANTITY_BODY = (rf"\s*{_TOTAL}(?:{_ABOUT}|{_OVER}|{_AT_LEAST})?\s?{_NUMBER}\s?(?P<plus>\+)?\s?"
                  rf"(?P<unit>{_UNITS})?{_AFTER}\s*")
_QUANTITY = _PEOPLE + _QUANTITY_BODY  # compiled by `re` when first used, which takes 4 ms

QUANTITY_PATTERN = f"^{re.sub(r'[(][?]P<[a-z0-9]+>', '(?:', _QUANTITY_BODY)}$"
"""The pattern of a quantity for other regular expression dialects; a record may hold exactly what it matches."""


_MAX_LENGTH = 60
"""Maximum length of a quantity, in characters."""


def parse_quantity(text: str) -> ParsedQuantity | None:
    """The quantity in `text`; None if there is none or it is ambiguous (两三百, 20-30, 不到8)."""
    narrow = unicodedata.normalize("NFKC", text).strip()
    match = re.fullmatch(_QUANTITY, narrow) if len(narrow) <= _MAX_LENGTH else None
    if match is None:
        return None
    value = _to_integer(match["number"] or match["tens"] or match["parts"], match["times"])
    return ParsedQuantity(value, match["unit"] or "", _precision_of(match), match["people"] or "")


def _precision_of(match: re.Match[str]) -> NumberPrecision:
    """The precision of a number; 约二十多 counts as "over"."""
    after = (match["after"] or "").strip().lower()
    if match["over"] or match["few"] or match["more2"] or match["more"] in ("多", "余"):
        return "over"
    if match["least"] or match["plus"] or after in ("以上", "+", "or more"):
        return "at_least"
    return "about" if match["about"] or match["more"] or after else "exact"


_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_ONES = {sign: number for number, signs in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
         for sign in signs}


def _to_integer(number: str, times: str | None) -> int:
    value = Decimal(number.replace(",", "")) if number[0].isascii() else Decimal(_parse_chinese_numeral(number))
    return int(value * (_POWERS[times] if times else 1))


def _parse_chinese_numeral(text: str) -> int:
    """The value of Chinese numerals: 二十, 一百零二, 一千二 (1,200), 三万五."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    high, has_high, low = text.rpartition("万")
    if has_high:
        rest = _parse_below_10000(low) * (1000 if len(low) == 1 and low in _ONES else 1)
        return _parse_below_10000(high) * 10_000 + rest
    return _parse_below_10000(text)


def _parse_below_10000(text: str) -> int:
    total, digit, power = 0, None, 0
    for sign in text:
        if sign in _POWERS:
            power = _POWERS[sign]
            total, digit = total + (1 if digit is None else digit) * power, None
        else:
            digit = _ONES[sign]
            power = 0 if sign in "零〇" else power
    if digit and power > 10:  # a final digit counts tenths of the last power: 一千二 is 1200
        digit *= power // 10
    return total + (digit or 0)
