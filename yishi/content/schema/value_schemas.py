"""JSON Schemas of the values in records: texts, numbers, dates."""

from collections.abc import Sequence
from typing import Any

from ...model.dates import FIRST_YEAR, LAST_YEAR
from ...model.identifiers import MAX_ID_LENGTH
from ...model.quantities import QUANTITY_PATTERN
from ...model.records.field_types import (
    CHINESE_CHARACTER,
    MAX_DIGITS,
    MAX_LATIN_TITLE_LENGTH,
    MAX_SUMMARY_LENGTH,
    MAX_TITLE_LENGTH,
    Address,
    Boundary,
    Colour,
    Coordinates,
    Count,
    DateField,
    Day,
    Days,
    Geometry,
    Id,
    MultilineText,
    Name,
    Number,
    OptionalMultilineText,
    SiteAddress,
    Summary,
    Text,
    TimeField,
    Title,
)
from ...model.times import TIME_SPAN_PATTERN

Schema = dict[str, Any]

_YEAR = "(?=19[0-9]{2}|20[0-9]{2}|2100)"
_MONTH = "(?:0?[1-9]|1[0-2])"
_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_MONTH_AND_DAY = ("(?:(?:0?[13578]|1[02])[-/月](?:0?[1-9]|[12][0-9]|3[01])|(?:0?[469]|11)[-/月](?:0?[1-9]|[12][0-9]|30)"
                  "|0?2[-/月](?:0?[1-9]|1[0-9]|2[0-8]))日?")
WHOLE_DAY = f"{_YEAR}(?:{_LEAP_YEAR}[-/年]0?2[-/月]29日?|[0-9]{{4}}[-/年]{_MONTH_AND_DAY})"
_CALENDAR_DATE = f"(?:{WHOLE_DAY}|{_YEAR}[0-9]{{4}}(?:[-/年]{_MONTH}月?|年)?)"
_ABOUT = r"(?:about\s+|约\s*)?"
_WORDS = r"(?:\s*[(（][^()（）\s][^()（）\n]{0,59}[)）])?"
_PARTIAL_DATE = (rf"(?:(?:by\s+|不晚于\s*){_CALENDAR_DATE}{_WORDS}"
                 rf"|{_ABOUT}{_CALENDAR_DATE}~?(?:(?:\.\.|/){_CALENDAR_DATE})?{_WORDS}|unknown|未知)")
_LIKE_A_DATE = r"(?:by\s+|不晚于\s*|about\s+|约\s*)?[0-9]{4}\s?[-./年0-9]"
LOG_LINE_HEAD = rf"\s*(?:{_PARTIAL_DATE}\s+(?=[^\s:：])|(?!{_LIKE_A_DATE}))[^:：]*[^\s:：][^:：]*"
"""The pattern of the part before the colon of `[date ]stage: text`."""

_MAX_DIGITS_CHECK = f"(?!(?:[^0-9]*[0-9]){{{MAX_DIGITS + 1}}})"
_MAX_NUMBER = 10**MAX_DIGITS - 1
_NUMERAL = rf"^{_MAX_DIGITS_CHECK}[+-]?[0-9]+(?:\.[0-9]+)?$"
_WHOLE_NUMERAL = rf"^{_MAX_DIGITS_CHECK}\+?(?:0|[1-9][0-9]*)(?:\.0+)?$"
_IN_ADDRESS = r"""[^\s<>"'`{}|\\^"""
_PORT = "(?::(?:0*(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?)?"
_ADDRESS = rf"^https?://{_IN_ADDRESS}/?#@:\[\]]+{_PORT}(?:[/?#]{_IN_ADDRESS}]*)?$"
_COLOUR = "^#?(?:[0-9a-fA-F]{3}){1,2}$"
_SITE_ADDRESS = (rf"^(?!.*\.(?:[hH][tT][mM][lL]?|[pP][hH][pP])/*$)https?://{_IN_ADDRESS}/?#@:\[\]]+{_PORT}"
                 rf"(?:/{_IN_ADDRESS}?#]*)?$")

SCALAR_TYPES = ["string", "number", "boolean"]
NOT_BLANK = r"\S"

