"""The tables for machines: the columns of each kind of record, and a record as one line of CSV and of JSON. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..core.csv_format import format_csv_line
from ..core.json_format import encode_json
from ..model.dates import PartialDate
from ..model.keys import KeySpec, key_table
from ..model.kinds import KINDS
from ..model.paths import get_place_of, get_record_url
from ..model.records import Issue, Model, Quantity, Record
from ..model.records.field_types import Coordinates
from .progress import Progress
from .serialize import serialize_model, shown_keys

_SCHEMA_TYPES: Mapping[type, str] = {bool: "boolean", float: "number", int: "integer", date: "date",
                                     PartialDate: "when"}


class TableColumn(Struct, frozen=True):
    """A column of a table, or a key of a record: its name (`participants.kinds`), its type as Table Schema calls it,
    and besides those: a date as far as it is known, `when`, and keys of its own, `part`.

    `key`: what names it, as `MODEL.KEY`; `at`: where it stands in the plain record; `vocabulary`: whose values it has,
    `free`: besides other texts; `refers`: the kinds of records that it names; `many`: it holds several, in a table with
    a space between.
    """

    name: str
    type: str = "string"
    key: str = ""
    path: tuple[str, ...] = ()
    vocabulary: str = ""
    reference_kinds: tuple[str, ...] = ()
    is_list: bool = False
    allows_other_text: bool = False


def encode_record(path: str, record: Record, at: Progress | None = None, breadth: int = 0) -> tuple[str, str]:
    """The record at `path` as a line of the CSV of its kind, and as JSON with all that it says; `at`: where an issue
    stands; `breadth`: how many kinds of participants it and its meetings name, 0 = not recorded."""
    told = _public_data(path, record, at, breadth)
    return format_csv_line([_cell_value(told, column)
                            for column in list_table_columns(record.kind_of_record)]), encode_json(told)


def _public_data(path: str, record: Record, at: Progress | None, breadth: int) -> dict[str, Any]:
    """Everything that machines are told of the record at `path`; `derived` is what follows from an issue's log."""
    place = {"place": get_place_of(path)} if KINDS[record.kind_of_record].is_placed else {}
    url = get_record_url(path).removesuffix("index.html")
    told = {"path": path, "url": url, **place, **serialize_model(record)}  # a source has an address of its own
    return {**told, "derived": _derived_values(at, breadth)} if isinstance(record, Issue) and at else told




def _cell_value(told: Mapping[str, Any], column: TableColumn) -> object:
    value: Any = told
    for key in column.path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, list | dict):
        return " ".join(map(str, value)) if column.is_list else encode_json(value)
    return value


def _derived_values(at: Progress, breadth: int) -> dict[str, object]:
    """What follows from an issue's log on the day of the report, without what is not known."""
    found: dict[str, object] = {
        "status": at.status, "phase": at.phase, "ladder": at.ladder, "reopenings": at.reopenings,
        "resolved_on": at.resolved_day and str(at.resolved_day), "days_to_resolve": at.days_to_resolve,
        "days_open": at.days_open, "days_to_first_reply": at.days_to_first_reply,
        "followup_due": at.followup_due and str(at.followup_due), "overdue": at.is_overdue, "stale": at.is_stale,
        "breadth": breadth or None,
    }
    return {key: value for key, value in found.items() if value is not None}


# --- columns ----------------------------------------------------------------------------------------------------------


@cache
def list_table_columns(kind: str) -> tuple[TableColumn, ...]:
    """The columns of the table of a kind of record."""
    of_model = {column.name: column for column in _flatten_columns(KINDS[kind].model)}
    if kind == "issue":
        return tuple(_issue_column(name, of_model) for name in _ISSUE_COLUMNS)
    return (*(one for one in _address_columns(kind) if one.name not in of_model), *of_model.values())


