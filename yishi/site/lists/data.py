"""The page of all data for download, and the data dictionary."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from msgspec import Struct

from ...analysis.tables import (
    TableColumn,
    find_part_model,
    list_derived_columns,
    list_model_columns,
    list_table_columns,
)
from ...core.outputs import Output
from ...core.traditional import mark_unconverted
from ...model.data_dictionary import get_column_meaning, get_column_name, get_kind_label
from ...model.kinds import KINDS, TABLES
from ...model.language import marked
from ...model.records import Model
from ..download_links import DATA_PAGE, DICTIONARY_PAGE, build_follow_links, describe_tables, format_file
from ..layout import build_absolute_url, build_page, build_site_info
from ..page_context import Link, PageContext, Section, join_items, localize_name

STATISTICS_FILES = ("data/statistics.csv", "data/statistics.json")
ARCHIVE_FILE = "data/all.zip"
DESCRIPTOR_FILE = "data/datapackage.json"
DATA_FILES = (ARCHIVE_FILE, DESCRIPTOR_FILE, *STATISTICS_FILES,
              *(f"data/{table}.{kind}" for table in TABLES.values() for kind in ("csv", "json")))
"""The files that the page of data offers."""


class DataView(Struct, frozen=True):
    """All downloads (`target`: path of the file below the site root; text: format and size); of each table: its kind of
    record, its number of rows, and its files.

    `languages`: which texts are in which languages, "" if the site has one; `version`: the day of the data; `citation`:
    how the data are cited; `has_contact`: whether a publisher or a contact is known.
    """

    archive: Link
    statistics: tuple[Link, ...]
    descriptor: Link
    tables: tuple[tuple[Link, str, tuple[Link, ...]], ...]
    languages: str
    version: str
    citation: str
    has_contact: bool
    follow_links: tuple[Link, ...]


class KeyView(Struct, frozen=True):
    """A key of a record or a column: its Chinese name, type, meaning, and a link to more on it."""

    key: str
    name: str
    type_text: str
    meaning: str
    links: tuple[Link, ...]


class DictionaryView(Struct, frozen=True):
    """The data dictionary: the keys of all records and of all parts with keys of their own (each with the key under
    which it first stands, as `issue.log`), and all vocabularies (each value with its Chinese and English label)."""

    records: tuple[Section[KeyView], ...]
    parts: tuple[tuple[str, Section[KeyView]], ...]
    lists: tuple[Section[tuple[str, str, str]], ...]


def build_data_page(context: PageContext, sizes: tuple[int, ...] = ()) -> Output:
    """The page of all data for download; `sizes`: those of `DATA_FILES` in bytes, () = not known."""
    title = context.text("Data to download")
    links = {path: Link(format_file(context, path.rpartition(".")[2], size), path)
             for path, size in zip(DATA_FILES, sizes or (0,) * len(DATA_FILES), strict=True)}
    described = context.text("A description for programs: Frictionless Data Package, with the type, the meaning and "
                             "the links of every column")
    view = DataView(_name_file(context, context.text("Everything on this page in one archive"), links[ARCHIVE_FILE]),
                    tuple(map(links.__getitem__, STATISTICS_FILES)),
                    _name_file(context, described, links[DESCRIPTOR_FILE]), tuple(_table_downloads(context, links)),
                    _describe_languages(context), context.as_of.isoformat(), _format_data_citation(context),
                    bool(context.library.site.publisher or build_site_info(context).contact),
                    build_follow_links(context, ""))
    lead = context.text("Everything on this site as tables: each record, each number, and what the columns mean.")
    return build_page(context, DATA_PAGE, "pages/data.html", title, view, description=lead, trail=(Link(title),),
                      about=describe_tables(context, DATA_PAGE, ARCHIVE_FILE, STATISTICS_FILES[0]))


def _describe_languages(context: PageContext) -> str:
    """Which texts are in which languages: the column `translations` is that of each table but the issues'."""
    first, *others = context.library.site.languages
    if not others:
        return ""
    return context.text("Texts are in the language in which they were written: {language}. Translations stand under "
                        "the key “translations”: in each JSON, and in each CSV but that of the issues.",
                        language=context.label("language", first))


def _format_data_citation(context: PageContext) -> str:
    address = build_absolute_url(context, context.language.tag, DATA_PAGE)
    cited = context.text("{site}: all records and numbers as data, version {version}.",
                         site=localize_name(context, context.library.site).text, version=context.as_of.isoformat())
    return " ".join(filter(None, (cited, address)))


def _name_file(context: PageContext, name: str, file: Link) -> Link:
    return Link(context.text("{name} ({n})", name=name, n=file.text), file.target)


def _table_downloads(context: PageContext,
                     links: Mapping[str, Link]) -> Iterator[tuple[Link, str, tuple[Link, ...]]]:
    for kind, table in TABLES.items():
        number = sum(path not in context.library.drafts for path in context.library.of_kind(kind))
        name = Link(get_kind_label(kind, context.language.tag), f"{DICTIONARY_PAGE}#{kind}")
        yield name, context.number(number), (links[f"data/{table}.csv"], links[f"data/{table}.json"])


