"""The sheets and columns of workbooks, derived from the models of the records."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ..model.dates import PartialDate
from ..model.keys import key_table, model_at
from ..model.kinds import KINDS
from ..model.records import Model, Quantity
from ..model.times import TimeSpan
from ..model.vocabulary import get_built_in_vocabulary, get_key_names, normalize_word

ColumnType = Literal["text", "when", "day", "count", "flag", "quantity", "term", "reference", "markdown", "time"]


class WorkbookColumn(Struct, frozen=True):
    """A column: the keys that lead to its value in the record or list entry, and its type. A single key that begins
    with # is not a key of the record: `#place`, `#parent`, `#name` and those of `TOLD_COLUMNS`. `vocabulary`: of its
    allowed values ("" = any text); `reference_kinds`: kinds of records it refers to; `labels`: language → heading;
    `headings`: all accepted headings."""

    keys: tuple[str, ...]
    type: ColumnType = "text"
    is_list: bool = False
    is_required: bool = False
    vocabulary: str = ""
    allows_other_text: bool = False
    reference_kinds: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    headings: frozenset[str] = frozenset()

    @property
    def is_record_key(self) -> bool:
        """Whether its value is part of the record."""
        return not self.keys[0].startswith("#")

    @property
    def both_names(self) -> str:
        """Its headings as messages name the column: `标题 title`."""
        return " ".join(dict.fromkeys(label for _, label in self.labels))

    def label(self, language: str) -> str:
        """Its heading in `language`."""
        return dict(self.labels)["en" if language == "en" else "zh-Hans"]


class SheetDefinition(Struct, frozen=True):
    """A sheet: each row is a record of `kind`, or an entry of its list `list_key`."""

    kind: str
    list_key: str
    model: type[Model]
    columns: tuple[WorkbookColumn, ...]
    labels: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """Its name in `list_sheets`: `issue`, `issue.log`."""
        return f"{self.kind}.{self.list_key}" if self.list_key else self.kind

    def label(self, language: str) -> str:
        """Its title in `language`."""
        return dict(self.labels)["en" if language == "en" else "zh-Hans"]

    @property
    def needed_columns(self) -> tuple[WorkbookColumn, ...]:
        """The columns that a table must have: the required ones, but for those that an issue's own words supply."""
        return tuple(column for column in self.columns if column.is_required
                     and (self.name, *column.keys) not in _SUPPLIED)

    def get_column(self, *keys: str) -> WorkbookColumn:
        """The column of these keys. Raises StopIteration if there is none."""
        return next(column for column in self.columns if column.keys == keys)


_SUPPLIED = frozenset({("issue", "topic"), ("issue", "raised")})
"""Sheet and key of required values that are asked about, not missed, where a row does not have them."""


def _sheet_name(kind: str, entries: str) -> str:
    return f"{kind}.{entries}" if entries else kind


_SHEET_KEYS: Mapping[str, str] = {_sheet_name(kind, entries): keys for kind, spec in KINDS.items()
                                  for entries, keys in spec.sheets.items()}
"""Sheet → keys that have a column; other keys stay unchanged in the file."""

PLACE_SHEETS = tuple(_sheet_name(spec.name, entries)
                     for spec in sorted(KINDS.values(), key=lambda spec: spec.sheet_position)
                     for entries in spec.sheets if spec.sheet_position)
"""The sheets of the workbook of a place, in order."""


def normalize_heading(text: str) -> str:
    """A heading for comparison: without the asterisk of required columns, remarks in brackets and white space."""
    return normalize_word(re.sub(r"[*＊\s]|[(（].*?[)）]", "", text))


@cache
def list_sheets() -> Mapping[str, SheetDefinition]:
    """All sheets, by name."""
    return {name: _build_sheet(name, keys.split()) for name, keys in _SHEET_KEYS.items()}


def _build_sheet(name: str, keys: list[str]) -> SheetDefinition:
    kind, _, entries = name.partition(".")
    record = KINDS[kind].model
    model = key_table(record).specs[entries].model if entries else record
    assert model is not None
    first = [_place_column(), *([_parent_column(kind)] if entries else ())]
    if kind == "location":
        first.append(WorkbookColumn(("#name",), labels=(("zh-Hans", "编号"), ("en", "id")),
                                    headings=frozenset({"编号", "id"})))
    own = [_build_column(model, tuple(key.split("."))) for key in keys]
    told = [WorkbookColumn((key,), labels=(("zh-Hans", names[0]), ("en", names[1])), headings=frozenset(names))
            for key, names in TOLD_COLUMNS.items() if name == "issue"]
    return SheetDefinition(kind, entries, model, tuple(_with_unique_headings([*first, *own, *told], model)),
                           _sheet_labels(kind, entries))


