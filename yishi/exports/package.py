"""The data package: what the tables hold, for programs to read (Frictionless, datapackage.org); all in one ZIP."""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping

from ..analysis.table import Column, columns_of
from ..core.outputs import Output, Plan
from ..model.dictionary import kind_in_words, meaning_of, name_of
from ..model.few import CLOSED, FEW
from ..model.kinds import TABLES
from ..model.language import LANGUAGES, language
from ..site import Book
from .numbers import LONG, statistics_csv, statistics_json
from .records import records_csv, records_json

_MISSING = ["", FEW, CLOSED]
"""What stands in a cell without a number: nothing, or the sign that one is hidden."""

ARCHIVE = "data/all.zip"
PACKAGE = "data/datapackage.json"

_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_LICENCE = re.compile(r"[-\w.]+", re.ASCII)
_EFFORT = 3
"""Of 9: twice as fast as is usual, for a third more bytes; the archive is made anew after every change."""
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP can hold: what lies in it is as old as its records, not as the build."""


def package_plans(book: Book, base_url: str) -> Iterator[Plan]:
    """What describes the tables, and the archive of all of them."""
    yield Plan(PACKAGE, package_json, book, (base_url,))
    yield Plan(ARCHIVE, archive, book, (base_url,))


def archive(book: Book, base_url: str) -> Output:
    """All tables with what describes them, byte for byte the same for the same records."""
    made = [package_json(book, base_url), statistics_csv(book), statistics_json(book)]
    made += [make(book, kind) for kind in TABLES for make in (records_csv, records_json)]
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for output in sorted(made, key=lambda output: output.path):
            packed.writestr(_entry(output.path.removeprefix("data/")), output.body, compresslevel=_EFFORT)
    return Output(ARCHIVE, body=data.getvalue())


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIRST_DAY)
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
    return entry


def package_json(book: Book, base_url: str) -> Output:
    """The descriptor of the data package."""
    site = book.library.site
    about = {
        "$schema": _SCHEMA, "name": "yishi", "title": site.title, "description": site.subtitle or site.summary or "",
        "homepage": base_url, "version": book.as_of.isoformat(), "licenses": _licences(site.licence or ""),
        "contributors": [{"title": site.publisher, "roles": ["publisher"]}] if site.publisher else [],
        "sources": [_without_nothing({"title": source.title, "path": source.url or ""})
                    for path, source in book.library.sources.items() if path not in book.library.drafts],
    }
    tables = [_table(kind, book) for kind in TABLES]
    text = json.dumps({**_without_nothing(about), "resources": [*tables, _statistics()]}, ensure_ascii=False, indent=1)
    return Output(PACKAGE, body=f"{text}\n".encode())


def _licences(licence: str) -> list[dict[str, str]]:
    if not licence:
        return []
    return [{"name": licence}] if _LICENCE.fullmatch(licence) else [{"name": "other", "title": licence}]


def _table(kind: str, book: Book) -> dict[str, object]:
    """The table of a kind of record: its keys, and which table each of them leads to."""
    columns = columns_of(kind)
    foreign = [_foreign(column, kind) for column in columns if len(column.refers) == 1 and not column.many]
    schema = {
        "fields": [_field(column, book) for column in columns], "missingValues": _MISSING, "primaryKey": ["path"],
        **({"foreignKeys": foreign} if foreign else {}),
    }
    return _resource(TABLES[kind], {tag: kind_in_words(kind, tag) for tag in LANGUAGES}, schema)


def _foreign(column: Column, kind: str) -> dict[str, object]:
    """The key that leads to another table; within the same one its name is left empty."""
    target = column.refers[0]
    there = {"resource": "" if target == kind else TABLES[target], "fields": ["path"]}
    return {"fields": [column.name], "reference": there}


def _statistics() -> dict[str, object]:
    columns = [Column(name, "number" if name in LONG[3:] else "string", f"statistics.{name}") for name in LONG]
    fields = [_described(column) for column in columns]
    schema = {"fields": fields, "missingValues": _MISSING}
    return _resource("statistics", {tag: language(tag).text("All statistics") for tag in LANGUAGES}, schema)


def _resource(name: str, titles: Mapping[str, str], schema: Mapping[str, object]) -> dict[str, object]:
    return {"name": name, "type": "table", "path": f"{name}.csv", **_in_both("title", titles), "format": "csv",
            "mediatype": "text/csv", "encoding": "utf-8", "schema": schema}


def _field(column: Column, book: Book) -> dict[str, object]:
    """A column with what it may hold."""
    terms = book.library.vocabulary.terms.get(column.vocabulary, {}) if column.type == "string" else {}
    limits: dict[str, object] = {"required": True, "unique": True} if column.name == "path" else {}
    if terms and not column.many and not column.free:
        limits["enum"] = list(terms)
    return {**_described(column), **({"constraints": limits} if limits else {})}


def _described(column: Column) -> dict[str, object]:
    truth = {"trueValues": ["yes"], "falseValues": ["no"]} if column.type == "boolean" else {}
    kind = "string" if column.type == "when" else column.type
    return {"name": column.name, "type": kind, **truth,
            **_in_both("title", {tag: name_of(column.key, tag) for tag in LANGUAGES}),
            **_in_both("description", {tag: meaning_of(column.key, tag) for tag in LANGUAGES})}


def _in_both(key: str, texts: Mapping[str, str]) -> dict[str, str]:
    """A text in both languages: English under the plain key, others as `key@zh-Hans` (Frictionless patterns)."""
    return {key if tag == "en" else f"{key}@{tag}": texts[tag] for tag in sorted(texts) if texts[tag]}


def _without_nothing(told: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in told.items() if value not in ("", [], None)}