def list_model_columns(model: type[Model]) -> Iterator[TableColumn]:
    """The keys of a record or of a part of one, as in JSON; of one that has its own keys `type` is `part`."""
    for spec in shown_keys(model):
        of = spec.keys or spec
        many = spec.many or spec.hint == Coordinates
        yield TableColumn(spec.key, _schema_type(spec), f"{model.__name__.lower()}.{spec.key}", (spec.key,),
                          of.vocabulary,
                          spec.refers, many, spec.free)


def find_part_model(model: type[Model], key: str) -> type[Model] | None:
    """The model of what stands under `key` of a model: a part of a record."""
    return key_table(model).specs[key].model


def _flatten_columns(model: type[Model], within: tuple[str, ...] = ()) -> Iterator[TableColumn]:
    """The columns of a model: parts that occur once have columns of their own, others stand in a cell as JSON."""
    for column in list_model_columns(model):
        part, at = find_part_model(model, column.name), (*within, column.name)
        if part is Quantity:
            yield replace(column, name=".".join(at), type="integer", path=(*at, "value"))
            for one in list(list_model_columns(Quantity))[1:]:
                yield replace(one, name=".".join((*at, one.name)), path=(*at, one.name))
        elif part and column.type == "part" and not column.is_list:
            yield from _flatten_columns(part, at)
        else:
            keys = column.is_list and column.type == "string" and bool(column.vocabulary or column.reference_kinds)
            flat = column.type if keys or not column.is_list else "array"
            yield replace(column, name=".".join(at), type=flat, path=at, is_list=keys)


def _schema_type(spec: KeySpec) -> str:
    if spec.values:
        return "object"
    return "part" if spec.model else _SCHEMA_TYPES.get(spec.type, "string")


def _address_columns(kind: str) -> tuple[TableColumn, ...]:
    path = TableColumn("path", key="table.path", path=("path",))
    url = TableColumn("url", key="table.url", path=("url",))
    place = TableColumn("place", key="table.place", path=("place",), reference_kinds=("place",))
    return (path, url, place) if KINDS[kind].is_placed else (path, url)


_ISSUE_COLUMNS = (
    "path", "url", "place", "title", "topic", "raised", "status", "phase", "ladder", "reopenings", "resolved_on",
    "days_to_resolve", "days_open", "days_to_first_reply", "followup_due", "due", "overdue", "stale", "channel",
    "method", "location", "stakeholders", "breadth", "close_reason", "outcome_kind", "mechanism", "derived_from",
    "duplicate_of", "basis", "source", "summary",
)
"""The columns of the table of all issues; what else an issue says stands in its JSON."""

_RENAMED_COLUMNS = {"stakeholders": "participants.kinds", "outcome_kind": "outcome.kind",
                    "mechanism": "outcome.mechanism"}
_VOCABULARY_OF_COLUMN = {"status": "status", "phase": "phase", "ladder": "ladder"}
_INTEGER_COLUMNS = ("reopenings", "days_to_resolve", "days_open", "days_to_first_reply", "breadth")


def list_derived_columns() -> tuple[TableColumn, ...]:
    """What follows from an issue's log, as it stands under `derived`."""
    types = {**dict.fromkeys(_INTEGER_COLUMNS, "integer"), "overdue": "boolean", "stale": "boolean",
             "resolved_on": "date",
             "followup_due": "date"}
    names = ("status", "phase", "ladder", *_INTEGER_COLUMNS, "resolved_on", "followup_due", "overdue", "stale")
    return tuple(TableColumn(name, types.get(name, "string"), f"derived.{name}", ("derived", name),
                             _VOCABULARY_OF_COLUMN.get(name, "")) for name in names)


def _issue_column(name: str, of_model: Mapping[str, TableColumn]) -> TableColumn:
    derived = {column.name: column for column in (*_address_columns("issue"), *list_derived_columns())}
    return derived.get(name) or replace(of_model[_RENAMED_COLUMNS.get(name, name)], name=name)
