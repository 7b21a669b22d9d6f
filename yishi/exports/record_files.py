"""Every record of a kind as a row of CSV and an item of JSON, without drafts and references to drafts."""

import re
from collections.abc import Callable, Iterator, Set
from typing import Any

from msgspec import json

from ..analysis.tables import encode_record, list_table_columns
from ..core.csv_format import encode_csv_lines, format_csv_line
from ..core.outputs import Output, OutputPlan
from ..model.kinds import BULK, TABLES
from ..site import SiteData


def plan_record_files(site_data: SiteData) -> Iterator[OutputPlan]:
    """Plans of the CSV and the JSON file of each kind of record."""
    for kind, name in TABLES.items():
        yield OutputPlan(f"data/{name}.csv", build_records_csv, site_data, (kind,))
        yield OutputPlan(f"data/{name}.json", build_records_json, site_data, (kind,))


def build_records_csv(site_data: SiteData, kind: str) -> Output:
    """The table of a kind of record, as CSV."""
    head = format_csv_line([column.name for column in list_table_columns(kind)])
    return Output(f"data/{TABLES[kind]}.csv",
                  body=encode_csv_lines((head, *_record_lines(site_data, kind, as_json=False))))


def build_records_json(site_data: SiteData, kind: str) -> Output:
    """The records of a kind as a JSON list, one record per line."""
    lines = ",\n".join(_record_lines(site_data, kind, as_json=True))
    return Output(f"data/{TABLES[kind]}.json", body=f"[\n{lines}\n]\n".encode() if lines else b"[]\n")


def iter_published_records(site_data: SiteData, kind: str) -> Iterator[dict[str, Any]]:
    """The records of a kind as in its JSON file."""
    return map(json.decode, _record_lines(site_data, kind, as_json=True))


def _record_lines(site_data: SiteData, kind: str, *, as_json: bool) -> Iterator[str]:
    """The lines of all records of a kind, in the order of their paths, without drafts."""
    folder = TABLES[kind]
    remove_drafts = _create_draft_remover(site_data.library.drafts)
    if kind in BULK:
        yield from (remove_drafts(texts[as_json]) for texts in site_data.exported_records[folder].values())
        return
    for path, record in site_data.library.of_kind(kind).items():
        if not record.draft:
            yield remove_drafts(encode_record(path, record)[as_json])


def _create_draft_remover(drafts: Set[str]) -> Callable[[str], str]:
    """A function that removes the paths of drafts from a line."""
    if not drafts:
        return str
    pattern = re.compile(rf"(?<![\w/-])({'|'.join(map(re.escape, sorted(drafts)))})(?![\w/-])")
    return lambda line: pattern.sub("", line)
