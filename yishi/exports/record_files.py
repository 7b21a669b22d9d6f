"""Every record of a kind as one line of CSV and one of JSON; drafts never, nor what names one."""

import re
from collections.abc import Callable, Iterator, Set

from ..analysis.tables import encode_record, list_table_columns
from ..core.csv_format import encode_csv_lines, format_csv_line
from ..core.outputs import Output, OutputPlan
from ..model.kinds import BULK, TABLES
from ..site import SiteData


def plan_record_files(book: SiteData) -> Iterator[OutputPlan]:
    """The two files of each kind of record."""
    for kind, name in TABLES.items():
        yield OutputPlan(f"data/{name}.csv", build_records_csv, book, (kind,))
        yield OutputPlan(f"data/{name}.json", build_records_json, book, (kind,))


def build_records_csv(book: SiteData, kind: str) -> Output:
    """The table of a kind of record."""
    head = format_csv_line([column.name for column in list_table_columns(kind)])
    return Output(f"data/{TABLES[kind]}.csv", body=encode_csv_lines((head, *_record_lines(book, kind, as_json=False))))


def build_records_json(book: SiteData, kind: str) -> Output:
    """All that machines are told of the records of a kind: a list, one record a line."""
    lines = ",\n".join(_record_lines(book, kind, as_json=True))
    return Output(f"data/{TABLES[kind]}.json", body=f"[\n{lines}\n]\n".encode() if lines else b"[]\n")


def _record_lines(book: SiteData, kind: str, *, as_json: bool) -> Iterator[str]:
    """The lines of all records of a kind, in the order of their paths; drafts shown on this site are not in them."""
    folder, spared = TABLES[kind], _create_draft_remover(book.library.drafts)
    if kind in BULK:
        yield from map(spared, (book.exported_records if as_json else book.csv_rows)[folder].values())
        return
    for path, record in book.library.of_kind(kind).items():
        if not record.draft:
            yield spared(encode_record(path, record)[as_json])


def _create_draft_remover(drafts: Set[str]) -> Callable[[str], str]:
    """What takes the paths of drafts out of a line."""
    if not drafts:
        return str
    named = re.compile(rf"(?<![\w/-])({'|'.join(map(re.escape, sorted(drafts)))})(?![\w/-])")
    return lambda line: named.sub("", line)
