"""Which sheets a workbook has, and which columns: what the models of the records say, laid out flat."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ..model.dates import When
from ..model.keys import key_table, model_at
from ..model.kinds import KINDS
from ..model.records import Model, Quantity
from ..model.vocabulary import built_in, folded, key_names

Nature = Literal["text", "when", "day", "count", "flag", "quantity", "term", "reference", "markdown"]

HIDDEN = ("#id", "#base")
"""The columns that nobody sees: which record a row is, and what stood in it when it was handed out."""


class Column(Struct, frozen=True):
    """A column: the way to its value in the record (or in the entry of the list), and what it holds.

    `keys` of one name that begins with # is none of a record: `#place`, `#parent`, `#name`. `vocabulary`: of its closed
    values ("" = none); `kinds`: of the records that it names; `labels`: language → heading; `words`: all headings.
    """

    keys: tuple[str, ...]
    nature: Nature = "text"
    many: bool = False
    required: bool = False
    vocabulary: str = ""
    free: bool = False
    kinds: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    words: frozenset[str] = frozenset()

    @property
    def is_own(self) -> bool:
        """Whether it is a key of the record."""
        return not self.keys[0].startswith("#")

    @property
    def both_names(self) -> str:
        """Its heading as messages name it: `标题 title`."""
        return " ".join(dict.fromkeys(label for _, label in self.labels))

    def label(self, language: str) -> str:
        """Its heading."""
        return dict(self.labels)["en" if language == "en" else "zh-Hans"]


class Sheet(Struct, frozen=True):
    """A sheet: a row is a record of `kind`, or an entry of the list `entries` of one."""

    kind: str
    entries: str
    model: type[Model]
    columns: tuple[Column, ...]
    labels: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """What it is called among the sheets: `issue`, `issue.log`."""
        return f"{self.kind}.{self.entries}" if self.entries else self.kind

    def label(self, language: str) -> str:
        """What stands on its tab."""
        return dict(self.labels)["en" if language == "en" else "zh-Hans"]

    def column(self, *keys: str) -> Column:
        """The column of these keys. Raises StopIteration if there is none."""
        return next(column for column in self.columns if column.keys == keys)


def _sheet_name(kind: str, entries: str) -> str:
    return f"{kind}.{entries}" if entries else kind


_KEYS: Mapping[str, str] = {_sheet_name(kind, entries): keys for kind, spec in KINDS.items()
                            for entries, keys in spec.sheets.items()}
"""Sheet → the keys that have a column. What has none stays in the file as it is."""

USUAL = tuple(_sheet_name(spec.name, entries) for spec in sorted(KINDS.values(), key=lambda spec: spec.sheet)
              for entries in spec.sheets if spec.sheet)
"""The sheets of a community's workbook, in their order."""


def plain_heading(text: str) -> str:
    """A heading as it is compared: without the sign of a required column, remarks in brackets and blanks."""
    return folded(re.sub(r"[*＊\s]|[(（].*?[)）]", "", text))


@cache
def sheets() -> Mapping[str, Sheet]:
    """All sheets, by name."""
    return {name: _sheet(name, keys.split()) for name, keys in _KEYS.items()}


def _sheet(name: str, keys: list[str]) -> Sheet:
    kind, _, entries = name.partition(".")
    record = KINDS[kind].model
    model = key_table(record).specs[entries].model if entries else record
    assert model is not None
    first = [_place(), *([_parent(kind)] if entries else ())]
    if kind == "location":
        first.append(Column(("#name",), labels=(("zh-Hans", "编号"), ("en", "id")),
                            words=frozenset({"编号", "id"})))
    own = [_column(model, tuple(key.split("."))) for key in keys]
    return Sheet(kind, entries, model, tuple(_told_apart([*first, *own], model)), _labels_of(kind, entries))


def _labels_of(kind: str, entries: str) -> tuple[tuple[str, str], ...]:
    term = built_in().terms["record_kind"][kind]
    if entries:
        return ("zh-Hans", key_names()[entries]), ("en", entries.capitalize())
    return ("zh-Hans", term.label("zh-Hans")), ("en", term.label("en").capitalize())


def _place() -> Column:
    names = key_names()["place"]
    return Column(("#place",), "reference", kinds=("place",), labels=(("zh-Hans", names), ("en", "place")),
                  words=frozenset({names, "place", "社区"}))


def _parent(kind: str) -> Column:
    term = built_in().terms["record_kind"][kind]
    labels = (("zh-Hans", term.label("zh-Hans")), ("en", term.label("en")))
    return Column(("#parent",), "reference", required=True, kinds=(kind,), labels=labels,
                  words=frozenset(label for _, label in labels))


def _column(model: type[Model], keys: tuple[str, ...]) -> Column:
    spec = key_table(model_at(model, keys[:-1])).specs[keys[-1]]
    if spec.refers:
        nature: Nature = "reference"
    elif spec.prose:
        nature = "markdown"
    else:
        nature = "term" if spec.vocabulary else _NATURES.get(spec.type, "text")
    required = len(keys) == 1 and spec.required
    return Column(keys, nature, spec.many, required, spec.vocabulary, spec.free, spec.refers)


_NATURES: Mapping[type, Nature] = {When: "when", datetime.date: "day", bool: "flag", int: "count", Quantity: "quantity"}


def _told_apart(columns: list[Column], model: type[Model]) -> Iterator[Column]:
    """The columns with their headings: a key of a part goes by its own name, or, where another has that too, by the
    part's name and its own; the text of a part by the part's name."""
    taken = Counter(column.keys[-1] for column in columns)
    for column in columns:
        if not column.is_own:
            yield column
            continue
        chinese, english = _names(model, column.keys, taken[column.keys[-1]] == 1)
        words = {chinese, english, ".".join(column.keys)}
        yield replace(column, labels=(("zh-Hans", chinese), ("en", english)), words=frozenset(words))


def _names(model: type[Model], keys: tuple[str, ...], alone: bool) -> tuple[str, str]:
    own = key_table(model)
    if len(keys) == 1:
        return own.both_names(keys[0]).split()[0], keys[0]
    part, key = keys
    inner = own.specs[part].model
    assert inner is not None
    chinese, of_part = key_table(inner).both_names(key).split()[0], own.both_names(part).split()[0]
    if key == "text":
        return of_part, part
    return (chinese, key) if alone and key != "kind" else (of_part + chinese, f"{part} {key}")
