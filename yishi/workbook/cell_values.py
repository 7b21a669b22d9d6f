"""Convert between cell contents and values of records, in both directions."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from ..core.hashes import compute_digest
from ..model.date_expressions import (
    DateOrder,
    TimeDirection,
    WritingContext,
    interpret_date,
    interpret_written_date,
)
from ..model.dates import NonexistentDay, PartialDate, format_date, parse_partial_date
from ..model.quantities import parse_count, parse_quantity
from ..model.records import Quantity
from ..model.times import interpret_time_span
from ..model.vocabulary import Vocabulary, get_built_in_vocabulary
from .columns import WorkbookColumn
from .number_formats import (
    GENERAL,
    DateOrTime,
    format_date_or_time,
    format_number,
    format_plain_number,
    get_date_precision,
    has_extra_words,
)

RawValue = str | int | float | bool | DateOrTime | None
"""The value of a cell as stored in the file."""

TypedValue = str | list[str] | dict[str, str]
"""A value as written in a record file."""

MAX_CELL_LENGTH = 32_767
"""Maximum number of characters in a cell, in all spreadsheet programs."""


class Cell(Struct, frozen=True):
    """A filled cell: its sheet, row and column (from 1), and its text."""

    sheet: str
    row: int
    column: int
    text: str = ""


class RawCell(Struct, frozen=True):
    """A cell as stored in the file. `formula_or_error`: the formula, or the error it shows; `number_format`: its
    format code; `day_offset`: days to add to its serial dates, for a workbook that counts from 1904;
    `is_struck_out`: wholly or partly; `is_hidden`: its format or colour shows nothing; `comment`: of a person."""

    value: RawValue
    formula_or_error: str = ""
    number_format: str = GENERAL
    day_offset: int = 0
    is_struck_out: bool = False
    is_hidden: bool = False
    comment: str = ""


class CellVocabulary(Struct, frozen=True):
    """How cell texts are interpreted: the vocabulary of the site, the language of the workbook, and the records.
    `find_paths`: record kinds, text, place → paths the text can refer to; `format_name`: path, place → the name used
    in a cell; `file_language`: language of the keys in the record file."""

    vocabulary: Vocabulary
    language: str
    find_paths: Callable[[tuple[str, ...], str, str], Sequence[str]]
    format_name: Callable[[str, str], str]
    file_language: str = "zh-Hans"

    def label(self, column: WorkbookColumn, key: str) -> str:
        """The label of a vocabulary key in the language of the workbook."""
        return self.vocabulary.label(column.vocabulary, key, self.language)


HASH_LENGTH = 6
"""Length of a cell hash."""


EMPTY_HASH = "-" * HASH_LENGTH
"""Hash of an empty cell."""


def hash_text(text: str) -> str:
    """A short hash of a cell's text; EMPTY_HASH for an empty cell."""
    return compute_digest(text.encode())[:HASH_LENGTH] if text else EMPTY_HASH


# --- stored cell → text -----------------------------------------------------------------------------------------------

_FIRST_SERIAL, _LAST_SERIAL = 32_873, 55_153
"""Serial days from 1990 to 2050; a number outside is more likely a typing error, such as 20250."""
_SERIAL_EPOCH = datetime(1899, 12, 30)


def read_cell_text(raw: RawCell, column: WorkbookColumn) -> str:
    """The displayed text of a cell: dates in date columns in ISO form and in the displayed precision, numbers with
    the words of their format, line ends as \\n. The stored value if the format cannot be interpreted
    (`has_unclear_format`)."""
    value = raw.value
    if isinstance(value, bool):
        return str(value).upper()  # as it is shown, in every language
    if column.type in ("when", "day") and (day := parse_serial_day(raw)) is not None:
        return day.isoformat()
    if column.type in ("when", "day") and isinstance(value, date) and not has_extra_words(raw.number_format):
        return value.isoformat()[:{"month": 7, "year": 4}.get(get_date_precision(raw.number_format)[0], 10)]
    if isinstance(value, int | float | DateOrTime):
        return _displayed_text(raw, value, column) or (str(value) if isinstance(value, DateOrTime)
                                                       else format_plain_number(value))
    return "" if value is None else _normalize_text(str(value))


def has_unclear_format(raw: RawCell, column: WorkbookColumn) -> bool:
    """Whether the number format of a cell cannot be interpreted."""
    value = raw.value
    return (isinstance(value, int | float | DateOrTime) and not isinstance(value, bool)
            and column.type not in ("when", "day") and _displayed_text(raw, value, column) is None)


def _displayed_text(raw: RawCell, value: float | DateOrTime, column: WorkbookColumn) -> str | None:
    is_number = column.type in ("count", "quantity")
    if isinstance(value, int | float):
        return format_number(value, raw.number_format, exactly=is_number)
    # a date such as `3月5日` in a column of numbers is not the number 3
    return str(value) if is_number else format_date_or_time(value, raw.number_format)


