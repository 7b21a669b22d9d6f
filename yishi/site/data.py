"""The page of all data to download, and the dictionary of what stands in them."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from msgspec import Struct

from ..analysis.table import Column, columns_of, derived_columns, model_columns, part_of
from ..core.outputs import Output, Plan
from ..core.traditional import as_written
from ..model.dictionary import kind_in_words, meaning_of
from ..model.dictionary import name_of as key_name
from ..model.kinds import KINDS, TABLES
from ..model.language import marked
from ..model.records import Model
from .download_links import DATA, DICTIONARY, about_table, to_follow
from .edition import Edition, Link, listed
from .shell import planned, sheet


class Download(Struct, frozen=True):
    """A table to download: how many lines it has, and its files."""

    name: Link
    number: str
    csv: str
    json: str


class DataView(Struct, frozen=True):
    """Everything that can be downloaded, and under which licence."""

    tables: tuple[Download, ...]
    licence: str
    follow: tuple[Link, ...]


class KeyView(Struct, frozen=True):
    """A key of a record or a column: its Chinese name, what it holds, what it means, and where more is said of it."""

    key: str
    name: str
    holds: str
    meaning: str
    more: tuple[Link, ...]


class Chapter(Struct, frozen=True):
    """The keys of one kind of record or of one part of records."""

    anchor: str
    name: str
    keys: tuple[KeyView, ...]


class Values(Struct, frozen=True):
    """A list of values: each with its Chinese and its English label."""

    anchor: str
    name: str
    values: tuple[tuple[str, str, str], ...]


class DictionaryView(Struct, frozen=True):
    """Every key of every record, every part that has keys of its own, and every list of values."""

    records: tuple[Chapter, ...]
    parts: tuple[Chapter, ...]
    lists: tuple[Values, ...]


def data_pages(edition: Edition) -> Iterator[Plan]:
    """The page of all data, and their dictionary."""
    yield planned(edition, DATA, data_page)
    yield planned(edition, DICTIONARY, dictionary_page)


def data_page(edition: Edition) -> Output:
    """The page of all data to download."""
    title, drafts = edition.text("Data to download"), edition.library.drafts
    tables = tuple(_download(edition, kind, sum(path not in drafts for path in edition.library.of_kind(kind)))
                   for kind in TABLES)
    view = DataView(tables, edition.library.site.licence or "", to_follow(edition, ""))
    lead = edition.text("Everything on this site as tables: each record, each number, and what the columns mean.")
    return sheet(edition, DATA, "pages/data.html", title, view, description=lead, trail=(Link(title),),
                 about=about_table(edition, DATA, "data/all.zip", "data/statistics.csv"))


def _download(edition: Edition, kind: str, number: int) -> Download:
    name = Link(kind_in_words(kind, edition.language.tag), f"{DICTIONARY}#{kind}")
    return Download(name, edition.number(number), f"data/{TABLES[kind]}.csv", f"data/{TABLES[kind]}.json")


# --- the dictionary ---------------------------------------------------------------------------------------------------


def dictionary_page(edition: Edition) -> Output:
    """The page that says what every key and every column means."""
    title, tag, parts = edition.text("What the data mean"), edition.language.tag, _parts()
    records = tuple(_chapter(edition, kind, kind_in_words(kind, tag), _of_kind(kind), KINDS[kind].model)
                    for kind in TABLES)
    of_parts = (_chapter(edition, part.__name__.lower(), key_name(key, tag), model_columns(part), part)
                for part, key in parts.items())
    derived = _chapter(edition, "derived", key_name("table.derived", tag), derived_columns())
    columns = chain(derived_columns(), *map(model_columns, (*(KINDS[kind].model for kind in TABLES), *parts)))
    lead = edition.text("Every key of every kind of record: its name in both languages, what it holds, what it means.")
    return sheet(edition, DICTIONARY, "pages/dictionary.html", title,
                 DictionaryView(records, (derived, *of_parts), tuple(_lists(edition, columns))),
                 description=lead, trail=(Link(edition.text("Data to download"), DATA), Link(title)))


_HOLDS = {
    "string": marked("text"), "when": marked("a date as far as it is known: day, month, year, or unknown"),
    "date": marked("a day"), "integer": marked("a whole number"), "number": marked("a number"),
    "boolean": marked("yes or no"), "array": marked("a list"), "object": marked("texts by key"),
    "part": marked("several keys"),
}
"""Type of a column → what it holds, in words."""


def _chapter(edition: Edition, anchor: str, name: str, columns: Iterable[Column],
             model: type[Model] | None = None) -> Chapter:
    return Chapter(anchor, name, tuple(_key(edition, column, model) for column in columns))


def _of_kind(kind: str) -> Iterator[Column]:
    """What the table of a kind of record has besides its keys, and those."""
    yield from (column for column in columns_of(kind) if column.key.startswith("table."))
    yield from model_columns(KINDS[kind].model)
    if kind == "issue":
        yield Column("derived", "part", "table.derived")


def _key(edition: Edition, column: Column, model: type[Model] | None) -> KeyView:
    part = part_of(model, column.name) if model and not column.key.startswith("table.") else None
    keys = part.__name__.lower() if part else column.name if column.type == "part" else ""
    name = as_written(edition.language.tag, key_name(column.key, "zh-Hans"))  # as it is written in a file
    return KeyView(column.name, name, _held(edition, column),
                   meaning_of(column.key, edition.language.tag), _led(edition, column.vocabulary, keys))


def _held(edition: Edition, column: Column) -> str:
    """What a key holds: text, a number, one or several values of a list, other records."""
    what = edition.text(_HOLDS[column.type])
    if column.refers:
        kinds = listed(edition, (kind_in_words(kind, edition.language.tag) for kind in column.refers))
        what = edition.text("the path of: {kinds}", kinds=kinds)
    elif column.vocabulary:
        what = edition.text("a value of a list, or text") if column.free else edition.text("a value of a list")
    return edition.text("several: {what}", what=what) if column.many and column.type != "object" else what


def _led(edition: Edition, vocabulary: str, part: str) -> tuple[Link, ...]:
    """Where the dictionary says more: the values of a list, the keys of a part."""
    values = (Link(edition.text("The values"), f"{DICTIONARY}#values-{vocabulary}"),) if vocabulary else ()
    return (*values, *((Link(edition.text("Its keys"), f"{DICTIONARY}#{part}"),) if part else ()))


def _parts() -> Mapping[type[Model], str]:
    """Every part of records that has keys of its own → the key under which it first occurs."""
    found: dict[type[Model], str] = {}
    waiting: list[type[Model]] = [KINDS[kind].model for kind in TABLES]
    while waiting:
        model = waiting.pop(0)
        for column in model_columns(model):
            part = part_of(model, column.name)
            if part and part not in found:
                found[part] = column.key
                waiting.append(part)
    return found


def _lists(edition: Edition, columns: Iterable[Column]) -> Iterator[Values]:
    """The lists of values that some of these columns hold, in the order of their names."""
    terms = edition.library.vocabulary.terms
    for name in sorted({column.vocabulary for column in columns} & terms.keys()):
        values = ((key, as_written(edition.language.tag, term.label("zh-Hans")), term.label("en"))
                  for key, term in terms[name].items())
        yield Values(f"values-{name}", name, tuple(values))