TOLD_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "#story": ("过程", "what happened", "经过", "事情经过", "办理过程", "history"),
    "#standing": ("现在怎样", "how it stands", "现状", "办理情况", "目前情况", "状态", "status"),
    "#next": ("下一步", "what comes next", "下一步计划", "next", "next steps"),
}
"""Columns of issues in which their writer tells freely what the log says: key → their headings, Chinese and English
first."""

_FURTHER_HEADINGS: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("raised",): ("什么时候", "时间", "提出时间", "哪天", "when"), ("location",): ("地点", "在哪里", "where"),
    ("participants", "kinds"): ("谁参加", "谁在场", "参加的人", "who was there", "who took part"),
}
"""Keys → further headings by which people call a column."""


def _sheet_labels(kind: str, entries: str) -> tuple[tuple[str, str], ...]:
    term = get_built_in_vocabulary().terms["record_kind"][kind]
    if entries:
        return ("zh-Hans", get_key_names()[entries]), ("en", entries.capitalize())
    return ("zh-Hans", term.label("zh-Hans")), ("en", term.label("en").capitalize())


def _place_column() -> WorkbookColumn:
    names = get_key_names()["place"]
    return WorkbookColumn(("#place",), "reference", reference_kinds=("place",),
                          labels=(("zh-Hans", names), ("en", "place")), headings=frozenset({names, "place", "社区"}))


def _parent_column(kind: str) -> WorkbookColumn:
    term = get_built_in_vocabulary().terms["record_kind"][kind]
    labels = (("zh-Hans", term.label("zh-Hans")), ("en", term.label("en")))
    return WorkbookColumn(("#parent",), "reference", is_required=True, reference_kinds=(kind,), labels=labels,
                          headings=frozenset(label for _, label in labels))


def _build_column(model: type[Model], keys: tuple[str, ...]) -> WorkbookColumn:
    spec = key_table(model_at(model, keys[:-1])).specs[keys[-1]]
    if spec.refers:
        column_type: ColumnType = "reference"
    elif spec.prose:
        column_type = "markdown"
    else:
        column_type = "term" if spec.vocabulary else _TYPE_OF_ANNOTATION.get(spec.type, "text")
    required = len(keys) == 1 and spec.required
    return WorkbookColumn(keys, column_type, spec.many, required, spec.vocabulary, spec.free, spec.refers)


_TYPE_OF_ANNOTATION: Mapping[type, ColumnType] = {PartialDate: "when", datetime.date: "day", TimeSpan: "time",
                                                  bool: "flag", int: "count", Quantity: "quantity"}


def _with_unique_headings(columns: list[WorkbookColumn], model: type[Model]) -> Iterator[WorkbookColumn]:
    """Add headings. A nested key uses its own name, or part name + own name if another column has the same; the text
    of a part uses the name of the part."""
    counts = Counter(column.keys[-1] for column in columns)
    for column in columns:
        if not column.is_record_key:
            yield column
            continue
        chinese, key = _heading_names(model, column.keys, counts[column.keys[-1]] == 1)
        english = re.sub(r"_|(?<=[a-z])(?=\d)", " ", key)
        words = {chinese, english, key, ".".join(column.keys), *_FURTHER_HEADINGS.get(column.keys, ())}
        yield replace(column, labels=(("zh-Hans", chinese), ("en", english)), headings=frozenset(words))


def _heading_names(model: type[Model], keys: tuple[str, ...], is_unique: bool) -> tuple[str, str]:
    table = key_table(model)
    if len(keys) == 1:
        return table.both_names(keys[0]).split()[0], keys[0]
    part, key = keys
    inner = table.specs[part].model
    assert inner is not None
    chinese, of_part = key_table(inner).both_names(key).split()[0], table.both_names(part).split()[0]
    if key == "text":
        return of_part, part
    return (chinese, key) if is_unique and key != "kind" else (of_part + chinese, f"{part} {key}")
