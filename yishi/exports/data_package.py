"""The data package: what the tables hold, for programs to read (Frictionless, datapackage.org); all in one ZIP."""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping

from ..analysis.tables import TableColumn, list_table_columns
from ..core.outputs import Output, OutputPlan
from ..model.data_dictionary import get_column_meaning, get_column_name, get_kind_label
from ..model.kinds import TABLES
from ..model.language import LANGUAGES, get_language
from ..model.suppression import PRIMARY, SECONDARY
from ..site import SiteData
from .record_files import build_records_csv, build_records_json
from .statistics_files import LONG_FORMAT_COLUMNS, build_statistics_csv, build_statistics_json

_MISSING_VALUES = ["", PRIMARY, SECONDARY]
"""What stands in a cell without a number: nothing, or the sign that one is hidden."""

ARCHIVE_FILE = "data/all.zip"
DESCRIPTOR_FILE = "data/datapackage.json"

_PROFILE_URL = "https://datapackage.org/profiles/2.0/datapackage.json"
_LICENCE_NAME = re.compile(r"[-\w.]+", re.ASCII)
_COMPRESSION_LEVEL = 3
"""Of 9: twice as fast as is usual, for a third more bytes; the archive is made anew after every change."""
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP can hold: what lies in it is as old as its records, not as the build."""


def plan_data_package(book: SiteData, base_url: str) -> Iterator[OutputPlan]:
    """What describes the tables, and the archive of all of them."""
    yield OutputPlan(DESCRIPTOR_FILE, build_descriptor, book, (base_url,))
    yield OutputPlan(ARCHIVE_FILE, build_archive, book, (base_url,))


def build_archive(book: SiteData, base_url: str) -> Output:
    """All tables with what describes them, byte for byte the same for the same records."""
    made = [build_descriptor(book, base_url), build_statistics_csv(book), build_statistics_json(book)]
    made += [make(book, kind) for kind in TABLES for make in (build_records_csv, build_records_json)]
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for output in sorted(made, key=lambda output: output.path):
            packed.writestr(_zip_entry(output.path.removeprefix("data/")), output.body,
                            compresslevel=_COMPRESSION_LEVEL)
    return Output(ARCHIVE_FILE, body=data.getvalue())


def _zip_entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
    return entry


def build_descriptor(book: SiteData, base_url: str) -> Output:
    """The descriptor of the data package."""
    site = book.library.site
    about = {
        "$schema": _PROFILE_URL, "name": "yishi", "title": site.title,
        "description": site.subtitle or site.summary or "",
        "homepage": base_url, "version": book.as_of.isoformat(), "licenses": _licence_entries(site.licence or ""),
        "contributors": [{"title": site.publisher, "roles": ["publisher"]}] if site.publisher else [],
        "sources": [_drop_empty({"title": source.title, "path": source.url or ""})
                    for path, source in book.library.sources.items() if path not in book.library.drafts],
    }
    tables = [_table_resource(kind, book) for kind in TABLES]
    text = json.dumps({**_drop_empty(about), "resources": [*tables, _statistics_resource()]}, ensure_ascii=False,
                      indent=1)
    return Output(DESCRIPTOR_FILE, body=f"{text}\n".encode())


def _licence_entries(licence: str) -> list[dict[str, str]]:
    if not licence:
        return []
    return [{"name": licence}] if _LICENCE_NAME.fullmatch(licence) else [{"name": "other", "title": licence}]


def _table_resource(kind: str, book: SiteData) -> dict[str, object]:
    """The table of a kind of record: its keys, and which table each of them leads to."""
    columns = list_table_columns(kind)
    foreign = [_foreign_key(column, kind) for column in columns if len(column.reference_kinds) == 1
               and not column.is_list]
    schema = {
        "fields": [_table_field(column, book) for column in columns], "missingValues": _MISSING_VALUES,
        "primaryKey": ["path"],
        **({"foreignKeys": foreign} if foreign else {}),
    }
    return _resource(TABLES[kind], {tag: get_kind_label(kind, tag) for tag in LANGUAGES}, schema)


def _foreign_key(column: TableColumn, kind: str) -> dict[str, object]:
    """The key that leads to another table; within the same one its name is left empty."""
    target = column.reference_kinds[0]
    there = {"resource": "" if target == kind else TABLES[target], "fields": ["path"]}
    return {"fields": [column.name], "reference": there}


def _statistics_resource() -> dict[str, object]:
    columns = [TableColumn(name, "number" if name in LONG_FORMAT_COLUMNS[3:] else "string", f"statistics.{name}")
               for name in LONG_FORMAT_COLUMNS]
    fields = [_describe_column(column) for column in columns]
    schema = {"fields": fields, "missingValues": _MISSING_VALUES}
    return _resource("statistics", {tag: get_language(tag).text("All statistics") for tag in LANGUAGES}, schema)


def _resource(name: str, titles: Mapping[str, str], schema: Mapping[str, object]) -> dict[str, object]:
    return {"name": name, "type": "table", "path": f"{name}.csv", **_translations_by_key("title", titles),
            "format": "csv",
            "mediatype": "text/csv", "encoding": "utf-8", "schema": schema}


def _table_field(column: TableColumn, book: SiteData) -> dict[str, object]:
    """A column with what it may hold."""
    terms = book.library.vocabulary.terms.get(column.vocabulary, {}) if column.type == "string" else {}
    limits: dict[str, object] = {"required": True, "unique": True} if column.name == "path" else {}
    if terms and not column.is_list and not column.allows_other_text:
        limits["enum"] = list(terms)
    return {**_describe_column(column), **({"constraints": limits} if limits else {})}


def _describe_column(column: TableColumn) -> dict[str, object]:
    truth = {"trueValues": ["yes"], "falseValues": ["no"]} if column.type == "boolean" else {}
    kind = "string" if column.type == "when" else column.type
    return {"name": column.name, "type": kind, **truth,
            **_translations_by_key("title", {tag: get_column_name(column.key, tag) for tag in LANGUAGES}),
            **_translations_by_key("description", {tag: get_column_meaning(column.key, tag) for tag in LANGUAGES})}


def _translations_by_key(key: str, texts: Mapping[str, str]) -> dict[str, str]:
    """A text in both languages: English under the plain key, others as `key@zh-Hans` (Frictionless patterns)."""
    return {key if tag == "en" else f"{key}@{tag}": texts[tag] for tag in sorted(texts) if texts[tag]}


def _drop_empty(told: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in told.items() if value not in ("", [], None)}
