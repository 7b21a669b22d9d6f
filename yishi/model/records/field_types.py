"""The types of values in records: texts, numbers, dates, closed values, and marks for values that depend on the
site."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, LiteralString
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ...core.characters import MULTI_LINE_PATTERN, SINGLE_LINE_PATTERN
from ..boundaries import Outline, parse_outline
from ..colours import parse_colour
from ..dates import FIRST_YEAR, LAST_YEAR, NonexistentDay, PartialDate, YearOutOfRange, parse_partial_date
from ..identifiers import find_id_problem
from ..quantities import parse_quantity
from ..times import TimeSpan, parse_time_span
from ..vocabulary import get_built_in_vocabulary, normalize_word


@dataclass(frozen=True, slots=True)
class RefersTo:
    """Marks a field that holds the path or id of another record of one of these `kinds`."""

    kinds: tuple[str, ...]

    def __init__(self, *kinds: str) -> None:
        object.__setattr__(self, "kinds", kinds)


@dataclass(frozen=True, slots=True)
class SiteTerm:
    """Marks a field with values of vocabulary `name`, which a site may change; `free`: other text is allowed too."""

    name: str
    free: bool = False


class Prose:
    """Marks a field that holds Markdown, parsed as `Body`."""


class PeopleCount:
    """Marks a field that counts people: values 1-4 are suppressed."""


@dataclass(frozen=True, slots=True)
class ClosedTermValidator:
    """Validates a value of the closed vocabulary `name`, given by key or by label."""

    name: str

    def __call__(self, text: object) -> str:
        """The key. Raises PydanticCustomError for any other word."""
        key = get_built_in_vocabulary().key(self.name, text) if isinstance(text, str) else None
        if key is None:
            raise PydanticCustomError("not_allowed", "not a value of {vocabulary}", {"vocabulary": self.name})
        return key


def validate_term(name: str) -> BeforeValidator:
    """A validator for values of the closed vocabulary `name`, by key or by label."""
    return BeforeValidator(ClosedTermValidator(name))


@dataclass(frozen=True, slots=True)
class UniqueEntriesValidator:
    """Validates that no two entries of a list have the same values of these fields."""

    fields: tuple[str, ...]

    def __call__(self, entries: tuple[BaseModel, ...]) -> tuple[BaseModel, ...]:
        """The entries. Raises PydanticCustomError for the second of one name."""
        seen: set[str] = set()
        for entry in entries:
            name = " ".join(filter(None, (getattr(entry, field) for field in self.fields)))
            if normalize_word(name) in seen:
                raise PydanticCustomError("entry_twice", "{found} twice", {"found": f"'{name}'"})
            seen.add(normalize_word(name))
        return entries


def validate_unique(*fields: str) -> AfterValidator:
    """A validator for lists whose entries must differ in one of these fields."""
    return AfterValidator(UniqueEntriesValidator(fields))


def _validate_partial_date(value: object) -> PartialDate:
    try:
        return value if isinstance(value, PartialDate) else parse_partial_date(str(value))
    except NonexistentDay as error:
        raise create_day_error(error) from None
    except ValueError:
        raise PydanticCustomError("not_a_date", "not a date") from None


def create_day_error(error: NonexistentDay) -> PydanticCustomError:
    """The pydantic error for a day or year that does not exist."""
    allowed = f"{FIRST_YEAR}-{LAST_YEAR}"
    code: LiteralString = "no_such_year" if isinstance(error, YearOutOfRange) else "no_such_day"
    return PydanticCustomError(code, "no such day as {found}", {"found": f"'{error}'", "allowed": allowed})


def _validate_day(value: object) -> datetime.date:
    try:
        day = value if isinstance(value, datetime.date) else parse_partial_date(str(value)).exact
    except NonexistentDay as error:
        raise create_day_error(error) from None
    except ValueError:
        day = None
    if day is None:
        raise PydanticCustomError("not_a_day", "not a day")
    return day


def _validate_time_span(value: object) -> TimeSpan:
    try:
        return value if isinstance(value, TimeSpan) else parse_time_span(str(value))
    except ValueError:
        raise PydanticCustomError("not_a_time", "not a time") from None


_FORBIDDEN_IN_ADDRESS = re.compile(r"""[\s<>"'`{}|\\^]""")


