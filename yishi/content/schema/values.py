"""The values in records as JSON Schema: texts, numbers, dates."""

from collections.abc import Sequence
from typing import Any

from ...model.dates import FIRST_YEAR, LAST_YEAR
from ...model.identifiers import MAX_ID
from ...model.quantities import PATTERN
from ...model.records.values import (
    CHINESE,
    MAX_DIGITS,
    TITLE,
    TITLE_IN_LETTERS,
    Address,
    Coordinates,
    Count,
    Day,
    Days,
    Geometry,
    Id,
    Lines,
    Moment,
    Name,
    Number,
    Remark,
    SiteAddress,
    Summary,
    Text,
    Title,
)

Schema = dict[str, Any]

_YEAR = "(?=19[0-9]{2}|20[0-9]{2}|2100)"
_MONTH = "(?:0?[1-9]|1[0-2])"
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_MONTH_AND_DAY = ("(?:(?:0?[13578]|1[02])[-/月](?:0?[1-9]|[12][0-9]|3[01])|(?:0?[469]|11)[-/月](?:0?[1-9]|[12][0-9]|30)"
                  "|0?2[-/月](?:0?[1-9]|1[0-9]|2[0-8]))日?")
WHOLE_DAY = f"{_YEAR}(?:{_LEAP}[-/年]0?2[-/月]29日?|[0-9]{{4}}[-/年]{_MONTH_AND_DAY})"
_SPAN = f"(?:{WHOLE_DAY}|{_YEAR}[0-9]{{4}}(?:[-/年]{_MONTH}月?|年)?)"
_BY = r"(?:by\s+|不晚于\s*)?"
_WHEN = f"(?:{_BY}{_SPAN}|unknown|未知)"
_LIKE_A_DATE = rf"{_BY}[0-9]{{4}}\s?[-./年0-9]"
LINE = rf"\s*(?:{_WHEN}\s+(?=[^\s:：])|(?!{_LIKE_A_DATE}))[^:：]*[^\s:：][^:：]*"
"""What stands before the colon of `[when ]stage: text`."""

_FEW_DIGITS = f"(?!(?:[^0-9]*[0-9]){{{MAX_DIGITS + 1}}})"
_LARGEST = 10**MAX_DIGITS - 1
_NUMERAL = rf"^{_FEW_DIGITS}[+-]?[0-9]+(?:\.[0-9]+)?$"
_WHOLE_NUMERAL = rf"^{_FEW_DIGITS}\+?(?:0|[1-9][0-9]*)(?:\.0+)?$"
_IN_ADDRESS = r"""[^\s<>"'`{}|\\^"""
_PORT = "(?::(?:0*(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?)?"
_ADDRESS = rf"^https?://{_IN_ADDRESS}/?#@:\[\]]+{_PORT}(?:[/?#]{_IN_ADDRESS}]*)?$"
_SITE_ADDRESS = (rf"^(?!.*\.(?:[hH][tT][mM][lL]?|[pP][hH][pP])/*$)https?://{_IN_ADDRESS}/?#@:\[\]]+{_PORT}"
                 rf"(?:/{_IN_ADDRESS}?#]*)?$")

SCALAR = ["string", "number", "boolean"]
FILLED = r"\S"

BASICS: Schema = {
    "blank": {"anyOf": [{"type": "null"}, {"type": "string", "pattern": r"^\s*$"},
                        {"type": "array", "items": {"$ref": "#/$defs/blank"}}, {"type": "object", "maxProperties": 0}]},
    "text": {"type": SCALAR, "pattern": FILLED, "problem": "wrong_shape"},
    "number": {"anyOf": [{"type": "number", "minimum": -_LARGEST, "maximum": _LARGEST},
                         {"type": "string", "pattern": _NUMERAL}], "problem": "not_a_number"},
    "amount": {"type": "string", "pattern": f"^{_FEW_DIGITS}{PATTERN[1:]}", "problem": "not_a_count"},
    "count": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": _LARGEST},
                        {"type": "string", "pattern": _WHOLE_NUMERAL}],
              "problem": "not_a_count"},
    "when": {"anyOf": [{"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR},
                       {"type": "string", "pattern": f"^{_WHEN}$"}], "problem": "not_a_date"},
    "day": {"type": "string", "pattern": f"^{WHOLE_DAY}$", "problem": "not_a_day"},
    "address": {"type": "string", "pattern": _ADDRESS, "problem": "not_address"},
    "site_address": {"type": "string", "pattern": _SITE_ADDRESS, "problem": "not_address"},
}


def ref(name: str) -> Schema:
    """What stands in the schema under `$defs` by this name."""
    return {"$ref": f"#/$defs/{name}"}


def _at_most(length: int) -> Schema:
    return {**BASICS["text"], "maxLength": length, "problem": "too_long"}


_TITLE: Schema = {"allOf": [ref("text")], "if": {"type": "string", "pattern": CHINESE},
                  "then": {"maxLength": TITLE, "problem": "too_long"},
                  "else": {"maxLength": TITLE_IN_LETTERS, "problem": "too_long"}}


def _degrees(most: int, whole: str) -> Schema:
    said = rf"^[+-]?(?:(?:{whole})(?:\.[0-9]+)?|{most}(?:\.0+)?)$"
    return {"anyOf": [{"type": "number", "minimum": -most, "maximum": most}, {"type": "string", "pattern": said}]}


_LONGITUDE, _LATITUDE = _degrees(180, "[1-9]?[0-9]|1[0-7][0-9]"), _degrees(90, "[1-8]?[0-9]")
_POINT: Schema = {"type": "array", "prefixItems": [_LONGITUDE, _LATITUDE], "minItems": 2, "maxItems": 2,
                  "problem": "not_coordinates"}

ID: Schema = {"type": ["string", "integer"], "pattern": "^[a-z0-9]+(?:[-_][a-z0-9]+)*$", "maxLength": MAX_ID,
              "problem": "bad_id"}

_TEN_YEARS = r"^\+?0*(?:[0-9]{1,3}|[12][0-9]{3}|3[0-5][0-9]{2}|36[0-4][0-9]|3650)(?:\.0+)?$"
_DAYS: Schema = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 3650},
                           {"type": "string", "pattern": _TEN_YEARS}], "problem": "not_a_number"}

SIMPLE: Sequence[tuple[object, Schema]] = (
    (Text, ref("text")), (Lines, ref("text")), (Title, _TITLE), (Name, _at_most(200)), (Summary, _at_most(280)),
    (str, ref("text")), (Remark, ref("text")),
    (Id, ID), (Number, ref("number")), (Count, ref("count")),
    (Days, _DAYS),
    (Moment, ref("when")), (Day, ref("day")), (Address, ref("address")), (SiteAddress, ref("site_address")),
    (Coordinates, _POINT),
    (Geometry, {"anyOf": [ref("text"), _POINT]}),
)
"""Type of a value → its schema."""
