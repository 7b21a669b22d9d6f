"""The tables for machines: the columns of each kind of record, and a record as one line of CSV and of JSON. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..core.cells import line_of
from ..core.compact import compact
from ..model.dates import When
from ..model.keys import KeySpec, key_table
from ..model.kinds import KINDS
from ..model.paths import place_of, url_of
from ..model.records import Issue, Model, Quantity, Record
from ..model.records.values import Coordinates
from .plain import plain, shown_keys
from .progress import Progress

_TYPES: Mapping[type, str] = {bool: "boolean", float: "number", int: "integer", date: "date", When: "when"}


class Column(Struct, frozen=True):
    """A column of a table, or a key of a record: its name (`participants.kinds`), its type as Table Schema calls it,
    and besides those: a date as far as it is known, `when`, and keys of its own, `part`.

    `key`: what names it, as `MODEL.KEY`; `at`: where it stands in the plain record; `vocabulary`: whose values it has,
    `free`: besides other texts; `refers`: the kinds of records that it names; `many`: it holds several, in a table with
    a space between.
    """

    name: str
    type: str = "string"
    key: str = ""
    at: tuple[str, ...] = ()
    vocabulary: str = ""
    refers: tuple[str, ...] = ()
    many: bool = False
    free: bool = False


def lines_of(path: str, record: Record, at: Progress | None = None, breadth: int = 0) -> tuple[str, str]:
    """The record at `path` as a line of the CSV of its kind, and as JSON with all that it says; `at`: where an issue
    stands; `breadth`: how many kinds of participants it and its meetings name, 0 = not recorded."""
    told = _told(path, record, at, breadth)
    return line_of([_cell(told, column) for column in columns_of(record.kind_of_record)]), compact(told)


def _told(path: str, record: Record, at: Progress | None, breadth: int) -> dict[str, Any]:
    """Everything that machines are told of the record at `path`; `derived` is what follows from an issue's log."""
    place = {"place": place_of(path)} if KINDS[record.kind_of_record].is_placed else {}
    url = url_of(path).removesuffix("index.html")
    told = {"path": path, "url": url, **place, **plain(record)}  # a source has an address of its own
    return {**told, "derived": _derived(at, breadth)} if isinstance(record, Issue) and at else told




def _cell(told: Mapping[str, Any], column: Column) -> object:
    value: Any = told
    for key in column.at:
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, list | dict):
        return " ".join(map(str, value)) if column.many else compact(value)
    return value


def _derived(at: Progress, breadth: int) -> dict[str, object]:
    """What follows from an issue's log on the day of the report, without what is not known."""
    found: dict[str, object] = {
        "status": at.status, "phase": at.phase, "ladder": at.ladder, "reopenings": at.reopenings,
        "resolved_on": at.resolved_on and str(at.resolved_on), "days_to_resolve": at.days_to_resolve,
        "days_open": at.days_open, "days_to_first_reply": at.days_to_first_reply,
        "followup_due": at.followup_due and str(at.followup_due), "overdue": at.overdue, "stale": at.stale,
        "breadth": breadth or None,
    }
    return {key: value for key, value in found.items() if value is not None}


# --- columns ----------------------------------------------------------------------------------------------------------


@cache
def columns_of(kind: str) -> tuple[Column, ...]:
    """The columns of the table of a kind of record."""
    of_model = {column.name: column for column in _columns(KINDS[kind].model)}
    if kind == "issue":
        return tuple(_of_issue(name, of_model) for name in _ISSUE)
    return (*(one for one in _addresses(kind) if one.name not in of_model), *of_model.values())


def model_columns(model: type[Model]) -> Iterator[Column]:
    """The keys of a record or of a part of one, as in JSON; of one that has its own keys `type` is `part`."""
    for spec in shown_keys(model):
        of = spec.keys or spec
        many = spec.many or spec.hint == Coordinates
        yield Column(spec.key, _type(spec), f"{model.__name__.lower()}.{spec.key}", (spec.key,), of.vocabulary,
                     spec.refers, many, spec.free)


def part_of(model: type[Model], key: str) -> type[Model] | None:
    """The model of what stands under `key` of a model: a part of a record."""
    return key_table(model).specs[key].model


def _columns(model: type[Model], within: tuple[str, ...] = ()) -> Iterator[Column]:
    """The columns of a model: parts that occur once have columns of their own, others stand in a cell as JSON."""
    for column in model_columns(model):
        part, at = part_of(model, column.name), (*within, column.name)
        if part is Quantity:
            yield replace(column, name=".".join(at), type="integer", at=(*at, "value"))
            for one in list(model_columns(Quantity))[1:]:
                yield replace(one, name=".".join((*at, one.name)), at=(*at, one.name))
        elif part and column.type == "part" and not column.many:
            yield from _columns(part, at)
        else:
            keys = column.many and column.type == "string" and bool(column.vocabulary or column.refers)
            flat = column.type if keys or not column.many else "array"
            yield replace(column, name=".".join(at), type=flat, at=at, many=keys)


def _type(spec: KeySpec) -> str:
    if spec.values:
        return "object"
    return "part" if spec.model else _TYPES.get(spec.type, "string")


def _addresses(kind: str) -> tuple[Column, ...]:
    path = Column("path", key="table.path", at=("path",))
    url = Column("url", key="table.url", at=("url",))
    place = Column("place", key="table.place", at=("place",), refers=("place",))
    return (path, url, place) if KINDS[kind].is_placed else (path, url)


_ISSUE = (
    "path", "url", "place", "title", "topic", "raised", "status", "phase", "ladder", "reopenings", "resolved_on",
    "days_to_resolve", "days_open", "days_to_first_reply", "followup_due", "due", "overdue", "stale", "channel",
    "method", "location", "stakeholders", "breadth", "close_reason", "outcome_kind", "mechanism", "derived_from",
    "duplicate_of", "basis", "source", "summary",
)
"""The columns of the table of all issues; what else an issue says stands in its JSON."""

_ELSEWHERE = {"stakeholders": "participants.kinds", "outcome_kind": "outcome.kind", "mechanism": "outcome.mechanism"}
_VOCABULARIES = {"status": "status", "phase": "phase", "ladder": "ladder"}
_COUNTED = ("reopenings", "days_to_resolve", "days_open", "days_to_first_reply", "breadth")


def derived_columns() -> tuple[Column, ...]:
    """What follows from an issue's log, as it stands under `derived`."""
    types = {**dict.fromkeys(_COUNTED, "integer"), "overdue": "boolean", "stale": "boolean", "resolved_on": "date",
             "followup_due": "date"}
    names = ("status", "phase", "ladder", *_COUNTED, "resolved_on", "followup_due", "overdue", "stale")
    return tuple(Column(name, types.get(name, "string"), f"derived.{name}", ("derived", name),
                        _VOCABULARIES.get(name, "")) for name in names)


def _of_issue(name: str, of_model: Mapping[str, Column]) -> Column:
    derived = {column.name: column for column in (*_addresses("issue"), *derived_columns())}
    return derived.get(name) or replace(of_model[_ELSEWHERE.get(name, name)], name=name)
