"""The data package: a description of all tables for programs (Frictionless, datapackage.org), and all of them in one
ZIP."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from ..analysis.tables import TableColumn, list_table_columns
from ..core.json_format import encode_indented_json
from ..core.outputs import Output, OutputPlan
from ..model.data_dictionary import get_column_meaning, get_column_name, get_kind_label
from ..model.kinds import TABLES
from ..model.language import LANGUAGES, get_language
from ..model.suppression import PRIMARY, SECONDARY
from ..site import SiteData
from ..site.lists.data import ARCHIVE_FILE, DESCRIPTOR_FILE
from .record_files import build_records_csv, build_records_json
from .statistics_files import LONG_FORMAT_COLUMNS, build_statistics_csv, build_statistics_json

_MISSING_VALUES = ["", PRIMARY, SECONDARY]
"""Cell values without a number: empty, or a suppression marker."""

_PROFILE_URL = "https://datapackage.org/profiles/2.0/datapackage.json"
_LICENCE_NAME = re.compile(r"[-\w.]+", re.ASCII)
_COMPRESSION_LEVEL = 3
"""Level 3 of 9: twice as fast as the default for a third more bytes; the archive is rebuilt after every change."""
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Earliest timestamp a ZIP can hold: the archive depends on its records only, not on the time of the build."""


def plan_data_package(site_data: SiteData, base_url: str) -> Iterator[OutputPlan]:
    """Plans of the descriptor of the tables and of the archive."""
    yield OutputPlan(DESCRIPTOR_FILE, build_descriptor, site_data, (base_url,))
    yield OutputPlan(ARCHIVE_FILE, build_archive, site_data, (base_url,))


def build_archive(site_data: SiteData, base_url: str) -> Output:
    """ZIP of all tables and their descriptor; byte-identical for the same records."""
    outputs = [build_descriptor(site_data, base_url), build_statistics_csv(site_data), build_statistics_json(site_data)]
    outputs += [build(site_data, kind) for kind in TABLES for build in (build_records_csv, build_records_json)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for output in sorted(outputs, key=lambda output: output.path):
            archive.writestr(_zip_entry(output.path.removeprefix("data/")), output.body,
                             compresslevel=_COMPRESSION_LEVEL)
    return Output(ARCHIVE_FILE, body=buffer.getvalue())


def _zip_entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o100644 << 16
    return entry


def build_descriptor(site_data: SiteData, base_url: str) -> Output:
    """The descriptor of the data package."""
    site = site_data.library.site
    metadata = {
        "$schema": _PROFILE_URL, "name": "yishi", "title": site.title,
        "description": site.subtitle or site.summary or "",
        "homepage": base_url, "version": site_data.as_of.isoformat(), "licenses": _licence_entries(site.licence or ""),
        "contributors": [{"title": site.publisher, "roles": ["publisher"]}] if site.publisher else [],
        "sources": [_drop_empty({"title": source.title, "path": source.url or ""})
                    for path, source in site_data.library.sources.items() if path not in site_data.library.drafts],
    }
    tables = [_table_resource(kind, site_data) for kind in TABLES]
    return Output(DESCRIPTOR_FILE, body=encode_indented_json(
        {**_drop_empty(metadata), "resources": [*tables, _statistics_resource()]}))


def _licence_entries(licence: str) -> list[dict[str, str]]:
    if not licence:
        return []
    return [{"name": licence}] if _LICENCE_NAME.fullmatch(licence) else [{"name": "other", "title": licence}]


def _table_resource(kind: str, site_data: SiteData) -> dict[str, object]:
    """The resource of the table of a kind of record, with its keys and foreign keys."""
    columns = list_table_columns(kind)
    foreign = [_foreign_key(column, kind) for column in columns if len(column.reference_kinds) == 1
               and not column.is_list]
    schema = {
        "fields": [_table_field(column, site_data) for column in columns], "missingValues": _MISSING_VALUES,
        "primaryKey": ["path"],
        **({"foreignKeys": foreign} if foreign else {}),
    }
    return _resource(TABLES[kind], {tag: get_kind_label(kind, tag) for tag in LANGUAGES}, schema)


def _foreign_key(column: TableColumn, kind: str) -> dict[str, object]:
    """A foreign key; a reference to the same table has an empty resource name."""
    target = column.reference_kinds[0]
    reference = {"resource": "" if target == kind else TABLES[target], "fields": ["path"]}
    return {"fields": [column.name], "reference": reference}


def _statistics_resource() -> dict[str, object]:
    columns = [TableColumn(name, "number" if name in LONG_FORMAT_COLUMNS[3:] else "string", f"statistics.{name}")
               for name in LONG_FORMAT_COLUMNS]
    fields = [_describe_column(column) for column in columns]
    schema = {"fields": fields, "missingValues": _MISSING_VALUES}
    return _resource("statistics", {tag: get_language(tag).text("All statistics") for tag in LANGUAGES}, schema)


def _resource(name: str, titles: Mapping[str, str], schema: Mapping[str, object]) -> dict[str, object]:
    return {"name": name, "type": "table", "path": f"{name}.csv", **_translations_by_key("title", titles),
            "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "schema": schema}


def _table_field(column: TableColumn, site_data: SiteData) -> dict[str, object]:
    """A column as a field with its constraints."""
    terms = site_data.library.vocabulary.terms.get(column.vocabulary, {}) if column.type == "string" else {}
    constraints: dict[str, object] = {"required": True, "unique": True} if column.name == "path" else {}
    if terms and not column.is_list and not column.allows_other_text:
        constraints["enum"] = list(terms)
    return {**_describe_column(column), **({"constraints": constraints} if constraints else {})}


def _describe_column(column: TableColumn) -> dict[str, object]:
    boolean_values = {"trueValues": ["yes"], "falseValues": ["no"]} if column.type == "boolean" else {}
    column_type = "string" if column.type == "when" else column.type
    return {"name": column.name, "type": column_type, **boolean_values,
            **_translations_by_key("title", {tag: get_column_name(column.key, tag) for tag in LANGUAGES}),
            **_translations_by_key("description", {tag: get_column_meaning(column.key, tag) for tag in LANGUAGES})}


def _translations_by_key(key: str, texts: Mapping[str, str]) -> dict[str, str]:
    """A text in both languages: English under the plain key, others as `key@zh-Hans` (Frictionless patterns)."""
    return {key if tag == "en" else f"{key}@{tag}": texts[tag] for tag in sorted(texts) if texts[tag]}


def _drop_empty(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value not in ("", [], None)}