# --- the dictionary ---------------------------------------------------------------------------------------------------


def build_dictionary_page(context: PageContext) -> Output:
    """The page that explains all keys and columns."""
    title = context.text("What the data mean")
    tag = context.language.tag
    parts = _part_models()
    records = tuple(_dictionary_section(context, kind, get_kind_label(kind, tag), _columns_of_kind(kind),
                                        KINDS[kind].model)
                    for kind in TABLES)
    of_parts = tuple(
        (key, _dictionary_section(context, part.__name__.lower(), get_column_name(key, tag), list_model_columns(part),
                                  part)) for part, key in parts.items())
    derived = _dictionary_section(context, "derived", get_column_name("table.derived", tag), list_derived_columns())
    columns = chain(list_derived_columns(), *map(list_model_columns, (*(KINDS[kind].model for kind in TABLES), *parts)))
    lead = context.text("Every key of every kind of record: its name in both languages, what it holds, what it means.")
    return build_page(context, DICTIONARY_PAGE, "pages/dictionary.html", title,
                      DictionaryView(records, ((derived.key, derived), *of_parts),
                                     tuple(_value_lists(context, columns))),
                      description=lead, trail=(Link(context.text("Data to download"), DATA_PAGE), Link(title)))


_TYPE_LABELS = {
    "string": marked("text"),
    "when": marked("a date as far as it is known, in the Extended Date/Time Format (EDTF), or “unknown”"),
    "date": marked("a day"), "integer": marked("a whole number"), "number": marked("a number"),
    "boolean": marked("yes or no"), "array": marked("a list"), "object": marked("texts by key"),
    "part": marked("several keys"),
}
"""Type of a column → its description."""


def _dictionary_section(context: PageContext, anchor: str, name: str, columns: Iterable[TableColumn],
                        model: type[Model] | None = None) -> Section[KeyView]:
    return Section(name, tuple(_key_view(context, column, model) for column in columns), key=anchor)


def _columns_of_kind(kind: str) -> Iterator[TableColumn]:
    """The columns that the table of a kind of record has in addition to its keys, then those keys."""
    yield from (column for column in list_table_columns(kind) if column.key.startswith("table."))
    yield from list_model_columns(KINDS[kind].model)
    yield TableColumn("as_written", "object", "table.as_written")
    if kind == "issue":
        yield TableColumn("derived", "part", "table.derived")


def _key_view(context: PageContext, column: TableColumn, model: type[Model] | None) -> KeyView:
    part = find_part_model(model, column.name) if model and not column.key.startswith("table.") else None
    anchor = column.name if column.type == "part" else ""
    if part:
        anchor = part.__name__.lower()
    name = mark_unconverted(context.language.tag, get_column_name(column.key, "zh-Hans"))  # as written in a file
    return KeyView(column.name, name, _describe_type(context, column),
                   get_column_meaning(column.key, context.language.tag),
                   _dictionary_links(context, column.vocabulary, anchor))


def _describe_type(context: PageContext, column: TableColumn) -> str:
    """Describe the type of a key: text, a number, one or several values of a vocabulary, other records."""
    what = context.text(_TYPE_LABELS[column.type])
    if column.reference_kinds:
        kinds = join_items(context, (get_kind_label(kind, context.language.tag) for kind in column.reference_kinds))
        what = context.text("the path of: {kinds}", kinds=kinds)
    elif column.vocabulary:
        is_free = column.allows_other_text
        what = context.text("a value of a list, or text") if is_free else context.text("a value of a list")
    return context.text("several: {what}", what=what) if column.is_list and column.type != "object" else what


def _dictionary_links(context: PageContext, vocabulary: str, part: str) -> tuple[Link, ...]:
    """Links to the dictionary's sections on the vocabulary and on the keys of the part."""
    links = []
    if vocabulary:
        links.append(Link(context.text("The values"), f"{DICTIONARY_PAGE}#values-{vocabulary}"))
    if part:
        links.append(Link(context.text("Keys"), f"{DICTIONARY_PAGE}#{part}"))
    return tuple(links)


def _part_models() -> Mapping[type[Model], str]:
    """Each part of records that has keys of its own → the key under which it first occurs."""
    first_keys: dict[type[Model], str] = {}
    waiting: list[type[Model]] = [KINDS[kind].model for kind in TABLES]
    while waiting:
        model = waiting.pop(0)
        for column in list_model_columns(model):
            part = find_part_model(model, column.name)
            if part and part not in first_keys:
                first_keys[part] = column.key
                waiting.append(part)
    return first_keys


def _value_lists(context: PageContext, columns: Iterable[TableColumn]) -> Iterator[Section[tuple[str, str, str]]]:
    """The vocabularies that these columns use, sorted by name."""
    terms = context.library.vocabulary.terms
    for name in sorted({column.vocabulary for column in columns} & terms.keys()):
        values = ((key, mark_unconverted(context.language.tag, term.label("zh-Hans")), term.label("en"))
                  for key, term in terms[name].items())
        yield Section(name, tuple(values), key=f"values-{name}")
