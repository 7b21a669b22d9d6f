"""The exported tables: the columns of each kind of record, and a record as a row of CSV and as JSON. Pure."""

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
from .serialize import collect_date_words, serialize_model, shown_keys

_SCHEMA_TYPES: Mapping[type, str] = {bool: "boolean", float: "number", int: "integer", date: "date",
                                     PartialDate: "when"}


class TableColumn(Struct, frozen=True):
    """A column of a table, or a key of a record: its name (`participants.kinds`) and its type: one of Table Schema,
    `when` for a partial date, or `part` for a nested model.

    `key`: its name in the data dictionary, as `MODEL.KEY`; `path`: its keys in the serialised record; `vocabulary`:
    the vocabulary of its values, `allows_other_text` besides other texts; `reference_kinds`: the kinds of records it
    refers to; `is_list`: it holds several values, in a table separated by spaces.
    """

    name: str
    type: str = "string"
    key: str = ""
    path: tuple[str, ...] = ()
    vocabulary: str = ""
    reference_kinds: tuple[str, ...] = ()
    is_list: bool = False
    allows_other_text: bool = False


def encode_record(path: str, record: Record, progress: Progress | None = None,
                  stakeholder_count: int = 0) -> tuple[str, str]:
    """The record at `path` as a CSV row of its kind, and as JSON with everything published.

    `progress`: that of an issue; `stakeholder_count`: how many kinds of participants it and its meetings name, 0 if
    not recorded.
    """
    data = _public_data(path, record, progress, stakeholder_count)
    cells = [get_cell_value(data, column) for column in list_table_columns(record.kind_of_record)]
    return format_csv_line(cells), encode_json(data)


def _public_data(path: str, record: Record, progress: Progress | None, stakeholder_count: int) -> dict[str, Any]:
    """The exported data of the record at `path`; `derived` holds what follows from an issue's log, `as_written` how
    dates were put."""
    place = {"place": get_place_of(path)} if KINDS[record.kind_of_record].is_placed else {}
    url = get_record_url(path).removesuffix("index.html")
    data = {"path": path, "url": url, **place, **serialize_model(record)}  # a source has an address of its own
    if words := collect_date_words(record):
        data["as_written"] = words
    if isinstance(record, Issue) and progress:
        return {**data, "derived": _derived_values(progress, stakeholder_count)}
    return data


def get_cell_value(data: Mapping[str, Any], column: TableColumn) -> object:
    """The value of a column of serialised `data`: lists of keys separated by blanks, other structures as JSON."""
    value: Any = data
    for key in column.path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, list | dict):
        return " ".join(map(str, value)) if column.is_list else encode_json(value)
    return value


def _derived_values(progress: Progress, stakeholder_count: int) -> dict[str, object]:
    """The values that follow from an issue's log on the day of the report, without unknown ones."""
    values: dict[str, object] = {
        "status": progress.status, "phase": progress.phase, "ladder": progress.ladder,
        "reopenings": progress.reopenings,
        "resolved_on": progress.resolved_day and str(progress.resolved_day),
        "days_to_resolve": progress.days_to_resolve, "days_open": progress.days_open,
        "days_to_first_reply": progress.days_to_first_reply,
        "followup_due": progress.followup_due and str(progress.followup_due),
        "overdue": progress.is_overdue, "stale": progress.is_stale, "breadth": stakeholder_count or None,
    }
    return {key: value for key, value in values.items() if value is not None}


# --- columns ----------------------------------------------------------------------------------------------------------


@cache
def list_table_columns(kind: str) -> tuple[TableColumn, ...]:
    """The columns of the table of a kind of record."""
    of_model = {column.name: column for column in _flatten_columns(KINDS[kind].model)}
    if kind == "issue":
        return tuple(_issue_column(name, of_model) for name in _ISSUE_COLUMNS)
    return (*(column for column in _address_columns(kind) if column.name not in of_model), *of_model.values())


def list_model_columns(model: type[Model]) -> Iterator[TableColumn]:
    """The keys of a record or of a model nested in one, as in JSON; a nested model has the type `part`."""
    for spec in shown_keys(model):
        value_spec = spec.keys or spec
        is_list = spec.many or spec.hint == Coordinates
        yield TableColumn(spec.key, _schema_type(spec), f"{model.__name__.lower()}.{spec.key}", (spec.key,),
                          value_spec.vocabulary, spec.refers, is_list, spec.free)


def find_part_model(model: type[Model], key: str) -> type[Model] | None:
    """The model nested under `key`; None if there is none."""
    return key_table(model).specs[key].model


def _flatten_columns(model: type[Model], within: tuple[str, ...] = ()) -> Iterator[TableColumn]:
    """The columns of a model: nested models that occur once have columns of their own, others are JSON in a cell."""
    for column in list_model_columns(model):
        part = find_part_model(model, column.name)
        column_path = (*within, column.name)
        if part is Quantity:
            yield replace(column, name=".".join(column_path), type="integer", path=(*column_path, "value"))
            for quantity_column in list(list_model_columns(Quantity))[1:]:
                path = (*column_path, quantity_column.name)
                yield replace(quantity_column, name=".".join(path), path=path)
        elif part and column.type == "part" and not column.is_list:
            yield from _flatten_columns(part, column_path)
        else:
            names_keys = bool(column.vocabulary or column.reference_kinds)
            holds_keys = column.is_list and column.type == "string" and names_keys
            column_type = column.type if holds_keys or not column.is_list else "array"
            yield replace(column, name=".".join(column_path), type=column_type, path=column_path, is_list=holds_keys)


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
"""The columns of the table of all issues; other keys of an issue are in its JSON only."""

_RENAMED_COLUMNS = {"stakeholders": "participants.kinds", "outcome_kind": "outcome.kind",
                    "mechanism": "outcome.mechanism"}
_VOCABULARY_OF_COLUMN = {"status": "status", "phase": "phase", "ladder": "ladder"}
_INTEGER_COLUMNS = ("reopenings", "days_to_resolve", "days_open", "days_to_first_reply", "breadth")


def list_derived_columns() -> tuple[TableColumn, ...]:
    """The values that follow from an issue's log, under `derived`."""
    types = {**dict.fromkeys(_INTEGER_COLUMNS, "integer"), "overdue": "boolean", "stale": "boolean",
             "resolved_on": "date", "followup_due": "date"}
    names = ("status", "phase", "ladder", *_INTEGER_COLUMNS, "resolved_on", "followup_due", "overdue", "stale")
    return tuple(TableColumn(name, types.get(name, "string"), f"derived.{name}", ("derived", name),
                             _VOCABULARY_OF_COLUMN.get(name, "")) for name in names)


def _issue_column(name: str, of_model: Mapping[str, TableColumn]) -> TableColumn:
    derived = {column.name: column for column in (*_address_columns("issue"), *list_derived_columns())}
    return derived.get(name) or replace(of_model[_RENAMED_COLUMNS.get(name, name)], name=name)
