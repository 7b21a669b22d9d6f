"""Numbers as people write them: `约20人`, `二十多人`, `1.5万`, `over 20 people`; the only parser, for cells and
files."""

import re
import unicodedata
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

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


_UNITS = ("个人|人次|口人|人|口|名|位|户次|户|家|票|件|个|盏|条|处|块|张|次|场|栋|幢|座|间|层|套|台|部|辆|棵|株|份|组"
          "|批|项|页|篇|平方米|平米|公里|千米|米|亩|公顷|吨|公斤|元|小时|分钟|天|日|周|月|年|"
          + _ignore_case("people|persons?|residents?|households?|homes?|volunteers?|votes?|pounds?|metres?|hours?|days?"
                         "|weeks?|months?|years?|lamps?|trees?|times?"))
_TOTAL = "(?:一共|总共|合计|共计|共|计|" + _ignore_case("total_|in_total_") + ")?"
_ABOUT = ("(?P<about>大约|约|大概|差不多|将近|接近|近|"
          + _ignore_case("about_|approximately_|around_|roughly_|circa_|nearly_|almost_") + "|~|≈)")
_OVER = "(?P<over>超过|超|逾|多于|" + _ignore_case("more_than_|over_") + "|>)"
_AT_LEAST = "(?P<least>至少|起码|不少于|不低于|上(?=[百千万])|" + _ignore_case("at_least_") + "|≥|>=)"
_PEOPLE = r"(?P<people>[^\W\d_]*(?:者|员|民|众|代表|社工|学生|老少|大小|老人|老年人|儿童|青年|妇女|业主|住户|家庭))?"

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

_ENGLISH_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
                 "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH_ONE = _ignore_case("|".join(sorted(_ENGLISH_ONES, key=len, reverse=True)))  # seventeen before seven
_ENGLISH_NUMERAL = (rf"(?P<english>(?:{_ignore_case('a')}|{_ENGLISH_ONE})\s{_ignore_case('hundred')}"
                    rf"|(?:{_ignore_case('|'.join(_ENGLISH_TENS))})(?:[-\s](?:{_ENGLISH_ONE})\b)?|(?:{_ENGLISH_ONE})\b)")
"""English numerals below a hundred, and whole hundreds."""
_ENGLISH_ABOUT = f"(?P<dozen>{_ignore_case('half_a_dozen|a_dozen|one_dozen|two_dozen|a_couple_of|a_couple')})"
_NUMBER = (rf"(?:(?:(?P<number>{_DIGITS}|{_CHINESE_NUMERAL})|{_ENGLISH_NUMERAL})"
           rf"(?:\s?(?P<more>多|余|来|{_ignore_case('ish')})|-(?P<odd>{_ignore_case('odd')}))?|{_ENGLISH_ABOUT}|{_DECIMAL}"
           rf"|(?P<tens>[1-9]\d*0|{_TENS})(?P<few>几))"
           r"\s?(?P<times>[百千万亿])?\s?(?P<more2>多|余)?")
_AFTER = r"(?:\s?(?P<after>左右|上下|前后|以上|\+|" + _ignore_case("or_so|or_more") + "))?"
_QUANTITY_BODY = (rf"\s*{_TOTAL}(?:{_ABOUT}|{_OVER}|{_AT_LEAST})?\s?{_NUMBER}\s?(?P<plus>\+)?\s?"
                  rf"(?P<unit>{_UNITS})?(?:居民|村民|群众|业主|代表|党员|志愿者)?{_AFTER}\s*")
_NOBODY = f"没有人|没人|无人|{_ignore_case('nobody|no_one|none|zero')}"
_QUANTITY = f"(?:{_PEOPLE}{_QUANTITY_BODY}|(?P<nobody>{_NOBODY}))"  # compiled by `re` when first used: 4 ms

QUANTITY_PATTERN = f"^(?:{re.sub(r'[(][?]P<[a-z0-9]+>', '(?:', _QUANTITY_BODY)}|{_NOBODY})$"
"""The pattern of a quantity for other regular expression dialects; a record may hold exactly what it matches."""


_MAX_LENGTH = 60
"""Maximum length of a quantity, in characters."""


def parse_quantity(text: str) -> ParsedQuantity | None:
    """The quantity in `text`; None if there is none or it is ambiguous (两三百, 20-30, 不到8)."""
    narrow = unicodedata.normalize("NFKC", text).strip()
    match = re.fullmatch(_QUANTITY, narrow) if len(narrow) <= _MAX_LENGTH else None
    if match is None:
        return None
    if match["nobody"]:
        return ParsedQuantity(0)
    word = match["english"] or match["dozen"]
    value = (_parse_english_numeral(word) if word else
             _to_integer(match["number"] or match["tens"] or match["parts"], match["times"]))
    unit = (match["unit"] or "").replace("个人", "人")
    return ParsedQuantity(value, unit, _precision_of(match), match["people"] or "")


