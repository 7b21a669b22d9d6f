"""What people type into a cell: its text, what a writer of a record would have written for it, and the way back."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from ..content.load import plain_date
from ..core.digests import digest
from ..model.dates import When, parse_when
from ..model.quantities import parse_amount
from ..model.records import Quantity
from ..model.vocabulary import Vocabulary, built_in
from .columns import Column
from .formats import GENERAL, Moment, date_shown, moment_shown, number_shown, plain_number, says_more

Raw = str | int | float | bool | Moment | None
"""What a cell holds as its program keeps it."""

Value = str | list[str] | dict[str, str]
"""What a record says under a key, as a writer writes it."""

LARGEST = 32_767
"""Characters that fit into a cell, in every program."""


class Cell(Struct, frozen=True):
    """A cell that somebody filled: its sheet, row and column (from 1), and its text."""

    sheet: str
    row: int
    column: int
    text: str = ""


class RawCell(Struct, frozen=True):
    """A cell as its program keeps it. `said`: it is a formula, or shows an error; `code`: its number format; `offset`:
    days by which the program counts later than from 1900; `struck`: all or a part of it is struck out; `unseen`: its
    format shows nothing of it; `remark`: a comment that somebody pinned to it."""

    value: Raw
    said: str = ""
    code: str = GENERAL
    offset: int = 0
    struck: bool = False
    unseen: bool = False
    remark: str = ""


class Words(Struct, frozen=True):
    """What the words in cells mean: the vocabulary of the site, the language that is written, and the records.

    `path_of`: kinds, text and place → the paths that may be meant; `name_of`: path and place → how a cell names it;
    `writes`: the language of the keys in the file that is written.
    """

    vocabulary: Vocabulary
    language: str
    path_of: Callable[[tuple[str, ...], str, str], Sequence[str]]
    name_of: Callable[[str, str], str]
    writes: str = "zh-Hans"

    def label(self, column: Column, key: str) -> str:
        """The label of a closed value."""
        return self.vocabulary.label(column.vocabulary, key, self.language)


MARK = 6
"""Characters for each column."""


EMPTY = "-" * MARK
"""What stands for an empty cell."""


def mark_of(text: str) -> str:
    """The few characters that stand for what is in a cell."""
    return digest(text.encode())[:MARK] if text else EMPTY


# --- from the cell to its text ----------------------------------------------------------------------------------------

_FIRST_SERIAL, _LAST_SERIAL = 32_873, 55_153
"""Days since 1900 as spreadsheets count them: from 1990 to 2050. What lies beyond is more likely a slip (20250)."""
_EPOCH = datetime(1899, 12, 30)


def text_of(raw: RawCell, column: Column) -> str:
    """What a cell shows, as text: days of a column of dates in ISO form and as precise as they are shown, numbers with
    the words of their format, line ends as \\n. Where that cannot be told (`is_unclear`), its value."""
    value = raw.value
    if isinstance(value, bool):
        return built_in().label("answer", "yes" if value else "no", "zh-Hans")
    if column.nature in ("when", "day") and (day := serial_day(raw)) is not None:
        return day.isoformat()
    if column.nature in ("when", "day") and isinstance(value, date) and not says_more(raw.code):
        return value.isoformat()[:{"month": 7, "year": 4}.get(date_shown(raw.code)[0], 10)]
    if isinstance(value, int | float | Moment):
        return _shown_as(raw, value, column) or (str(value) if isinstance(value, Moment) else plain_number(value))
    return "" if value is None else _tidy(str(value))


def is_unclear(raw: RawCell, column: Column) -> bool:
    """Whether the number format of a cell does not tell what it shows."""
    value = raw.value
    return (isinstance(value, int | float | Moment) and not isinstance(value, bool)
            and column.nature not in ("when", "day") and _shown_as(raw, value, column) is None)


def _shown_as(raw: RawCell, value: float | Moment, column: Column) -> str | None:
    is_number = column.nature in ("count", "quantity")
    if isinstance(value, int | float):
        return number_shown(value, raw.code, exactly=is_number)
    return str(value) if is_number else moment_shown(value, raw.code)  # `3月5日` is not 3 of something


def serial_day(raw: RawCell) -> date | None:
    """The day that a bare number means, as spreadsheets count days; None for what is no such number."""
    value = raw.value
    if isinstance(value, str) and re.fullmatch(r"\d{5}(\.\d+)?", value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    days = float(value) + raw.offset
    return (_EPOCH + timedelta(days=days)).date() if _FIRST_SERIAL < days < _LAST_SERIAL else None


_SPELT_OUT = re.compile("_x00([01][0-9A-Fa-f])_")
"""A character that workbooks cannot hold but so: `_x000B_` is the line end of another program."""


def _tidy(text: str) -> str:
    text = _SPELT_OUT.sub(lambda match: chr(int(match[1], 16)), text)
    lines = re.sub("\r\n?|\x0b", "\n", text).split("\n")
    return "\n".join(line.rstrip().replace("\xa0", " ").replace("\t", " ") for line in lines).strip(" \n\u3000")


# --- from the text to what a writer writes ----------------------------------------------------------------------------


def typed(text: str, column: Column, words: Words, place: str) -> Value:
    """What a writer of a record would have written for `text`; what cannot be read so stays as it is."""
    if column.many:
        return [_one(part, column, words, place) for part in _parts(text, column, words, place)]
    if column.nature == "quantity":
        return _quantity(text)
    return _one(text, column, words, place)


_BREAKS = {"term": r"[\n、,，;；]", "reference": r"[\n、,，;；]", "text": r"[\n;；]"}


def _parts(text: str, column: Column, words: Words, place: str) -> list[str]:
    """The values in one cell; a text that as a whole is one value is not taken apart."""
    if _is_known(text, column, words, place):
        return [text]
    parts = [part.strip() for part in re.split(_BREAKS.get(column.nature, r"\n"), text)]
    return [part for part in parts if part]


def _is_known(text: str, column: Column, words: Words, place: str) -> bool:
    if column.vocabulary:
        return words.vocabulary.key(column.vocabulary, text) is not None
    return column.nature == "reference" and len(words.path_of(column.kinds, text, place)) == 1


def _one(text: str, column: Column, words: Words, place: str) -> str:
    if column.vocabulary:
        return _term(text, column, words)
    if column.nature in ("when", "day"):
        return _date(text, words.writes)
    if column.nature == "flag":
        return _flag(_TICKS.get(text.strip(), text.strip()), words.writes)
    if column.nature == "count":
        return _count(text)
    if column.nature == "reference":
        return _reference(text, column, words, place)
    return text.strip()


_TICKS = {"√": "是", "✓": "是", "✔": "是", "☑": "是", "×": "否", "✗": "否", "✘": "否", "有": "是", "无": "否"}


def _flag(text: str, language: str) -> str:
    key = built_in().key("answer", text)
    return built_in().label("answer", key, language) if key and language != "en" else key or text


def _term(text: str, column: Column, words: Words) -> str:
    """A closed value as it stands in a file: its label where keys are Chinese, its key where they are English."""
    key = words.vocabulary.key(column.vocabulary, text)
    if key is None:
        return text.strip()
    return key if words.writes == "en" else words.vocabulary.label(column.vocabulary, key, "zh-Hans")


def _date(text: str, language: str) -> str:
    """A date in the notation of records; what is none stays as it is."""
    narrow = unicodedata.normalize("NFKC", text).strip()
    try:
        return date_text(parse_when(plain_date(narrow) or narrow), language)
    except ValueError:
        return narrow


def _reference(text: str, column: Column, words: Words, place: str) -> str:
    """The shortest that names the record meant by `text` (its path, id or name); `text` if that is none or several."""
    meant = words.path_of(column.kinds, text, place)
    if len(meant) != 1:
        return text.strip()
    short = meant[0].rpartition("/")[2]
    return short if list(words.path_of(column.kinds, short, place)) == list(meant) else meant[0]


def _quantity(text: str) -> Value:
    """`约20人` as {value: 20, unit: 人, precision: about}; a bare number stays one."""
    amount = parse_amount(text)
    if amount is None:
        return text.strip()
    number, precision = str(amount.value), "" if amount.precision == "exact" else amount.precision
    if not amount.unit and not precision:
        return number
    return {"value": number, **({"unit": amount.unit} if amount.unit else {}),
            **({"precision": precision} if precision else {})}


_COUNTED = ("", "人", "名", "位", "票", "户", "年")
"""The units that a count may have: which it is, its column says."""


def _count(text: str) -> str:
    """`8人`, `八` as 8; what is no exact number stays as it is."""
    amount = parse_amount(text)
    if amount is None or amount.precision != "exact" or amount.unit not in _COUNTED or amount.left_out:
        return unicodedata.normalize("NFKC", text).strip()
    return str(amount.value)


# --- what it means, however it is written -----------------------------------------------------------------------------


def meaning(value: object, column: Column, words: Words, place: str) -> object:
    """What can be compared: the same for two ways to write one thing."""
    if column.many:
        items = value if isinstance(value, list) else [value] if value else []
        return tuple(meaning_of_one(item, column, words, place) for item in items)
    return meaning_of_one(value, column, words, place) if value not in ("", None) else ""


def meaning_of_one(value: object, column: Column, words: Words, place: str) -> object:
    """The same of one value of a list."""
    if column.nature == "quantity":
        return _meant_quantity(value)
    if isinstance(value, dict):  # Markdown as it was read
        return str(value.get("source", "")).strip()
    text = str(value).strip()
    if column.vocabulary:
        return words.vocabulary.key(column.vocabulary, text) or text
    if column.nature in ("when", "day"):
        return _moment(text)
    if column.nature == "flag":
        return built_in().key("answer", text) or text
    if column.nature == "count":
        return unicodedata.normalize("NFKC", text)
    if column.nature == "reference":
        meant = words.path_of(column.kinds, text, place)
        return meant[0] if len(meant) == 1 else text
    return text


def misread(value: object, column: Column, words: Words) -> str:
    """Why a value cannot be what its column holds: the code of a problem ("" = it can, as far as it says itself)."""
    text = str(value)
    if column.vocabulary and not column.free and words.vocabulary.key(column.vocabulary, text) is None:
        return "not_allowed"
    if column.nature in ("when", "day"):
        when = _moment(text)
        return ("not_a_date" if isinstance(when, str) and column.nature == "when"
                else "not_a_day" if column.nature == "day" and (isinstance(when, str) or not when.exact) else "")
    if column.nature == "flag" and built_in().key("answer", text) not in ("yes", "no"):
        return "not_yes_or_no"
    if column.nature == "count" and not (text.isascii() and text.isdecimal()):
        return "not_a_number"
    return "not_a_number" if column.nature == "quantity" and isinstance(_meant_quantity(value), str) else ""


def _meant_quantity(value: object) -> object:
    try:
        return Quantity.model_validate(value)
    except ValueError:
        return str(value)


def _moment(text: str) -> When | str:
    try:
        return parse_when(text)
    except ValueError:
        return text


# --- the way back -----------------------------------------------------------------------------------------------------


def shown(value: object, column: Column, words: Words, place: str) -> str:
    """The text of the cell for what a record says; "" for what no cell can hold, which stays in the file."""
    if value in ("", None, [], {}):
        return ""
    if column.many:
        items = value if isinstance(value, list) else [value]
        between = "\n" if column.nature in ("text", "reference") else ", " if words.language == "en" else "、"
        text = between.join(
            _shown_one(item, column, words, place) for item in items)
    else:
        text = _shown_one(value, column, words, place)
    is_same = (len(text) <= LARGEST and text == _tidy(text)
               and meaning(typed(text, column, words, place), column, words, place)
               == meaning(value, column, words, place))
    return text if is_same else ""


def _shown_one(value: object, column: Column, words: Words, place: str) -> str:
    meant = meaning_of_one(value, column, words, place)
    if isinstance(meant, Quantity):
        return _shown_quantity(meant, words.language)
    if isinstance(meant, When):
        return date_text(meant, words.language)
    text = str(meant)
    if column.vocabulary:
        return words.label(column, text)
    if column.nature == "flag":
        return built_in().label("answer", text, words.language)
    return words.name_of(text, place) if column.nature == "reference" else text


def date_text(when: When, language: str) -> str:
    """A date in the notation of records, in the words of a language."""
    text = str(when)
    if language == "en":
        return text
    return "未知" if text == "unknown" else text.replace("by ", "不晚于 ")


_BEFORE = {"zh-Hans": {"about": "约", "over": "超过", "at_least": "至少"},
           "en": {"about": "about ", "over": "over ", "at_least": "at least "}}


def _shown_quantity(quantity: Quantity, language: str) -> str:
    if quantity.value is None:
        return built_in().label("precision", "unknown", language)
    before = _BEFORE["en" if language == "en" else "zh-Hans"].get(quantity.precision, "")
    return f"{before}{quantity.value}{quantity.unit or ''}"