def parse_serial_day(raw: RawCell) -> date | None:
    """The date for a serial day number; None if the value is no number in the plausible range."""
    value = raw.value
    if isinstance(value, str) and re.fullmatch(r"\d{5}(\.\d+)?", value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    days = float(value) + raw.day_offset
    return (_SERIAL_EPOCH + timedelta(days=days)).date() if _FIRST_SERIAL < days < _LAST_SERIAL else None


_ESCAPED_CHARACTER = re.compile("_x00([01][0-9A-Fa-f])_")
"""A control character as escaped in workbooks; some programs write the line end `_x000B_`."""


def _normalize_text(text: str) -> str:
    text = _ESCAPED_CHARACTER.sub(lambda match: chr(int(match[1], 16)), text)
    lines = re.sub("\r\n?|\x0b", "\n", text).split("\n")
    return "\n".join(line.rstrip().replace("\xa0", " ").replace("\t", " ") for line in lines).strip(" \n\u3000")


# --- text → value of a record -----------------------------------------------------------------------------------------


def parse_cell(text: str, column: WorkbookColumn, words: CellVocabulary, place: str) -> TypedValue:
    """Parse the text of a cell into the value written in a record; text that cannot be parsed is kept unchanged."""
    if column.is_list:
        return [_parse_one(part, column, words, place) for part in split_values(text, column, words, place)]
    if column.type == "quantity":
        return _parse_quantity(text)
    return _parse_one(text, column, words, place)


_SEPARATORS = {"term": r"[\n、,，;；]", "reference": r"[\n、,，;；]", "text": r"[\n;；]"}


def split_values(text: str, column: WorkbookColumn, words: CellVocabulary, place: str) -> list[str]:
    """The values in one cell; text that is a single known value as a whole is not split."""
    if _is_one_value(text, column, words, place):
        return [text]
    parts = [part.strip() for part in re.split(_SEPARATORS.get(column.type, r"\n"), text)]
    return [part for part in parts if part]


def _is_one_value(text: str, column: WorkbookColumn, words: CellVocabulary, place: str) -> bool:
    if column.vocabulary:
        return words.vocabulary.key(column.vocabulary, text) is not None
    return column.type == "reference" and len(words.find_paths(column.reference_kinds, text, place)) == 1


def _parse_one(text: str, column: WorkbookColumn, words: CellVocabulary, place: str) -> str:
    if column.vocabulary:
        return _parse_term(text, column, words)
    if column.type in ("when", "day"):
        return _parse_date(text, words.file_language)
    if column.type == "time":
        return str(interpret_time_span(text) or text.strip())
    if column.type == "flag":
        return _parse_flag(_TICK_SIGNS.get(text.strip(), text.strip()), words.file_language)
    if column.type == "count":
        return _parse_count(text)
    if column.type == "reference":
        return _parse_reference(text, column, words, place)
    return text.strip()


_TICK_SIGNS = {"√": "是", "✓": "是", "✔": "是", "☑": "是", "×": "否", "✗": "否", "✘": "否", "有": "是", "无": "否"}


def _parse_flag(text: str, language: str) -> str:
    key = get_built_in_vocabulary().key("answer", text)
    return get_built_in_vocabulary().label("answer", key, language) if key and language != "en" else key or text


def _parse_term(text: str, column: WorkbookColumn, words: CellVocabulary) -> str:
    """The vocabulary term as written in a record file: its label if the keys are Chinese, its key if they are
    English."""
    key = words.vocabulary.key(column.vocabulary, text)
    if key is None:
        return text.strip()
    return key if words.file_language == "en" else words.vocabulary.label(column.vocabulary, key, "zh-Hans")


def _parse_date(text: str, language: str) -> str:
    """The date in the notation of records; other text is kept."""
    when = read_date(text)
    return format_date(parse_partial_date(when), language) if when else unicodedata.normalize("NFKC", text).strip()


def read_date(text: str, today: date | None = None, order: DateOrder = "YMD", direction: TimeDirection = "any") -> str:
    """The date that `text` surely means in the English notation of records; "" if none. `today`: the day it was
    written, without which words that count from it are not read; `order`, `direction`: see WritingContext."""
    try:
        return str(parse_partial_date(text))
    except NonexistentDay:
        return ""
    except ValueError:
        found = (interpret_date(text, WritingContext(today, order, direction)).date if today
                 else interpret_written_date(text))
        return str(found) if found else ""


def list_numbers(text: str) -> list[int]:
    """The numbers in a text: those of a date and of its reading are the same unless something was inferred."""
    return [int(number) for number in re.findall(r"\d+", text)]


def _parse_reference(text: str, column: WorkbookColumn, words: CellVocabulary, place: str) -> str:
    """The shortest reference to the record: its id if that is unambiguous, else its path; `text` if it refers to no
    record or to several."""
    meant = words.find_paths(column.reference_kinds, text, place)
    if len(meant) != 1:
        return text.strip()
    short = meant[0].rpartition("/")[2]
    return short if list(words.find_paths(column.reference_kinds, short, place)) == list(meant) else meant[0]


def _parse_quantity(text: str) -> TypedValue:
    """`约20人` → {value: 20, unit: 人, precision: about}; a bare number stays a number."""
    amount = parse_quantity(text)
    if amount is None:
        return text.strip()
    number, precision = str(amount.value), "" if amount.precision == "exact" else amount.precision
    if not amount.unit and not precision:
        return number
    return {"value": number, **({"unit": amount.unit} if amount.unit else {}),
            **({"precision": precision} if precision else {})}


def _parse_count(text: str) -> str:
    """`8人`, `八` → 8; text that is no exact number is kept."""
    count = parse_count(text)
    return unicodedata.normalize("NFKC", text).strip() if count is None else str(count)


# --- normalised values for comparison ---------------------------------------------------------------------------------


def normalize_value(value: object, column: WorkbookColumn, words: CellVocabulary, place: str) -> object:
    """The normalised value: equal for two spellings of the same value."""
    if column.is_list:
        items = value if isinstance(value, list) else [value]
        return tuple(normalize_single_value(item, column, words, place) for item in items) if value else ()
    return normalize_single_value(value, column, words, place) if value not in ("", None) else ""


def normalize_single_value(value: object, column: WorkbookColumn, words: CellVocabulary, place: str) -> object:
    """The normalised form of one value of a list."""
    if column.type == "quantity":
        return _normalize_quantity(value)
    if isinstance(value, dict):  # Markdown as it was read
        return str(value.get("source", "")).strip()
    text = str(value).strip()
    if column.vocabulary:
        return words.vocabulary.key(column.vocabulary, text) or text
    if column.type in ("when", "day"):
        return _normalize_date(text)
    if column.type == "time":
        return str(interpret_time_span(text) or text)
    if column.type == "flag":
        return get_built_in_vocabulary().key("answer", text) or text
    if column.type == "count":
        return unicodedata.normalize("NFKC", text)
    if column.type == "reference":
        meant = words.find_paths(column.reference_kinds, text, place)
        return meant[0] if len(meant) == 1 else text
    return _normalize_text(text)  # a cell does not keep every kind of blank


def find_type_problem(value: object, column: WorkbookColumn, words: CellVocabulary) -> str:
    """Code of the problem if the value does not fit the type of its column, else ""."""
    text = str(value)
    if column.vocabulary and not column.allows_other_text and words.vocabulary.key(column.vocabulary, text) is None:
        return "not_allowed"
    if column.type in ("when", "day"):
        when = _normalize_date(text)
        if column.type == "when":
            return "not_a_date" if isinstance(when, str) else ""
        return "not_a_day" if isinstance(when, str) or not when.exact else ""
    if column.type == "time" and interpret_time_span(text) is None:
        return "not_a_time"
    if column.type == "flag" and get_built_in_vocabulary().key("answer", text) not in ("yes", "no"):
        return "not_yes_or_no"
    if column.type == "count" and not (text.isascii() and text.isdecimal()):
        return "not_a_number"
    return "not_a_number" if column.type == "quantity" and isinstance(_normalize_quantity(value), str) else ""


def _normalize_quantity(value: object) -> object:
    try:
        return Quantity.model_validate(value)
    except ValueError:
        return str(value)


def _normalize_date(text: str) -> PartialDate | str:
    try:
        return parse_partial_date(text)
    except ValueError:
        return text


# --- value → text -----------------------------------------------------------------------------------------------------


def format_cell(value: object, column: WorkbookColumn, words: CellVocabulary, place: str) -> str:
    """The text of the cell for a value of a record; "" if no cell text can be parsed back to it: such a value stays
    in the file."""
    if value in ("", None, [], {}):
        return ""
    if column.is_list:
        items = value if isinstance(value, list) else [value]
        comma = ", " if words.language == "en" else "、"
        between = "\n" if column.type in ("text", "reference") else comma
        text = between.join(_format_one(item, column, words, place) for item in items)
    else:
        text = _format_one(value, column, words, place)
    text = _normalize_text(text)
    is_same = (len(text) <= MAX_CELL_LENGTH
               and normalize_value(parse_cell(text, column, words, place), column, words, place)
               == normalize_value(value, column, words, place))
    return text if is_same else ""


def _format_one(value: object, column: WorkbookColumn, words: CellVocabulary, place: str) -> str:
    meant = normalize_single_value(value, column, words, place)
    if isinstance(meant, Quantity):
        return _format_quantity(meant, words.language)
    if isinstance(meant, PartialDate):
        return format_date(meant, words.language)
    text = str(meant)
    if column.vocabulary:
        return words.label(column, text)
    if column.type == "flag":
        return get_built_in_vocabulary().label("answer", text, words.language)
    return words.format_name(text, place) if column.type == "reference" else text


_PRECISION_PREFIXES = {"zh-Hans": {"about": "约", "over": "超过", "at_least": "至少"},
                       "en": {"about": "about ", "over": "over ", "at_least": "at least "}}


def _format_quantity(quantity: Quantity, language: str) -> str:
    if quantity.value is None:
        return get_built_in_vocabulary().label("precision", "unknown", language)
    before = _PRECISION_PREFIXES["en" if language == "en" else "zh-Hans"].get(quantity.precision, "")
    return f"{before}{quantity.value}{quantity.unit or ''}"