_COUNT_UNITS = ("", "人", "名", "位", "票", "户", "年", "people", "persons", "votes", "households")
"""Units allowed in a count; its key already says what is counted."""


def parse_count(text: str) -> int | None:
    """The whole number that `text` surely says (`8人`, `三十二`, `twelve`); None if it says about, over, at least."""
    amount = parse_quantity(text)
    is_exact = amount and amount.precision == "exact" and amount.unit.lower() in _COUNT_UNITS
    return amount.value if amount and is_exact and not amount.ignored_text else None


_BELOW = ("(?:不到|不足|不超过|最多|至多|" + _ignore_case("under_|fewer_than_|less_than_|up_to_|at_most_")
          + ")(?P<rest>.+)|(?P<before>.+?)(?P<unit>[^0-9以]*)以[下内]")
_ONE_OF_TWO = (rf"(?P<low>{_DIGITS}|{_TENS}{_ONE}?)\s?(?:-|~|至|到|{_ignore_case('_to_|_or_')})\s?"
               rf"(?:{_DIGITS}|{_TENS}{_ONE}?)(?P<unit>\D*)|(?P<one>{_ONE}){_ONE}(?P<power>[十百千万]?)(?P<of>\D*)")


def propose_quantity(text: str) -> ParsedQuantity | None:
    """What to ask for where a text says two numbers, or a limit (两三百人, 20-30, 不到20人): the lower number or the
    limit, approximately. None if it says neither."""
    narrow = unicodedata.normalize("NFKC", text).strip()
    rest = ""
    if len(narrow) <= _MAX_LENGTH and (match := re.fullmatch(_BELOW, narrow)):
        rest = match["rest"] or match["before"] + match["unit"]
    elif len(narrow) <= _MAX_LENGTH and (match := re.fullmatch(_ONE_OF_TWO, narrow)):
        rest = match["low"] + match["unit"] if match["low"] else match["one"] + match["power"] + match["of"]
    amount = parse_quantity(rest) if rest else None
    return replace(amount, precision="about") if amount else None


def _precision_of(match: re.Match[str]) -> NumberPrecision:
    """The precision of a number; 约二十多 counts as "over"."""
    after = (match["after"] or "").strip().lower()
    if match["over"] or match["few"] or match["more2"] or match["odd"] or match["more"] in ("多", "余"):
        return "over"
    if match["least"] or match["plus"] or after in ("以上", "+", "or more"):
        return "at_least"
    return "about" if match["about"] or match["more"] or match["dozen"] or after else "exact"


_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_ONES = {sign: number for number, signs in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
         for sign in signs}


def _parse_english_numeral(text: str) -> int:
    """The value of English numerals: twelve, twenty-three, two hundred, a dozen."""
    tens, *rest = text.lower().replace("-", " ").split()
    if tens == "half":
        return 6
    if rest and rest[0] in ("dozen", "couple", "hundred"):
        times = {"dozen": 12, "couple": 2, "hundred": 100}[rest[0]]
        return times * (1 if tens == "a" else _ENGLISH_ONES.index(tens) + 1)
    if tens in _ENGLISH_TENS:
        return 10 * (_ENGLISH_TENS.index(tens) + 2) + (_ENGLISH_ONES.index(rest[0]) + 1 if rest else 0)
    return _ENGLISH_ONES.index(tens) + 1


def _to_integer(number: str, times: str | None) -> int:
    value = Decimal(number.replace(",", "")) if number[0].isascii() else Decimal(parse_chinese_numeral(number))
    return int(value * (_POWERS[times] if times else 1))


def parse_chinese_numeral(text: str) -> int:
    """The value of Chinese numerals: 二十, 一百零二, 一千二 (1,200), 三万五."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    high, has_high, low = text.rpartition("万")
    if has_high:
        rest = _parse_below_10000(low) * (1000 if len(low) == 1 and low in _ONES else 1)
        return _parse_below_10000(high) * 10_000 + rest
    return _parse_below_10000(text)


def _parse_below_10000(text: str) -> int:
    total = 0
    digit = None
    power = 0
    for sign in text:
        if sign in _POWERS:
            power = _POWERS[sign]
            total = total + (1 if digit is None else digit) * power
            digit = None
        else:
            digit = _ONES[sign]
            power = 0 if sign in "零〇" else power
    if digit and power > 10:  # a final digit counts tenths of the last power: 一千二 is 1200
        digit *= power // 10
    return total + (digit or 0)
