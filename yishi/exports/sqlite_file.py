"""One SQLite file with what the data files of the site hold, and a full-text index, for Datasette and like programs.

Tables: one for each kind of record, as its CSV file; `log_entries`; `statistics`, as `data/statistics.csv`;
`statistic_definitions`; `records` with the text of each record and its index `records_fts`; `about`.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from .. import __version__
from ..analysis.statistics import DEFINITIONS
from ..analysis.tables import TableColumn, get_cell_value, list_model_columns, list_table_columns
from ..model.kinds import TABLES
from ..model.language import get_language
from ..model.records import LogEntry
from ..search import SearchableText
from ..search.bigrams import write_bigrams
from ..site import SiteData
from .record_files import iter_published_records
from .statistics_files import LONG_FORMAT_COLUMNS, iter_long_format_rows

_COLUMN_TYPES = {"integer": "INTEGER", "boolean": "INTEGER", "number": "REAL"}
"""Type of a column → its affinity in SQLite; a suppression marker in a column of numbers stays a text."""

_NUMBERS = frozenset(LONG_FORMAT_COLUMNS[3:])


class _SqlTable(Struct, frozen=True):
    """A table: the definitions of its columns and constraints, and its rows."""

    name: str
    definitions: Sequence[str]
    rows: Iterable[Sequence[object]]


def encode_sqlite(site_data: SiteData, texts: Mapping[str, SearchableText], base_url: str) -> bytes:
    """The bytes of the file. `texts`: record → its searchable text, as in the search of the site; `base_url`: the
    site's address ("" if unknown)."""
    database = sqlite3.connect(":memory:")
    try:
        for table in _list_tables(site_data, texts, base_url):
            database.execute(f'CREATE TABLE "{table.name}" ({", ".join(table.definitions)})')
            for row in table.rows:
                database.execute(f'INSERT INTO "{table.name}" VALUES ({", ".join("?" * len(row))})', row)
        _create_index(database)
        database.commit()
        return database.serialize()
    finally:
        database.close()


def _list_tables(site_data: SiteData, texts: Mapping[str, SearchableText], base_url: str) -> Iterator[_SqlTable]:
    records = {kind: list(iter_published_records(site_data, kind)) for kind in TABLES}
    for kind, rows in records.items():
        columns = list_table_columns(kind)
        yield _SqlTable(TABLES[kind], _define_columns(columns, "path"),
                        [[_get_value(row, column) for column in columns] for row in rows])
    entry_columns = tuple(list_model_columns(LogEntry))
    yield _SqlTable("log_entries", [
        '"issue" TEXT NOT NULL REFERENCES "issues" ("path")', '"number" INTEGER NOT NULL',
        *_define_columns(entry_columns, ""), 'PRIMARY KEY ("issue", "number")'],
        [[issue["path"], number, *(_get_value(entry, column) for column in entry_columns)]
         for issue in records["issue"] for number, entry in enumerate(issue.get("log", ()), start=1)])
    yield _SqlTable("statistics", [f'"{name}" {"REAL" if name in _NUMBERS else "TEXT"}'
                                   for name in LONG_FORMAT_COLUMNS], iter_long_format_rows(site_data))
    yield _define_statistics()
    yield _SqlTable("records", ['"path" TEXT PRIMARY KEY', '"kind" TEXT', '"place" TEXT', '"title" TEXT', '"url" TEXT',
                                '"text" TEXT'],
                    [[row["path"], kind, row.get("place"), texts[row["path"]].title, row["url"],
                      texts[row["path"]].all_texts] for kind, rows in records.items() for row in rows])
    yield _describe_site(site_data, base_url)


def _get_value(data: Mapping[str, Any], column: TableColumn) -> object:
    """A cell; NULL for an empty one, as a reference to nothing must be."""
    value = get_cell_value(data, column)
    return None if value == "" else value


def _define_columns(columns: Sequence[TableColumn], primary_key: str) -> list[str]:
    """The columns with their types, and a foreign key for each that names one record of one kind."""
    names = [f'"{column.name}" {_COLUMN_TYPES.get(column.type, "TEXT")}' for column in columns]
    foreign = [f'FOREIGN KEY ("{column.name}") REFERENCES "{TABLES[column.reference_kinds[0]]}" ("path")'
               for column in columns if len(column.reference_kinds) == 1 and not column.is_list]
    return [*names, *([f'PRIMARY KEY ("{primary_key}")'] if primary_key else []), *foreign]


def _define_statistics() -> _SqlTable:
    english, chinese = ({key: definition.in_words(get_language(tag)) for key, definition in DEFINITIONS.items()}
                        for tag in ("en", "zh-Hans"))
    columns = ("key", "kind", "unit", "name", "meaning", "name_zh", "meaning_zh")
    return _SqlTable("statistic_definitions", ['"key" TEXT PRIMARY KEY', *(f'"{name}" TEXT' for name in columns[1:])],
                     [(key, one.kind, one.unit, one.name, one.meaning, chinese[key].name, chinese[key].meaning)
                      for key, one in english.items()])


def _describe_site(site_data: SiteData, base_url: str) -> _SqlTable:
    site = site_data.library.site
    about = {"title": site.title, "as_of": site_data.as_of.isoformat(), "publisher": site.publisher,
             "licence": site.licence, "url": base_url, "made_with": f"Yishi {__version__}"}
    return _SqlTable("about", ['"key" TEXT PRIMARY KEY', '"value" TEXT'], list(about.items()))


def _create_index(database: sqlite3.Connection) -> None:
    """The full-text index of `records`, which Datasette finds by its `content`. It holds pairs of characters instead
    of the texts themselves, so SQLite's own `rebuild` would spoil it."""
    database.execute('CREATE VIRTUAL TABLE "records_fts" USING FTS5 ("title", "text", content="records")')
    for number, title, text in database.execute('SELECT rowid, "title", "text" FROM "records"').fetchall():
        database.execute('INSERT INTO "records_fts" (rowid, "title", "text") VALUES (?, ?, ?)',
                         (number, write_bigrams(title), write_bigrams(text)))