def parse_web_address(text: str) -> str:
    """An http(s) address with a host, as written. Raises ValueError for anything else, such as an invalid port."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or not text.isprintable():
        raise ValueError(text)
    if _FORBIDDEN_IN_ADDRESS.search(text) or (parts.port or 0) > _MAX_PORT:
        raise ValueError(text)
    return text


_MAX_PORT = 65535


def parse_site_address(text: str) -> str:
    """The address of a site: a folder, to which the addresses of pages can be appended. Raises ValueError."""
    parts = urlsplit(parse_web_address(text))
    if "?" in text or "#" in text or parts.path.rstrip("/").lower().endswith(_PAGE_SUFFIXES):
        raise ValueError(text)
    return text


_PAGE_SUFFIXES = (".html", ".htm", ".php")
"""Suffixes of addresses of single pages."""


def _validate_site_address(value: object) -> str:
    try:
        return parse_site_address(str(value).strip())
    except ValueError:
        raise PydanticCustomError("not_address", "not an address") from None


def _validate_web_address(value: object) -> str:
    try:
        return parse_web_address(str(value).strip())
    except ValueError:
        raise PydanticCustomError("not_address", "not an address") from None


def _validate_colour(value: object) -> str:
    try:
        return parse_colour(str(value))
    except ValueError:
        raise PydanticCustomError("not_a_colour", "not a colour") from None


def _validate_coordinates(value: object) -> tuple[float, float]:
    try:
        longitude, latitude = map(float, value if isinstance(value, list | tuple) else ())
    except (TypeError, ValueError):
        longitude = latitude = 360.0
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise PydanticCustomError("not_coordinates", "not coordinates")
    return longitude, latitude


def _validate_geometry(value: object) -> str | tuple[float, float]:
    return value if isinstance(value, str) else _validate_coordinates(value)


def _validate_boundary(value: object) -> str | Outline:
    try:
        if isinstance(value, Mapping) and value.get("type") not in ("Polygon", "MultiPolygon"):
            raise ValueError
        return value if isinstance(value, str | tuple) else parse_outline(value)
    except ValueError:
        raise PydanticCustomError("not_a_boundary", "not a boundary") from None


def _to_ascii_digits(value: object) -> object:
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def _validate_whole_number(value: object) -> object:
    """The text of a whole number. Leading zeros are rejected: they belong to a code, or are a mistake."""
    text = _to_ascii_digits(value)
    if isinstance(text, str) and not _WHOLE.fullmatch(text):
        raise PydanticCustomError("not_a_count", "not a count")
    return _check_digit_count(text)


def _validate_decimal_number(value: object) -> object:
    """The text of a whole or decimal number, without an exponent."""
    text = _to_ascii_digits(value)
    if isinstance(text, str) and not _DECIMAL.fullmatch(text):
        raise PydanticCustomError("not_a_number", "not a number")
    return _check_digit_count(text)


def _check_digit_count(number: object) -> object:
    """The number itself, if floats, spreadsheets and JSON can hold all its digits; else raises."""
    if sum(sign.isdigit() for sign in str(number)) > MAX_DIGITS:
        raise PydanticCustomError("too_many_digits", "too many digits",
                                  {"found": str(number), "allowed": MAX_DIGITS})
    return number


_WHOLE = re.compile(r"\+?(?:0|[1-9][0-9]*)(?:\.0+)?|-[1-9][0-9]*")
_DECIMAL = re.compile(r"[+-]?[0-9_]*\.?[0-9_]*")

MAX_DIGITS = 15
"""Digits that a number may have, before and after the point: a float holds this many without loss."""


def _validate_id(text: str) -> str:
    if code := find_id_problem(text):
        raise create_id_error(code, text)
    return text


def create_id_error(code: str, text: str) -> PydanticCustomError:
    """The pydantic error for an id that may not be part of an address; `code` as from `find_id_problem`."""
    return PydanticCustomError(code, "no id: {found}", {"found": text})


def _validate_boolean(value: object) -> object:
    key = get_built_in_vocabulary().key("answer", value) if isinstance(value, str) else None
    if key not in ("yes", "no"):
        raise PydanticCustomError("not_yes_or_no", "not yes or no")
    return key == "yes"


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=SINGLE_LINE_PATTERN)]
"""A text of one line: names, titles, addresses."""
MultilineText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=MULTI_LINE_PATTERN)]
"""A text of one or more lines."""
OptionalMultilineText = Annotated[str, StringConstraints(pattern=MULTI_LINE_PATTERN)]
"""A text of one or more lines that may be empty."""
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_validate_id)]
"""An id or key that a file gives to a part of itself: it may become a folder, an anchor, or a key in data."""
CHINESE_CHARACTER = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
MAX_TITLE_LENGTH = 60
"""Maximum length of a title with Chinese characters, each of which is a word; in characters."""
MAX_LATIN_TITLE_LENGTH = 120
"""Maximum length of a title without Chinese characters."""


def get_max_title_length(text: str) -> int:
    """Maximum length of a title in the script of `text`."""
    return MAX_TITLE_LENGTH if re.search(CHINESE_CHARACTER, text) else MAX_LATIN_TITLE_LENGTH


def _check_title_length(text: str) -> str:
    most = get_max_title_length(text)
    if len(text) > most:
        raise PydanticCustomError("too_long", "too long", {"max_length": most})
    return text


Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=SINGLE_LINE_PATTERN),
                  AfterValidator(_check_title_length)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200,
                                        pattern=SINGLE_LINE_PATTERN)]
MAX_SUMMARY_LENGTH = 280
Summary = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_SUMMARY_LENGTH,
                                           pattern=MULTI_LINE_PATTERN)]
Count = Annotated[int, BeforeValidator(_validate_whole_number), Field(ge=0)]
Days = Annotated[int, BeforeValidator(_to_ascii_digits), Field(ge=0, le=3650)]
"""A duration in days, at most ten years."""
Number = Annotated[int | Annotated[float, Field(allow_inf_nan=False)], BeforeValidator(_validate_decimal_number)]
Flag = Annotated[bool, BeforeValidator(_validate_boolean)]
DateField = Annotated[PartialDate, PlainValidator(_validate_partial_date)]
Day = Annotated[datetime.date, PlainValidator(_validate_day)]
TimeField = Annotated[TimeSpan, PlainValidator(_validate_time_span)]
Address = Annotated[str, PlainValidator(_validate_web_address)]
SiteAddress = Annotated[str, PlainValidator(_validate_site_address)]
Colour = Annotated[str, PlainValidator(_validate_colour)]
Coordinates = Annotated[tuple[float, float], PlainValidator(_validate_coordinates)]
"""Longitude, latitude, in degrees."""
Geometry = Annotated[str | tuple[float, float], PlainValidator(_validate_geometry)]
"""A GeoJSON file, or a point."""
Boundary = Annotated[str | Outline, PlainValidator(_validate_boundary)]
"""A GeoJSON file, or a polygon as GeoJSON says it."""


class Model(BaseModel):
    """A part of a record: frozen, unknown keys are rejected."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, defer_build=True)
    short_form: ClassVar[str] = ""
    """The one-line notation that may replace the mapping ("": none)."""
    short_form_in_english: ClassVar[str] = ""


class Body(Model):
    """A Markdown text: its source, the safe HTML rendered from it, and the targets of its links and images."""

    source: str
    html: str
    links: tuple[str, ...] = ()


class Quantity(Model):
    """A count of people or things, with its unit and precision; value None = unknown."""

    short_form: ClassVar[str] = "12"
    short_form_in_english: ClassVar[str] = "12"
    value: Count | None = None
    unit: Text | None = None
    precision: Annotated[str, validate_term("precision")] = "exact"

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, data: object) -> object:
        if not isinstance(data, str):
            return data
        if get_built_in_vocabulary().key("precision", data) == "unknown":
            return {"precision": "unknown"}
        amount = parse_quantity(data)
        if amount is None or amount.ignored_text:
            return {"value": data}
        return {"value": amount.value, "unit": amount.unit or None, "precision": amount.precision}