BASIC_DEFINITIONS: Schema = {
    "blank": {"anyOf": [{"type": "null"}, {"type": "string", "pattern": r"^\s*$"},
                        {"type": "array", "items": {"$ref": "#/$defs/blank"}}, {"type": "object", "maxProperties": 0}]},
    "text": {"type": SCALAR_TYPES, "pattern": NOT_BLANK, "problem": "wrong_shape"},
    "number": {"anyOf": [{"type": "number", "minimum": -_MAX_NUMBER, "maximum": _MAX_NUMBER},
                         {"type": "string", "pattern": _NUMERAL}], "problem": "not_a_number"},
    "amount": {"type": "string", "pattern": f"^{_MAX_DIGITS_CHECK}{QUANTITY_PATTERN[1:]}", "problem": "not_a_count"},
    "count": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": _MAX_NUMBER},
                        {"type": "string", "pattern": _WHOLE_NUMERAL}],
              "problem": "not_a_count"},
    "when": {"anyOf": [{"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR},
                       {"type": "string", "pattern": f"^{_PARTIAL_DATE}$"}], "problem": "not_a_date"},
    "day": {"type": "string", "pattern": f"^{WHOLE_DAY}$", "problem": "not_a_day"},
    "time": {"type": "string", "pattern": f"^{TIME_SPAN_PATTERN}$", "problem": "not_a_time"},
    "address": {"type": "string", "pattern": _ADDRESS, "problem": "not_address"},
    "colour": {"type": ["string", "number"], "pattern": _COLOUR, "problem": "not_a_colour"},
    "site_address": {"type": "string", "pattern": _SITE_ADDRESS, "problem": "not_address"},
}


def create_ref(name: str) -> Schema:
    """A reference to the schema with this name under `$defs`."""
    return {"$ref": f"#/$defs/{name}"}


def _limited_text(length: int) -> Schema:
    return {**BASIC_DEFINITIONS["text"], "maxLength": length, "problem": "too_long"}


_TITLE: Schema = {"allOf": [create_ref("text")], "if": {"type": "string", "pattern": CHINESE_CHARACTER},
                  "then": {"maxLength": MAX_TITLE_LENGTH, "problem": "too_long"},
                  "else": {"maxLength": MAX_LATIN_TITLE_LENGTH, "problem": "too_long"}}


def _degrees_schema(most: int, whole: str) -> Schema:
    pattern = rf"^[+-]?(?:(?:{whole})(?:\.[0-9]+)?|{most}(?:\.0+)?)$"
    return {"anyOf": [{"type": "number", "minimum": -most, "maximum": most}, {"type": "string", "pattern": pattern}]}


_LONGITUDE = _degrees_schema(180, "[1-9]?[0-9]|1[0-7][0-9]")
_LATITUDE = _degrees_schema(90, "[1-8]?[0-9]")
_POINT: Schema = {"type": "array", "prefixItems": [_LONGITUDE, _LATITUDE], "minItems": 2, "maxItems": 2,
                  "problem": "not_coordinates"}

_RING: Schema = {"type": "array", "minItems": 3,
                 "items": {"type": "array", "prefixItems": [_LONGITUDE, _LATITUDE], "minItems": 2}}
_RINGS: Schema = {"type": "array", "minItems": 1, "items": _RING}
_POLYGON: Schema = {
    "type": "object", "required": ["type", "coordinates"], "problem": "not_a_boundary",
    "properties": {"type": {"enum": ["Polygon", "MultiPolygon"]}},
    "if": {"properties": {"type": {"const": "Polygon"}}}, "then": {"properties": {"coordinates": _RINGS}},
    "else": {"properties": {"coordinates": {"type": "array", "minItems": 1, "items": _RINGS}}}}

ID_SCHEMA: Schema = {"type": ["string", "integer"], "pattern": "^[a-z0-9]+(?:[-_][a-z0-9]+)*$",
                     "maxLength": MAX_ID_LENGTH,
                     "problem": "bad_id"}

_DAY_COUNT = r"^\+?0*(?:[0-9]{1,3}|[12][0-9]{3}|3[0-5][0-9]{2}|36[0-4][0-9]|3650)(?:\.0+)?$"
_DAYS: Schema = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 3650},
                           {"type": "string", "pattern": _DAY_COUNT}], "problem": "not_a_number"}

SCHEMA_OF_TYPE: Sequence[tuple[object, Schema]] = (
    (Text, create_ref("text")), (MultilineText, create_ref("text")), (Title, _TITLE), (Name, _limited_text(200)),
    (Summary, _limited_text(MAX_SUMMARY_LENGTH)),
    (str, create_ref("text")), (OptionalMultilineText, create_ref("text")),
    (Id, ID_SCHEMA), (Number, create_ref("number")), (Count, create_ref("count")),
    (Days, _DAYS),
    (DateField, create_ref("when")), (Day, create_ref("day")), (TimeField, create_ref("time")),
    (Address, create_ref("address")),
    (SiteAddress, create_ref("site_address")), (Colour, create_ref("colour")),
    (Coordinates, _POINT),
    (Geometry, {"anyOf": [create_ref("text"), _POINT]}),
    (Boundary, {"anyOf": [create_ref("text"), _POLYGON]}),
)
"""Type of a value → its schema."""
